// The threads that compute the kernels together, and what happens when one of them does not answer. assembly/team.ts has the code
// by which they share work. A script of its own, loaded where there are several threads.
import { BackendLostError } from '@ae/core'
import type { CompiledKernels } from '../binary/kernel-exports.ts'
import type { EmscriptenModule } from '../binary/module.ts'
import { type HeldMemory, holdMemory, type Queue } from '../memory/held-memory.ts'
import { createPace } from './pace.ts'
import { allocatePool, singleThread, type ThreadPool } from './single-thread.ts'
import type { Thread } from './threads.ts'

/**
 * Creates a pool. It computes nothing before it is activated.
 *
 * @param module allocates the memory that the threads share, which is never freed
 * @param kernels compiled for that memory
 * @param workers threads besides the calling one; those that cannot join are ended
 */
export async function createThreadPool(
  module: EmscriptenModule,
  kernels: CompiledKernels,
  workers: readonly Thread[],
): Promise<ThreadPool> {
  const { exports, wide, memory } = kernels
  const address = allocatePool(module, exports, workers.length + 1)
  const joined = await Promise.all(
    workers.map((thread, index) => {
      return thread.join({ module: kernels.module, wide, memory, team: address, thread: index + 1 })
    }),
  )
  const joinedWorkers = workers.filter((_, index) => joined[index])
  if (joinedWorkers.length === 0) return singleThread(exports, address)
  const threads = joinedWorkers.length + 1
  const pace = createPace(threads)
  let held: HeldMemory | undefined
  let [active, resting] = [threads, 0]
  const stop = () => {
    exports.stopTeam(address)
    held?.end()
    held = undefined
  }
  // `useThreads` changes the active pool, which this one is not before it is activated and after it is stopped.
  const use = (count: number) => {
    if (held === undefined || count === active) return
    exports.useThreads(count)
    active = count
  }
  // Shared memory: this view stays when it grows.
  const words = new Int32Array(memory.buffer, address >>> 0, publishedWord + 1)
  const giveUp = () => {
    stop()
    for (const worker of joinedWorkers) worker.end()
  }
  return {
    threads,
    activate: () => {
      kernels.onStall(stallHandler(words, giveUp))
      exports.leadTeam(address)
      held = holdMemory(module, exports.finish, queueOf(words))
    },
    release: () => held?.release(),
    beginStep: (size) => {
      if (resting === 0) use(pace.next(performance.now(), size))
    },
    rest: () => {
      resting++
      use(1)
      let isOver = false
      return () => {
        if (isOver) return
        isOver = true
        if (--resting === 0) use(pace.threads)
      }
    },
    stop,
  }
}

function queueOf(words: Int32Array): Queue {
  return {
    published: () => Atomics.load(words, publishedWord),
    // The numbers begin again after 2^32 jobs.
    areDone: (jobs) => ((Atomics.load(words, turnWord) - jobs) | 0) >= 0,
  }
}

/** How long the calling thread waits for a task of another one. A task takes milliseconds on any machine. */
export const stallTimeout = { milliseconds: 20_000 }

// Where assembly/team.ts keeps them, in words: which job's turn it is, how many of its tasks are done, how many jobs there
// have been.
const turnWord = 1
const doneWord = 16
const publishedWord = 32

/**
 * What the calling thread does while it waits for another thread's task: it yields the processor, and gives up after
 * `stallTimeout`.
 *
 * @param giveUp ends all threads
 */
function stallHandler(words: Int32Array, giveUp: () => void): () => void {
  const mayWait = typeof window === 'undefined'
  let [turn, done, waited, last] = [0, 0, 0, 0]
  return () => {
    const now = performance.now()
    const same = turn === Atomics.load(words, turnWord) && done === Atomics.load(words, doneWord)
    // A computer that was asleep has waited for a moment only.
    waited = same ? waited + Math.min(now - last, 100) : 0
    turn = Atomics.load(words, turnWord)
    done = Atomics.load(words, doneWord)
    last = now
    if (waited > stallTimeout.milliseconds) {
      waited = 0
      giveUp()
      throw new BackendLostError('A thread of the wasm backend does not answer.', {
        backend: 'wasm',
        facts: { Waited: `${stallTimeout.milliseconds / 1000} s for one part of a kernel` },
        fix: 'start again; with wasmBackend({ threads: 1 }) there is no other thread to wait for',
      })
    }
    if (mayWait) Atomics.wait(words, doneWord, done, 0.2)
  }
}
