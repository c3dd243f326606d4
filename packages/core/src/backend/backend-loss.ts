// How training learns that a backend stopped computing. A lost GPU does not throw: it answers reads with zeros, or never.
import { engine, getBackend, type Tensor } from '@tensorflow/tfjs-core'
import { AutoencoderError, BackendLostError } from '../errors.ts'
import { nextTask } from '../yield-to-tasks.ts'
import { extensionOf } from './extend-backend.ts'

/**
 * The values of tensors, read from the device; all reads begin at once.
 *
 * @param tensors borrowed until the promise settles
 * @throws {BackendLostError} when the backend stopped before they were read: then nothing that it answered is given
 */
export async function readTensors(tensors: readonly Tensor[]): Promise<(Float32Array | Int32Array | Uint8Array)[]> {
  const loss = activeLoss()
  const values = Promise.all(tensors.map((tensor) => tensor.data()))
  if (loss === undefined) return values
  const results = await untilLost(loss, values)
  await nextTask() // the event of a loss that spoilt this read may be waiting
  throwIfLost(loss)
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
  const loss = activeLoss()
  if (loss === undefined) return error
  if (reasonOf(loss) === undefined) await newsOrDelay(loss)
  const reason = reasonOf(loss)
  return reason === undefined ? error : lostError(reason, error)
}

/** The loss of a backend, as far as it is known. */
interface Loss {
  reason: string | undefined
  readonly ask: (() => string | undefined) | undefined
  readonly listeners: Set<() => void>
}

/** By the promise that tells of it. */
const losses = new WeakMap<Promise<string>, Loss>()

/** The loss of the active backend; undefined where nothing would tell of one. */
function activeLoss(): Loss | undefined {
  const name: string | null = getBackend()
  const backend = name === null ? null : engine().findBackend(name)
  const { lost, reasonOfLoss } = backend === null ? {} : extensionOf(backend)
  if (lost === undefined) return undefined
  const known = losses.get(lost)
  if (known !== undefined) return known
  const loss: Loss = { reason: undefined, ask: reasonOfLoss, listeners: new Set() }
  losses.set(lost, loss)
  lost.then((reason) => {
    loss.reason ??= reason
    for (const listener of loss.listeners) listener()
  })
  return loss
}

function reasonOf(loss: Loss): string | undefined {
  loss.reason ??= loss.ask?.()
  return loss.reason
}

function throwIfLost(loss: Loss): void {
  const reason = reasonOf(loss)
  if (reason !== undefined) throw lostError(reason)
}

/** The outcome of `reading`, unless the backend stops first: reads of a lost device may never settle. */
async function untilLost<result>(loss: Loss, reading: Promise<result>): Promise<result> {
  let listener = () => {}
  const lost = new Promise<never>((_, reject) => {
    listener = () => reject(lostError(loss.reason ?? ''))
    loss.listeners.add(listener)
  })
  try {
    throwIfLost(loss)
    return await Promise.race([reading, lost])
  } catch (error) {
    reading.catch(() => {}) // the caller has given up on it: a later rejection is expected
    throw error
  } finally {
    loss.listeners.delete(listener)
  }
}

/** Waits for the news of a loss for a moment: a failed read may be back before it. */
async function newsOrDelay({ listeners }: Loss): Promise<void> {
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
