// What a team of threads is, and the one of the caller alone.

import type { CompiledKernels, KernelExports } from '../binary/kernel-exports.ts'
import type { EmscriptenModule } from '../binary/module.ts'

/** The threads of one memory. */
export interface Team {
  /** How many threads there are, the one that calls counted. */
  readonly threads: number
  /** From now on these threads compute what kernels publish. */
  lead(): void
  /** Gives back the memory that was freed and that no job can use any more. */
  release(): void
  /**
   * Lets as many threads make a step of training that begins as pay; see pace.ts. One that computes alone has no choice.
   *
   * @param size of the step
   */
  beginStep?(size: number): void
  /** Lets the caller compute alone, until the function that it gives is called. */
  rest?(): () => void
  /** Sends the others home: from now on the caller computes alone. Jobs that are not done never will be. */
  stop(): void
}

/** The team of the caller alone. */
export async function createSolo(module: EmscriptenModule, { exports }: CompiledKernels): Promise<Team> {
  return alone(exports, startTeam(module, exports, 1))
}

/**
 * Makes the block of memory that a team shares. It is never given back, because a thread may read it last of all.
 *
 * @returns its address
 */
export function startTeam(module: EmscriptenModule, exports: KernelExports, threads: number): number {
  const place = module._malloc(exports.teamBytes(threads) + 63) >>> 0
  const address = (place + 63) & ~63
  exports.startTeam(address, threads)
  return address
}

/** A team whose other threads, if it was to have any, are none. */
export function alone(exports: KernelExports, address: number): Team {
  const stop = () => void exports.stopTeam(address)
  stop()
  return { threads: 1, lead: () => void exports.leadTeam(address), release: () => {}, stop }
}
