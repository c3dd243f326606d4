// How training learns that a backend stopped computing. A lost GPU does not throw: it answers reads with zeros, or never.
import { engine, getBackend, type Tensor } from '@tensorflow/tfjs-core'
import { AutoencoderError, BackendLostError } from '../errors.ts'
import { nextTask } from '../yield-to-tasks.ts'

/** What tells of a backend's end. */
export interface BackendWatch {
  /** Fulfilled with the reason when the backend stops, e.g. `its WebGL context was lost`; never rejected. */
  readonly lost: Promise<string>
  /**
   * The reason, if it has stopped by now. Asked after every read, because events come late. Defaults to what `lost` has
   * told.
   */
  readonly reason?: (() => string | undefined) | undefined
}

/**
 * Lets `train`, `evaluate` and `save` notice that a backend has stopped, so that they throw a `BackendLostError` instead
 * of waiting for ever or reporting what a dead device answers. Backends call it when they are activated.
 *
 * @param backend the instance that tfjs computes with, `backend()` of tfjs-core; a second call for it replaces the first
 * @param watch what tells of its end
 * @example
 * ```ts
 * watchBackend(backend(), { lost: device.lost.then(({ message }) => message) })
 * ```
 */
export function watchBackend(backend: object, watch: BackendWatch): void {
  const watched: Watched = { reason: undefined, ask: watch.reason, listeners: new Set() }
  Object.defineProperty(backend, key, { value: watched, configurable: true })
  watch.lost.then((reason) => {
    watched.reason ??= reason
    for (const listener of watched.listeners) listener()
  })
}

/**
 * The values of tensors, read from the device; all reads begin at once.
 *
 * @param tensors borrowed until the promise settles
 * @throws {BackendLostError} when the backend stopped before they were read: then nothing that it answered is given
 */
export async function readTensors(tensors: readonly Tensor[]): Promise<(Float32Array | Int32Array | Uint8Array)[]> {
  const watched = watchedBackend()
  const values = Promise.all(tensors.map((tensor) => tensor.data()))
  if (watched === undefined) return values
  const results = await untilLost(watched, values)
  await nextTask() // the event of a loss that spoilt this read may be waiting
  throwIfLost(watched)
  return results
}

/**
 * The error to report for one that computing threw: a backend that is lost makes any error.
 *
 * @param error what was thrown
 * @returns a `BackendLostError` with `error` as its cause, if the backend has stopped; else `error` itself
 */
export async function lossBehind(error: unknown): Promise<unknown> {
  if (AutoencoderError.isInstance(error)) return error
  if (error instanceof WebAssembly.RuntimeError)
    return lostError(`its WebAssembly code failed: ${error.message}`, error)
  const watched = watchedBackend()
  if (watched === undefined) return error
  if (reasonOf(watched) === undefined) await newsOrDelay(watched)
  const reason = reasonOf(watched)
  return reason === undefined ? error : lostError(reason, error)
}

interface Watched {
  reason: string | undefined
  readonly ask: BackendWatch['reason']
  readonly listeners: Set<() => void>
}

/** On the backend itself, so that two copies of this package know of it. */
const key = Symbol.for('@ae/watched')

function watchedBackend(): Watched | undefined {
  const name: string | null = getBackend()
  const backend = name === null ? null : (engine().findBackend(name) as { readonly [key]?: Watched } | null)
  return backend?.[key]
}

function reasonOf(watched: Watched): string | undefined {
  watched.reason ??= watched.ask?.()
  return watched.reason
}

function throwIfLost(watched: Watched): void {
  const reason = reasonOf(watched)
  if (reason !== undefined) throw lostError(reason)
}

/** The outcome of `reading`, unless the backend stops first: reads of a lost device may never settle. */
async function untilLost<result>(watched: Watched, reading: Promise<result>): Promise<result> {
  let listener = () => {}
  const lost = new Promise<never>((_, reject) => {
    listener = () => reject(lostError(watched.reason ?? ''))
    watched.listeners.add(listener)
  })
  try {
    throwIfLost(watched)
    return await Promise.race([reading, lost])
  } catch (error) {
    reading.catch(() => {}) // nobody waits for it any more
    throw error
  } finally {
    watched.listeners.delete(listener)
  }
}

/** Waits for the news of a loss for a moment: a failed read may be back before it. */
async function newsOrDelay({ listeners }: Watched): Promise<void> {
  let listener = () => {}
  await new Promise<void>((resolve) => {
    listener = resolve
    listeners.add(listener)
    setTimeout(listener, 200)
  })
  listeners.delete(listener)
}

function lostError(reason: string, cause?: unknown): BackendLostError {
  const backend = getBackend()
  return new BackendLostError(`The backend \`${backend}\` stopped computing.`, {
    backend,
    facts: { Reason: reason },
    fix: 'select a backend again and resume from the last checkpoint, or let trainWithFallback(...) do both',
    cause,
  })
}
