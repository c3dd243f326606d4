// What a pool of threads is, and the one of the calling thread alone.
import type { CompiledKernels, KernelExports } from '../binary/kernel-exports.ts'
import type { EmscriptenModule } from '../binary/module.ts'

/** The threads that compute on one memory. */
export interface ThreadPool {
  /** The number of threads, the calling one included. */
  readonly threads: number
  /** Makes this pool the one that computes what kernels publish. */
  activate(): void
  /** Frees the memory that was given up and that no job can use any more. */
  release(): void
  /**
   * Called before a training step: decides how many threads take part in it; see pace.ts. Missing where there is one thread.
   *
   * @param size of the step
   */
  beginStep?(size: number): void
  /** Lets the calling thread compute alone until the returned function is called. Missing where there is one thread. */
  rest?(): () => void
  /** Stops the worker threads; later kernels run on the calling thread. Unfinished jobs are dropped. */
  stop(): void
}

/** A pool of the calling thread alone. */
export async function createSingleThread(module: EmscriptenModule, { exports }: CompiledKernels): Promise<ThreadPool> {
  return singleThread(exports, allocatePool(module, exports, 1))
}

/**
 * Allocates the block of memory that the threads of a pool share. It is never freed, because a thread may read it last of all.
 *
 * @returns its address
 */
export function allocatePool(module: EmscriptenModule, exports: KernelExports, threads: number): number {
  const allocated = module._malloc(exports.teamBytes(threads) + 63) >>> 0
  const address = (allocated + 63) & ~63
  exports.startTeam(address, threads)
  return address
}

/** A pool whose worker threads, if it was meant to have any, are missing. */
export function singleThread(exports: KernelExports, address: number): ThreadPool {
  const stop = () => void exports.stopTeam(address)
  stop()
  return { threads: 1, activate: () => void exports.leadTeam(address), release: () => {}, stop }
}
