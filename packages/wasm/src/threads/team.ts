// The threads that compute the kernels together, and what happens when one of them does not answer. How they share work is
// assembly/team.ts. A script of its own, loaded where there are several.
import { BackendLostError } from '@ae/core'
import type { CompiledKernels } from '../binary/kernel-exports.ts'
import type { EmscriptenModule } from '../binary/module.ts'
import { type HeldMemory, holdMemory, type Queue } from '../memory/held-memory.ts'
import { createPace } from './pace.ts'
import { alone, startTeam, type Team } from './solo.ts'
import type { Thread } from './threads.ts'

/**
 * Makes a team. It computes nothing before it is led.
 *
 * @param module what gives memory; the team's block is never given back, because a thread may read it last of all
 * @param kernels compiled for that memory
 * @param others threads besides the caller's; those that cannot join are ended
 */
export async function createTeam(
  module: EmscriptenModule,
  kernels: CompiledKernels,
  others: readonly Thread[],
): Promise<Team> {
  const { exports, wide, memory } = kernels
  const address = startTeam(module, exports, others.length + 1)
  const joined = await Promise.all(
    others.map((thread, index) => {
      return thread.join({ module: kernels.module, wide, memory, team: address, thread: index + 1 })
    }),
  )
  const helpers = others.filter((_, index) => joined[index])
  if (helpers.length === 0) return alone(exports, address)
  const threads = helpers.length + 1
  const pace = createPace(threads)
  let held: HeldMemory | undefined
  let [active, resting] = [threads, 0]
  const stop = () => {
    exports.stopTeam(address)
    held?.end()
    held = undefined
  }
  // A team that is stopped, or does not lead yet, is not the one that the functions of the module know.
  const use = (count: number) => {
    if (held === undefined || count === active) return
    exports.useThreads(count)
    active = count
  }
  // Shared memory: this view stays when it grows.
  const words = new Int32Array(memory.buffer, address >>> 0, publishedWord + 1)
  const giveUp = () => {
    stop()
    for (const helper of helpers) helper.end()
  }
  return {
    threads,
    lead: () => {
      kernels.whenLate(watchLateness(words, giveUp))
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

/** How long the caller waits for a task of another thread. A task takes milliseconds, whatever the machine. */
export const patience = { milliseconds: 20_000 }

// Where assembly/team.ts keeps them, in words: which job's turn it is, how many of its tasks are done, how many jobs there
// have been.
const turnWord = 1
const doneWord = 16
const publishedWord = 32

/**
 * What the caller does while a task of another thread is late: it lets that thread have the processor, and in the end gives up.
 *
 * @param giveUp ends all threads
 */
function watchLateness(words: Int32Array, giveUp: () => void): () => void {
  const mayWait = typeof window === 'undefined'
  let [turn, done, waited, last] = [0, 0, 0, 0]
  return () => {
    const now = performance.now()
    const same = turn === Atomics.load(words, turnWord) && done === Atomics.load(words, doneWord)
    // A computer that slept meanwhile has waited for a moment only.
    waited = same ? waited + Math.min(now - last, 100) : 0
    turn = Atomics.load(words, turnWord)
    done = Atomics.load(words, doneWord)
    last = now
    if (waited > patience.milliseconds) {
      waited = 0
      giveUp()
      throw new BackendLostError('A thread of the wasm backend does not answer.', {
        backend: 'wasm',
        facts: { Waited: `${patience.milliseconds / 1000} s for one part of a kernel` },
        fix: 'start again; with wasmBackend({ threads: 1 }) nothing else is waited for',
      })
    }
    if (mayWait) Atomics.wait(words, doneWord, done, 0.2)
  }
}
