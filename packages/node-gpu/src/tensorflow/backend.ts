// What `native` and `cuda` share: tfjs's backend `tensorflow`, loaded when it is activated, not before.
import {
  type Availability,
  type Backend,
  type BackendReport,
  BackendUnavailableError,
  registerGradients,
} from '@ae/core'
import { engine, getGradient, ready, registerGradient, setBackend, unregisterGradient } from '@tensorflow/tfjs-core'
import { type Host, type Kind, type Opening, openAddon } from './addon.ts'
import { requireFrom } from './installed-package.ts'

/** Environment variables. */
type Environment = Readonly<Record<string, string | undefined>>

/** What differs between `native` and `cuda`. */
export interface TensorflowSettings {
  readonly kind: Kind
  /** Set while libtensorflow is loaded, which reads them once. */
  readonly environment: Environment
  /** The device, e.g. `libtensorflow 2.21.0, 2 threads`, if libtensorflow was loaded with `environment`. */
  describe(version: string, environment: Environment): string
  /** Replaces the machine in tests. */
  readonly host?: Host | undefined
}

/** Creates the backend `native` or `cuda`. */
export function tensorflowBackend(settings: TensorflowSettings): Backend {
  return {
    name: settings.kind,
    async isAvailable(): Promise<Availability> {
      const opening = await open(settings)
      return opening.ok ? { ok: true, device: deviceOf(opening.version, settings) } : opening
    },
    activate: () => activate(settings),
  }
}

async function activate(settings: TensorflowSettings): Promise<BackendReport> {
  const { kind } = settings
  const opening = await open(settings)
  if (!opening.ok) {
    throw new BackendUnavailableError(`\`${kind}\` cannot run here.`, {
      facts: { Reason: opening.reason },
      fix: opening.fix,
    })
  }
  const before = engine().backendName
  try {
    giveBackUtilities()
    keepingGradients(() => requireFrom(opening.package.addon)(opening.package.folder))
    await setBackend('tensorflow')
    await ready()
  } catch (cause) {
    if (before) await setBackend(before)
    throw new BackendUnavailableError(`\`${kind}\` could not start the backend of ${opening.package.name}.`, {
      facts: { Reason: cause instanceof Error ? cause.message : String(cause) },
      cause,
    })
  }
  const { installKernels } = await import('./install-kernels.ts')
  installKernels()
  return { name: kind, device: deviceOf(opening.version, settings) }
}

// The environment belongs to the whole process: calls take turns.
let turn: Promise<unknown> = Promise.resolve()

function open(settings: TensorflowSettings): Promise<Opening> {
  const opening = turn.then(() => openNow(settings))
  turn = opening
  return opening
}

let loadedWith: Environment | undefined

async function openNow({ kind, environment, host }: TensorflowSettings): Promise<Opening> {
  if (typeof process === 'undefined') return await openAddon(kind, host)
  const names = Object.keys(environment)
  const read = () => Object.fromEntries(names.map((name) => [name, process.env[name]]))
  const before = read()
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.env[name] = value
  const opening = await openAddon(kind, host)
  if (opening.ok) loadedWith ??= read()
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  return opening
}

function deviceOf(version: string, { describe, environment }: TensorflowSettings): string {
  return describe(version, loadedWith ?? environment)
}

/** Node 23 removed two functions of `util` that tfjs-node 4.22 calls. */
function giveBackUtilities(): void {
  const utilities = requireFrom(import.meta.url ?? __filename)('node:util') as Record<string, unknown>
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  utilities.isArray ??= Array.isArray
}

/**
 * tfjs-node loads the union package `@tensorflow/tfjs`, which replaces every registered gradient: ours, which are correct
 * where tfjs's are wrong, and the program's own. This puts them back; tfjs's gradients stay only where there was none.
 */
function keepingGradients(load: () => void): void {
  registerGradients()
  const core = requireFrom(import.meta.url ?? __filename)('@tensorflow/tfjs-core') as Record<string, unknown>
  const names = Object.values(core).filter((value) => typeof value === 'string')
  const before = names.map((name) => [name, getGradient(name)] as const)
  load()
  for (const [kernelName, gradient] of before) {
    if (gradient === undefined || getGradient(kernelName) === gradient) continue
    unregisterGradient(kernelName)
    registerGradient({ ...gradient, kernelName })
  }
}
