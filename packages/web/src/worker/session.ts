// One worker, from start to end: started, watched, and ended however training ends, so that nothing waits for a dead worker.
import { AutoencoderError, BackendLostError, type BackendReport } from '@ae/core'
import { assertMembers } from '@ae/core/internal'
import { type Calls, connect } from './calls.ts'
import type { NextAnswer, PageSide, RunRequest, WorkerSide } from './protocol.ts'

/** A worker at work. */
export interface Session {
  /** The backend that computes in it. */
  readonly backend: BackendReport
  /** Lets it train until the next report. */
  next(): Promise<NextAnswer>
  /** Ends it at once. */
  close(): void
}

/** How long a worker may take to stop at a batch, in milliseconds; then it is ended. */
const abortDelay = 5000

/** How long the last drawing may take to reach the screen, in milliseconds. */
const presentDelay = 1000

/**
 * Starts a worker and its run.
 *
 * @param createWorker the caller's function
 * @param local what the page serves to the worker
 * @param request the run; the model's bytes and the canvas are transferred
 * @param options how long starting may take, and what aborts the run
 */
export async function openSession(
  createWorker: () => Worker,
  local: Omit<PageSide, 'ready'>,
  request: Omit<RunRequest, 'lock'>,
  { signal, startSeconds }: { readonly signal: AbortSignal | undefined; readonly startSeconds: number },
): Promise<Session> {
  signal?.throwIfAborted()
  const worker = createWorker()
  assertMembers('trainInWorker', 'createWorker()', worker, {
    expected: 'a Worker',
    members: { postMessage: 'function', addEventListener: 'function', terminate: 'function' },
    fix: 'let createWorker return a new Worker',
  })
  const closing = new AbortController()
  let resolveReady = () => {}
  let rejectReady = (_: unknown) => {}
  const ready = new Promise<void>((resolve, reject) => {
    resolveReady = resolve
    rejectReady = reject
  })
  const calls = connect<PageSide, WorkerSide>(worker, { ...local, ready: () => resolveReady() })
  const end = (reason: unknown) => {
    rejectReady(reason)
    calls.end(reason)
  }
  const terminate = () => {
    end(new Error('closed'))
    worker.terminate()
  }
  const close = () => {
    closing.abort()
    if (request.canvas === undefined) return terminate()
    calls.call('present', undefined).then(terminate, terminate)
    setTimeout(terminate, presentDelay) // a hidden page draws no frames
  }
  const onError = (event: ErrorEvent) => end(notStarted(event.message || 'its script cannot be loaded'))
  worker.addEventListener('error', onError, { signal: closing.signal })
  signal?.addEventListener('abort', () => abort(calls, end, closing.signal, signal), { signal: closing.signal })
  const deadline = setTimeout(() => end(tooSlow(startSeconds)), startSeconds * 1000)
  try {
    await ready
    const lock = globalThis.navigator?.locks ? `@ae/web/worker/${crypto.randomUUID()}` : undefined
    const transfer = [request.model.buffer, ...(request.canvas ? [request.canvas] : [])]
    const backend = await calls.call('start', { ...request, lock }, transfer)
    // From now on failures come with the answers: an uncaught error may be of a task that training does not wait for.
    worker.removeEventListener('error', onError)
    if (lock !== undefined) watchLock(lock, closing.signal, () => end(workerEnded(backend)))
    return { backend, next: () => calls.call('next', undefined), close }
  } catch (error) {
    close()
    throw error
  } finally {
    clearTimeout(deadline)
  }
}

function abort(
  calls: Calls<WorkerSide>,
  end: (reason: unknown) => void,
  closing: AbortSignal,
  signal: AbortSignal,
): void {
  calls.tell('abort', undefined)
  const timer = setTimeout(() => end(signal.reason), abortDelay)
  closing.addEventListener('abort', () => clearTimeout(timer))
}

/** The worker holds the lock while it lives: when the page gets the lock, the worker is gone. */
function watchLock(name: string, signal: AbortSignal, gone: () => void): void {
  navigator.locks.request(name, { signal }, gone).catch(() => {}) // the signal's abort
}

function notStarted(reason: string): AutoencoderError {
  return new AutoencoderError('`trainInWorker` could not start its worker.', {
    facts: { Reason: reason },
    fix: 'pass () => new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module" }) with the path of a file that calls serveTraining',
  })
}

function tooSlow(seconds: number): AutoencoderError {
  return new AutoencoderError('`trainInWorker` waited too long for its worker to start.', {
    facts: { Waited: `${seconds} seconds` },
    fix: "check that the worker's file calls serveTraining(...), or pass a larger startSeconds where the network is slow",
  })
}

function workerEnded({ name }: BackendReport): BackendLostError {
  return new BackendLostError('The worker of `trainInWorker` ended while it was training.', {
    backend: name,
    facts: { Reason: 'the browser ended it, perhaps for lack of memory, or its file called close()' },
    fix: 'train again with resume: from the last checkpoint',
  })
}
