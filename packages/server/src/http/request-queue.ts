// Requests that wait for the engine. Those of one model that wait together are answered by one call of it.
import { EngineLostError, type Job, type Reply } from '../jobs/job.ts'
import { ProblemError } from '../jobs/problem.ts'

/** How a queue behaves. */
export interface QueueOptions {
  /** Answers jobs of one model. */
  run(model: string, jobs: readonly Job[]): Promise<readonly Reply[]>
  /** Requests that may wait, of all models together. */
  readonly mostWaiting: number
  /** Requests that may share a call. */
  readonly mostJoined: number
  /** Calls that may be under way at the same time; a second one keeps another thread busy while answers are sent. */
  readonly calls: number
  /** Told of every call. */
  readonly onCall?: ((model: string, jobs: number) => void) | undefined
}

/** A queue of requests. */
export interface RequestQueue {
  /**
   * Waits for the answer to a job.
   *
   * @param signal takes the job out of the queue when it aborts
   * @throws {ProblemError} when too many wait, or what computes has stopped
   * @throws the signal's reason when it aborts
   */
  answer(model: string, job: Job, signal: AbortSignal): Promise<Reply>
  /** How many requests wait. */
  readonly waiting: number
  /** How many are being computed. */
  readonly computing: number
}

interface Entry {
  readonly job: Job
  readonly settle: (outcome: { readonly reply: Reply } | { readonly error: unknown }) => void
}

/** Bytes of the bodies that may share a call. */
const mostBytesPerCall = 8 * 2 ** 20

/** A queue: first come, first served within a model; models take turns. */
export function requestQueue({ run, mostWaiting, mostJoined, calls, onCall }: QueueOptions): RequestQueue {
  /** A model moves to the end of the map with each call. */
  const waiting = new Map<string, Entry[]>()
  let [waitingCount, computing, underWay, secondsPerJob] = [0, 0, 0, 0.01]

  const start = () => {
    while (underWay < calls) {
      const [model, entries] = waiting.entries().next().value ?? []
      if (model === undefined || entries === undefined) return
      const taken = takeFrom(entries, mostJoined)
      waiting.delete(model)
      if (entries.length > 0) waiting.set(model, entries)
      waitingCount -= taken.length
      void call(model, taken)
    }
  }

  const call = async (model: string, entries: readonly Entry[]) => {
    underWay++
    computing += entries.length
    onCall?.(model, entries.length)
    const began = performance.now()
    try {
      const replies = await run(
        model,
        entries.map(({ job }) => job),
      )
      for (const [i, { settle }] of entries.entries()) settle({ reply: replies[i] as Reply })
      secondsPerJob = 0.9 * secondsPerJob + (0.1 * (performance.now() - began)) / 1000 / entries.length
    } catch (cause) {
      const error = cause instanceof EngineLostError ? lost() : cause
      for (const { settle } of entries) settle({ error })
    } finally {
      underWay--
      computing -= entries.length
      start()
    }
  }

  return {
    get waiting() {
      return waitingCount
    },
    get computing() {
      return computing
    },
    answer(model, job, signal) {
      return new Promise<Reply>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (waitingCount >= mostWaiting) return reject(full(mostWaiting, waitingCount * secondsPerJob))
        const entry: Entry = {
          job,
          settle(outcome) {
            signal.removeEventListener('abort', leave)
            if ('reply' in outcome) resolve(outcome.reply)
            else reject(outcome.error)
          },
        }
        const leave = () => {
          const entries = waiting.get(model)
          const index = entries?.indexOf(entry) ?? -1
          if (index >= 0) {
            entries?.splice(index, 1)
            if (entries?.length === 0) waiting.delete(model)
            waitingCount--
          }
          entry.settle({ error: signal.reason })
        }
        signal.addEventListener('abort', leave, { once: true })
        const entries = waiting.get(model)
        if (entries === undefined) waiting.set(model, [entry])
        else entries.push(entry)
        waitingCount++
        queueMicrotask(start)
      })
    },
  }
}

/** The first entries, at least one. */
function takeFrom(entries: Entry[], most: number): Entry[] {
  let [count, bytes] = [0, 0]
  while (count < Math.min(most, entries.length)) {
    bytes += entries[count]?.job.body.length ?? 0
    if (count > 0 && bytes > mostBytesPerCall) break
    count++
  }
  return entries.splice(0, count)
}

function full(most: number, seconds: number): ProblemError {
  return new ProblemError({
    status: 503,
    title: 'Too many requests are waiting',
    detail: `${most} requests wait already, and no more may.`,
    fix: 'try again after the seconds that Retry-After names',
    retryAfter: Math.min(60, Math.max(1, Math.ceil(seconds))),
  })
}

function lost(): ProblemError {
  return new ProblemError({
    status: 503,
    title: 'The computation stopped',
    detail: 'The thread that computes stopped while it worked on this request; it is being started again.',
    fix: 'try again after the seconds that Retry-After names',
    retryAfter: 1,
  })
}
