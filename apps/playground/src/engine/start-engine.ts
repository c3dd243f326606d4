// Starts the Worker of the engine.
import { type Calls, callsTo } from './calls.ts'
import { type Engine, EngineError } from './engine.ts'

/** What the page asks the Worker for, by name. */
const methods = [
  'backends',
  'datasets',
  'openPretrained',
  'useOwn',
  'create',
  'train',
  'pause',
  'step',
  'card',
  'sample',
  'encode',
  'decode',
  'reconstruct',
  'denoise',
  'interpolate',
  'score',
  'plane',
  'decodePlane',
  'projectToPlane',
  'discreteCodes',
  'decodeDiscrete',
  'examples',
  'save',
  'open',
  'exportOnnx',
] as const satisfies readonly (keyof Engine)[]

/** Starts an engine. `dispose` ends it. */
export function startEngine(): Engine {
  const { calls, end } = startWorker()
  const called = methods.map((name) => [name, (...values: unknown[]) => calls.call(name, values)])
  return {
    ...(Object.fromEntries(called) as Pick<Engine, (typeof methods)[number]>),
    // In a Worker of its own: the model of the other one stays where it is, and a GPU that fails takes nothing with it.
    async measure(backend) {
      const own = startWorker()
      try {
        return (await own.calls.call('measure', [backend])) as Awaited<ReturnType<Engine['measure']>>
      } finally {
        own.end()
      }
    },
    dispose: end,
  }
}

function startWorker(): { readonly calls: Calls; end(): void } {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: document.baseURI })
  const calls = callsTo(worker)
  worker.addEventListener('error', ({ message }) => {
    calls.end(new EngineError(`The engine stopped: ${message || 'its script could not be loaded'}.`, 'reload the page'))
  })
  return {
    calls,
    end() {
      worker.terminate()
      calls.end(new EngineError('The engine was ended.', 'start another: startEngine()'))
    },
  }
}
