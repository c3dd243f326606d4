// Worker threads that decode pictures, in Node and in a page. Where there can be none, the caller's thread decodes, with pauses.
import { isNode, nodeModule } from '@ae/core/internal'
import type { Decoded, Job } from './decoding/decode-batch.ts'

/** Threads that decode. They start with their first job and never keep a process alive while they have none. */
export interface DecodingThreads {
  /** Decodes pictures in the next free thread. */
  decode(job: Job): Promise<Decoded>
  /** Ends the threads, each as soon as it has no job. The next job starts new ones. */
  end(): void
}

/** A worker of Node or of a page. */
interface Thread {
  /** Rejects where the worker ends instead of answering. */
  run(job: Job): Promise<Decoded>
  end(): void
}

/** Threads that have had no job for this long, in milliseconds, are ended. */
const patience = 2000

/** @param count the most threads; 0 for the caller's thread alone */
export function decodingThreads(count: number): DecodingThreads {
  const free: Taken[] = []
  const waiting: (() => void)[] = []
  let started = 0
  let busy = 0
  let generation = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const end = () => {
    clearTimeout(timer)
    generation++
    started = 0
    for (const { thread } of free.splice(0)) thread?.end()
  }
  const take = async (): Promise<Taken> => {
    while (free.length === 0 && started >= count) await new Promise<void>((resolve) => waiting.push(resolve))
    const taken = free.pop()
    if (taken !== undefined) return taken
    started++
    const born = generation
    return { thread: await startThread(), born }
  }
  const release = (taken: Taken, isAlive: boolean) => {
    if (taken.born === generation && isAlive) free.push(taken)
    else {
      taken.thread?.end()
      if (taken.born === generation) started--
    }
    waiting.shift()?.()
    if (--busy > 0) return
    timer = setTimeout(end, patience)
    if (isNode) (timer as NodeJS.Timeout).unref()
  }
  return {
    async decode(job) {
      if (count === 0) return await decodeHere(job)
      clearTimeout(timer)
      busy++
      const taken = await take()
      let isAlive = false
      try {
        const decoded = await (taken.thread?.run(job) ?? decodeHere(job))
        isAlive = true
        return decoded
      } finally {
        release(taken, isAlive)
      }
    },
    end,
  }
}

/** A thread, or undefined where none can be started, and when it started. */
interface Taken {
  readonly thread: Thread | undefined
  readonly born: number
}

/** Decodes in this thread, and lets other tasks run every ten milliseconds. */
async function decodeHere(job: Job): Promise<Decoded> {
  const { decodeBatch } = await import('./decoding/decode-batch.ts')
  let last = performance.now()
  return await decodeBatch(job, async () => {
    if (performance.now() - last < 10) return
    await new Promise((resolve) => setTimeout(resolve))
    last = performance.now()
  })
}

/** Undefined where no worker can be started: a policy may forbid it. */
async function startThread(): Promise<Thread | undefined> {
  const { workerProgram } = await import('./worker-program.ts')
  try {
    return isNode ? threadInNode(workerProgram) : await threadInPage(workerProgram)
  } catch {
    return undefined
  }
}

function threadInNode(program: string): Thread {
  const { Worker } = nodeModule<typeof import('node:worker_threads')>('node:worker_threads') ?? {}
  if (Worker === undefined) throw new Error('no worker threads')
  // Without the options of this process: a thread needs no loader and no profile.
  const worker = new Worker(program, { eval: true, execArgv: [], env: {} })
  worker.unref()
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const answered = (answer: Decoded) => {
          worker.unref()
          worker.off('error', failed).off('exit', failed)
          resolve(answer)
        }
        const failed = (reason: unknown) => reject(new Error(`a decoding thread ended: ${reason}`))
        worker.ref() // a process waits for the answer
        worker.once('message', answered).once('error', failed).once('exit', failed)
        worker.postMessage(job)
      }),
    end: () => void worker.terminate(),
  }
}

async function threadInPage(program: string): Promise<Thread | undefined> {
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  const worker = new Worker(url)
  const run = (job: Job) =>
    new Promise<Decoded>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      // A content security policy that forbids the worker is an event, not an exception.
      worker.onerror = (event) => {
        event.preventDefault()
        reject(new Error(`a decoding thread failed: ${event.message}`))
      }
      worker.postMessage(job)
    })
  const settings = { width: 1, height: 1, channels: 1, fit: 'stretch', filter: 'box', background: 0 } as const
  const hasStarted = await run({ sources: [], settings: { ...settings, maximumPixels: 1 } }).then(
    () => true,
    () => false,
  )
  URL.revokeObjectURL(url)
  if (hasStarted) return { run, end: () => worker.terminate() }
  worker.terminate()
  return undefined
}
