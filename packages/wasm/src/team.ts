// The threads that compute the kernels together, and what happens when one of them does not answer. How they share work is
// assembly/team.ts.
import { BackendLostError } from '@ae/core'
import type { EmscriptenModule } from './module.ts'
import type { CompiledKernels } from './native.ts'
import type { Thread } from './threads.ts'

/** The threads of one memory. */
export interface Team {
  /** Where its block lies: the first argument of kernels that several threads compute. */
  readonly address: number
  /** How many threads there are, the one that calls counted. */
  readonly threads: number
  /** Sends the others home: from now on the caller computes alone. */
  stop(): void
}

/**
 * Makes a team.
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
  const { native, memory } = kernels
  const place = module._malloc(native.teamBytes(others.length + 1) + 63) >>> 0
  const address = (place + 63) & ~63
  native.startTeam(address, others.length + 1)
  const joined = await Promise.all(
    others.map((thread, index) => thread.join({ module: kernels.module, memory, team: address, thread: index + 1 })),
  )
  const helpers = others.filter((_, index) => joined[index])
  const stop = () => void native.stopTeam(address)
  if (helpers.length === 0) stop()
  kernels.whenLate(
    watchLateness(memory, address >>> 0, () => {
      stop()
      for (const helper of helpers) helper.end()
    }),
  )
  return { address, threads: helpers.length + 1, stop }
}

/** How long the caller waits for a task of another thread. A task takes milliseconds, whatever the machine. */
export const patience = { milliseconds: 20_000 }

// Where assembly/team.ts keeps them, in words: the number of the job, and how many of its tasks are done.
const jobWord = 1
const doneWord = 16

/**
 * What the caller does while a task of another thread is late: it lets that thread have the processor, and in the end gives up.
 *
 * @param giveUp ends all threads
 */
function watchLateness(memory: WebAssembly.Memory, address: number, giveUp: () => void): () => void {
  const words = new Int32Array(memory.buffer, address, doneWord + 1)
  const mayWait = typeof window === 'undefined'
  let [job, done, waited, last] = [0, 0, 0, 0]
  return () => {
    const now = performance.now()
    const sameJob = job === Atomics.load(words, jobWord) && done === Atomics.load(words, doneWord)
    // A computer that slept meanwhile has waited for a moment only.
    waited = sameJob ? waited + Math.min(now - last, 100) : 0
    job = Atomics.load(words, jobWord)
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
