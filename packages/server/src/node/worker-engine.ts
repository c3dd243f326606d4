// The engine in a thread of its own. A thread that ends is started again, with its models; what it was computing is lost.
import { Worker } from 'node:worker_threads'
import { type Engine, EngineLostError, type ModelCard, type Reply } from '../jobs/job.ts'
import type { ComputerSettings, ModelSource } from './computer.ts'
import { type Answer, type Command, errorOf } from './protocol.ts'

/** An engine whose models come from files. */
export interface FileEngine extends Engine {
  /** What computes. */
  readonly device: string
  /** Reads a model again; the former one answers until the new one is there, and stays if that cannot be read. */
  reload(name: string): Promise<ModelCard>
  /** Ends it. */
  close(): Promise<void>
}

/** What {@link workerEngine} needs. */
export interface WorkerEngineSettings extends ComputerSettings {
  /** The models by name. */
  readonly sources: ReadonlyMap<string, ModelSource>
  /** The script of the thread. */
  readonly script: string | URL
  /** Seconds after which a call counts as hanging; the thread is then ended. */
  readonly hangSeconds: number
  /** Told when something happens that an operator must know. */
  readonly onEvent: (event: 'thread ended' | 'thread failed to start' | 'failure', error: string) => void
}

interface Thread {
  /** @throws {EngineLostError} when the thread ends before it answers */
  order<answer extends Answer>(command: Command): Promise<answer>
  readonly device: string
  /** Fulfilled, with the reason, when it has ended. */
  readonly ended: Promise<string>
  end(): Promise<unknown>
}

/**
 * Starts the thread and loads the models.
 *
 * @throws what loading one throws
 */
export async function workerEngine(settings: WorkerEngineSettings): Promise<FileEngine> {
  const { sources, hangSeconds, onEvent } = settings
  let cards = new Map<string, ModelCard>()
  let isClosed = false
  let thread: Thread | undefined
  /** Settles when there is a thread. */
  let ready: Promise<Thread>

  const begin = async (): Promise<Thread> => {
    const begun = await startThread(settings)
    try {
      const loaded = await Promise.all(
        [...sources].map(async ([load, source]) => {
          const { card } = await begun.order<{ id: number; card: ModelCard }>({ load, source })
          return [load, card] as const
        }),
      )
      if (isClosed) throw new EngineLostError('closed')
      cards = new Map(loaded)
      thread = begun
      void begun.ended.then((reason) => {
        thread = undefined
        if (isClosed) return
        onEvent('thread ended', reason)
        ready = again(100)
        ready.catch(() => {})
      })
      return begun
    } catch (error) {
      await begun.end()
      throw error
    }
  }
  const again = async (milliseconds: number): Promise<Thread> => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    if (isClosed) throw new EngineLostError('closed')
    try {
      return await begin()
    } catch (error) {
      if (isClosed) throw error
      onEvent('thread failed to start', String(error))
      return again(Math.min(30_000, 2 * milliseconds))
    }
  }

  ready = begin()
  const { device } = await ready
  return {
    device,
    cards: () => cards,
    isReady: () => thread !== undefined,
    async run(run, jobs) {
      const computing = await ready
      const hang = setTimeout(() => void computing.end(), hangSeconds * 1000)
      try {
        return (await computing.order<{ id: number; replies: readonly Reply[] }>({ run, jobs })).replies
      } finally {
        clearTimeout(hang)
      }
    },
    async reload(load) {
      const computing = await ready
      const source = sources.get(load) as ModelSource
      const { card } = await computing.order<{ id: number; card: ModelCard }>({ load, source })
      cards = new Map([...cards, [load, card]])
      return card
    },
    async close() {
      isClosed = true
      await thread?.end()
    },
  }
}

async function startThread({ script, threads, mostRows, onEvent }: WorkerEngineSettings): Promise<Thread> {
  const workerData: ComputerSettings = { threads, mostRows }
  const worker = new Worker(script, { workerData, execArgv: [] })
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: unknown): void }>()
  let [id, reason, isOver] = [0, '', false]
  const ended = new Promise<string>((resolve) => {
    worker.on('exit', (code) => {
      const lost = new EngineLostError(reason || `exit code ${code}`)
      isOver = true
      resolve(lost.message) // first, so that what comes next goes to the next thread
      for (const { reject } of waiting.values()) reject(lost)
      waiting.clear()
    })
  })
  const device = await new Promise<string>((resolve, reject) => {
    worker.on('message', (answer: Answer) => {
      if ('device' in answer) return resolve(answer.device)
      if ('report' in answer) return onEvent('failure', answer.report)
      const { resolve: settle, reject: refuse } = waiting.get(answer.id) ?? {}
      waiting.delete(answer.id)
      if ('failure' in answer) refuse?.(errorOf(answer.failure))
      else settle?.(answer)
    })
    worker.on('error', (error) => {
      reason = String(error)
      reject(error)
    })
    ended.then((end) => reject(new EngineLostError(end)))
  })
  return {
    device,
    ended,
    end: () => worker.terminate(),
    order: (command) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(new EngineLostError(reason))
        waiting.set(++id, { resolve: resolve as (answer: Answer) => void, reject })
        const bodies = 'jobs' in command ? command.jobs.map(({ body }) => body.buffer as ArrayBuffer) : []
        worker.postMessage({ id, ...command }, [...new Set(bodies)])
      }),
  }
}
