// The worker's side of `trainInWorker`: holds the code (models, backends, objectives) and trains what the page asks for.
import {
  AutoencoderError,
  type Backend,
  type BackendReport,
  type Batch,
  type CheckpointReport,
  type Dataset,
  type Epoch,
  load,
  type ModelKind,
  memory,
  type Objective,
  type Optimizer,
  OptionError,
  type Progress,
  save,
  selectBackend,
  type Trace,
  type Trainable,
  train,
  trainWithFallback,
} from '@ae/core'
import {
  assertOptions,
  backendOption,
  functionOption,
  modelKindsOption,
  type OptionCheck,
  objectiveOption,
  optimizerOption,
} from '@ae/core/internal'
import { type Calls, connect, type Endpoint, Moved } from './calls.ts'
import { packError } from './crossing-error.ts'
import type { CrossingDataset, DataRole, NextAnswer, PageSide, RunRequest, WorkerSide } from './protocol.ts'
import { remoteDataset } from './remote-dataset.ts'
import { remotePlaces } from './remote-places.ts'

/** A model that `train` takes, whatever the type of its batches. */
export type TrainableModel = Trainable<Trace, string, never>

/** What `onEpoch` receives at the end of an epoch. */
export interface EpochInWorker<model extends TrainableModel = TrainableModel> {
  /** The model as trained so far, borrowed. */
  readonly model: model
  /** What the page is about to receive. */
  readonly report: Epoch<string>
  /** The canvas that the page passed to `trainInWorker`, if it did. */
  readonly canvas: OffscreenCanvas | undefined
}

/** What a worker can train, and on what. */
export interface TrainingService<kinds extends ServedKinds = ServedKinds> {
  /** The kinds of model that the page may send, e.g. `[vae]`. */
  readonly models: kinds
  /** Backends in the order of preference; the first that works in this worker trains. */
  readonly backends: readonly [Backend, ...Backend[]]
  /** Data sets that the worker creates itself, by name: the page names one instead of sending batches. */
  readonly data?: Readonly<Record<string, () => Dataset<Batch> | Promise<Dataset<Batch>>>> | undefined
  /** Objectives by name. */
  readonly objectives?: Readonly<Record<string, Objective<never, string>>> | undefined
  /** Optimisers by name, e.g. one whose learning rate is a schedule. */
  readonly optimizers?: Readonly<Record<string, Optimizer>> | undefined
  /** Called after each epoch, before the page receives its report: draws previews, say. Training waits for it. */
  readonly onEpoch?: ((epoch: EpochInWorker<ModelOf<kinds>>) => void | Promise<void>) | undefined
}

/** Kinds of model that a worker can train. */
export type ServedKinds = readonly ModelKind<TrainableModel>[]

/** The models of such kinds. */
export type ModelOf<kinds extends ServedKinds> = ReturnType<kinds[number]['fromConfig']>

/**
 * Makes this Worker train for the page that calls `trainInWorker`. A training worker's file needs nothing else. A second
 * call in the same Worker does nothing: WebKit evaluates a worker's file again when a chunk of its bundle imports it.
 *
 * @param service what can be trained
 * @throws {OptionError} on a missing or unknown option
 * @throws {AutoencoderError} outside a dedicated Worker
 * @example
 * ```ts
 * // training-worker.ts
 * serveTraining({ models: [vae], backends: [webgpu, wasm] })
 * ```
 */
export function serveTraining<const kinds extends ServedKinds>(service: TrainingService<kinds>): void {
  assertOptions('serveTraining', service, checks, ['models', 'backends'])
  const scope = scopeOfWorker()
  if (Object.hasOwn(scope, serving)) return
  Object.defineProperty(scope, serving, { value: true })
  let run: Run | undefined
  const local: WorkerSide = {
    async start(request) {
      const started = await startRun(service, request, page)
      run = started.run
      return started.backend
    },
    next: () => (run as Run).next(),
    abort: () => run?.abort(),
    present: twoFrames,
  }
  const page = connect<WorkerSide, PageSide>(scope, local)
  page.tell('ready', undefined)
}

/** Kept on the scope, not in this module: a file that is evaluated again may load a second copy of this module. */
const serving = Symbol.for('@ae/web serves training')

const backendsOption: OptionCheck = (value) =>
  Array.isArray(value) && value.length > 0 && Array.from(value).every((item) => backendOption(item) === undefined)
    ? undefined
    : 'backends in a list, at least one'

const functionsOption: OptionCheck = (value) => (isRecordOf(value, functionOption) ? undefined : 'functions by name')

const objectivesOption: OptionCheck = (value) => (isRecordOf(value, objectiveOption) ? undefined : 'objectives by name')

const optimizersOption: OptionCheck = (value) =>
  isRecordOf(value, optimizerOption) ? undefined : 'optimisers by name, e.g. { slow: adam({ learningRate: 1e-4 }) }'

function isRecordOf(value: unknown, check: OptionCheck): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => check(item) === undefined)
}

const checks = {
  models: modelKindsOption,
  backends: backendsOption,
  data: functionsOption,
  objectives: objectivesOption,
  optimizers: optimizersOption,
  onEpoch: functionOption,
}

interface Run {
  next(): Promise<NextAnswer | Moved<NextAnswer>>
  abort(): void
}

function scopeOfWorker(): Endpoint {
  const scope = globalThis as unknown as Endpoint & { readonly Bun?: { readonly isMainThread?: boolean } }
  // In Bun a worker's scope has no class of its own.
  if ('DedicatedWorkerGlobalScope' in scope || scope.Bun?.isMainThread === false) return scope
  throw new AutoencoderError('`serveTraining` works in a dedicated Worker only.', {
    fix: 'call it in a file of its own, which the page starts: new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module" })',
  })
}

async function startRun<kinds extends ServedKinds>(
  service: TrainingService<kinds>,
  request: RunRequest,
  page: Calls<PageSide>,
): Promise<{ backend: BackendReport; run: Run }> {
  await holdLock(request.lock)
  const kinds = service.models.map(({ kind }) => kind)
  if (!kinds.includes(request.kind)) throw unknownName('model', request.kind, kinds, 'models: [vae]')
  const objective = find('objective', request.objective, service.objectives)
  const optimizer = find('optimizer', request.optimizer, service.optimizers)
  const [data, validation] = [source(service, request.data), source(service, request.validation)]
  const backend = await selectBackend(...service.backends)
  const model = (await load(
    memory(request.model),
    ...(service.models as unknown as [ModelKind]),
  )) as unknown as ModelOf<kinds>
  const stop = new AbortController()

  async function* reports() {
    const trainable = model as unknown as Trainable<Trace, string, Batch>
    const options = {
      ...request.settings,
      objective: objective as Objective<Trace, string> | undefined,
      optimizer,
      validation: validation && (await validation(page, 'validation')),
      ...remotePlaces(page, request),
      onCheckpoint: (report: CheckpointReport) => page.tell('checkpoint', report),
      signal: stop.signal,
      onProgress: request.reportsProgress ? (progress: Progress) => page.tell('progress', progress) : undefined,
    }
    const examples = await (data as DataSource)(page, 'training')
    if (request.whenBackendIsLost === 'stop') yield* train(trainable, examples, options)
    else {
      yield* trainWithFallback(trainable, examples, {
        ...options,
        fallbacks: service.backends,
        onFallback: ({ backend, error }) => page.tell('fallback', { backend, error: packError(error) }),
      })
    }
  }

  const running = reports()
  let pageHasWeights = false
  return {
    backend,
    run: {
      async next() {
        let report: Epoch<string> | undefined
        try {
          const result = await running.next()
          if (!result.done) {
            report = result.value
            pageHasWeights = false
            await service.onEpoch?.({ model, report, canvas: request.canvas })
          }
        } catch (error) {
          if (stop.signal.aborted) return answer({ report, isAborted: true, weights: await bytesOf(model) })
          throw error
        }
        const sendsWeights = !pageHasWeights && (report === undefined || request.weights === 'each epoch')
        pageHasWeights ||= sendsWeights
        return answer({ report, isAborted: false, weights: sendsWeights ? await bytesOf(model) : undefined })
      },
      abort: () => stop.abort(),
    },
  }
}

/** A drawing becomes visible with the next frame, and is lost if the worker ends before that. */
async function twoFrames(): Promise<void> {
  for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve))
}

/** Held for as long as the worker lives: the page waits for it, and so notices an end that fires no event. */
async function holdLock(name: string | undefined): Promise<void> {
  if (name === undefined) return
  await new Promise<void>((resolve) => {
    navigator.locks.request(name, () => {
      resolve()
      return new Promise(() => {})
    })
  })
}

function answer(value: NextAnswer): NextAnswer | Moved<NextAnswer> {
  return value.weights === undefined ? value : new Moved(value, [value.weights.buffer])
}

async function bytesOf(model: TrainableModel): Promise<Uint8Array<ArrayBuffer>> {
  const store = memory()
  await save(model as unknown as Trainable, store)
  return (await store.read()) as Uint8Array<ArrayBuffer>
}

type DataSource = (page: Calls<PageSide>, role: DataRole) => Dataset<Batch> | Promise<Dataset<Batch>>

/** Where examples come from. An unknown name is refused before anything is loaded. */
function source(
  { data: own }: Pick<TrainingService, 'data'>,
  data: CrossingDataset | undefined,
): DataSource | undefined {
  if (data === undefined) return undefined
  if (typeof data !== 'string') return (page, role) => remoteDataset(page, role, data)
  return find('data', data, own)
}

function find<value>(
  what: 'objective' | 'optimizer' | 'data',
  name: string | undefined,
  table: Readonly<Record<string, value>> = {},
): value | undefined {
  if (name === undefined) return undefined
  if (Object.hasOwn(table, name)) return table[name]
  const option = what === 'data' ? what : (`${what}s` as const)
  throw unknownName(what, name, Object.keys(table), `${option}: { ${name}: ... }`)
}

function unknownName(what: string, name: string, known: readonly string[], example: string): OptionError {
  return new OptionError(`\`trainInWorker\` asked its worker for the ${what} ${name}, which it does not have.`, {
    facts: { Expected: known.join(', ') || 'nothing: there are none', Received: name },
    fix: `add it in the worker's file: serveTraining({ ${example}, ... })`,
  })
}
