// The worker threads of this package, in Node and in a page. They run nothing but `work` of assembly/team.ts, on the memory of the
// backend. A script of its own, loaded where there are several threads.
import { isNode, nodeModule } from '@ae/core/internal'
import type { WideModule } from '../binary/compile-revectorized.ts'

/** What a thread needs to start. */
interface ThreadSetup {
  /** The kernels, compiled. */
  readonly module: WebAssembly.Module
  /** The module that they import functions from, where they do. */
  readonly wide: WideModule | undefined
  /** The memory that holds the tensors, shared. */
  readonly memory: WebAssembly.Memory
  /** The address of the pool's shared block. */
  readonly team: number
  /** The thread's number, from 1. */
  readonly thread: number
}

/** A worker that starts up, and then waits for its setup. */
export interface Thread {
  /**
   * Lets it take part in a pool.
   *
   * @returns true once it waits for work; false where it could not start, and never will
   */
  join(setup: ThreadSetup): Promise<boolean>
  /** Ends it, whatever it does. */
  end(): void
}

/** Starts a worker without waiting for it. One that cannot be started never joins. */
export function startThread(): Thread {
  try {
    return isNode ? threadInNode() : threadInPage()
  } catch {
    return { join: async () => false, end: () => {} }
  }
}

// A few lines of plain JavaScript rather than a file, so that no bundler has to find it. A thread's event loop ends here.
const program = `
const join = async ({ module, wide, memory, team, thread }, report) => {
  const env = { memory, late() {} }
  const functions = wide && { ...new WebAssembly.Instance(wide.module, { env }).exports, enabled: wide.enabled }
  const { exports } = await WebAssembly.instantiate(module, { env, wide: functions })
  report()
  exports.work(team, thread)
}
`

function threadInNode(): Thread {
  const { Worker } = nodeModule<typeof import('node:worker_threads')>('node:worker_threads') ?? {}
  if (Worker === undefined) throw new Error('no worker threads')
  const main = `
    const { parentPort } = require('node:worker_threads')
    parentPort.once('message', (setup) => join(setup, () => parentPort.postMessage('ready')).finally(() => parentPort.close()))
  `
  // Without the options of this process: a thread needs no loader and no profile.
  const worker = new Worker(program + main, { eval: true, execArgv: [], env: {} })
  const ended = new Promise<false>((resolve) => {
    worker.once('error', () => resolve(false))
    worker.once('exit', () => resolve(false))
  })
  return {
    async join(setup) {
      const ready = new Promise<true>((resolve) => worker.once('message', () => resolve(true)))
      worker.postMessage(setup)
      const joined = await inTime(Promise.race([ready, ended]))
      if (joined)
        worker.unref() // it must not keep the process alive
      else worker.terminate()
      return joined
    },
    end: () => void worker.terminate(),
  }
}

function threadInPage(): Thread {
  const main = 'onmessage = ({ data }) => join(data, () => postMessage("ready")).finally(close)'
  const url = URL.createObjectURL(new Blob([program + main], { type: 'text/javascript' }))
  const worker = new Worker(url)
  // A content security policy that forbids the worker is an event, not an exception.
  const refused = new Promise<false>((resolve) => {
    worker.onerror = (event) => {
      event.preventDefault()
      resolve(false)
    }
  })
  return {
    async join(setup) {
      const ready = new Promise<true>((resolve) => {
        worker.onmessage = () => resolve(true)
      })
      worker.postMessage(setup)
      const joined = await inTime(Promise.race([ready, refused]))
      URL.revokeObjectURL(url)
      if (!joined) worker.terminate()
      return joined
    },
    end: () => worker.terminate(),
  }
}

/** `joined`, or false after five seconds. */
async function inTime(joined: Promise<boolean>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, 5000, false)
  })
  return await Promise.race([joined, late]).finally(() => clearTimeout(timer))
}
