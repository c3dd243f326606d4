// The backend `wasm`: loads tfjs's wasm backend when it is activated, and adds the kernels of this package.
import { type Availability, type Backend, type BackendReport, BackendUnavailableError } from '@ae/core'
import { assertOptions, isNode, oneOf, positiveInteger } from '@ae/core/internal'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { backend, engine, env, ready, setBackend } from '@tensorflow/tfjs-core'
import { loadBinary } from './binary/binary.ts'
import { obstacleToSimd } from './binary/simd.ts'
import { canShareMemory, defaultThreads } from './threads/cores.ts'
import { wasmPathsTo } from './threads/hand-over.ts'

/** Options of {@link wasmBackend}. */
export interface WasmOptions {
  /**
   * The location of `tfjs-backend-wasm-simd.wasm` of `@tensorflow/tfjs-backend-wasm`: a URL, or a path in Node. Defaults to the
   * compressed copy in the scripts of this package.
   */
  readonly binary?: string | URL | undefined
  /**
   * The number of threads that may compute, the calling one included: an integer of at least 1. Defaults to one per core, at most
   * 16. Where other programs need cores too, `train` measures how many threads pay off, and lets the others sleep. Threads need
   * shared memory, which a page has only if it is cross-origin isolated (`crossOriginIsolated`); without it there is one thread.
   * Results do not depend on the number.
   */
  readonly threads?: number | undefined
  /**
   * The widest vectors that matrix products may use, in bits: 128 or 256. Defaults to 256, which needs an experimental flag of V8.
   * The flag is set for the milliseconds in which a small module is compiled, in Node 24 and 26 on x64, and the module used if the
   * processor is faster with it. Elsewhere, and in pages, vectors have 128 bits. Results do not depend on it. Only the first
   * activation in a process takes it into account.
   */
  readonly vectorBits?: 128 | 256 | undefined
  /**
   * The kernels of this package that replace or complement TensorFlow.js's: `all`, or `models`, those that models and losses of
   * `@ae` run, for a page that runs nothing else: it loads 7 kB less. Other ops then run on TensorFlow.js's kernels, with the faults
   * that docs/backends.md lists. Defaults to `all`.
   */
  readonly kernels?: 'all' | 'models' | undefined
}

/**
 * The portable CPU backend, with options.
 *
 * @param options the location of the WebAssembly file, the number of threads, and the widest vectors
 * @returns a backend for `selectBackend`; nothing is loaded before it is activated
 * @throws {OptionError} on an unknown option, a `binary` that is neither a string nor a URL, `threads` that are not a positive
 *   integer, or bad `vectorBits` or `kernels`
 * @example
 * ```ts
 * await selectBackend(wasmBackend({ binary: '/assets/tfjs-backend-wasm-simd.wasm' }))
 * ```
 */
export function wasmBackend(options: WasmOptions = {}): Backend {
  assertOptions('wasmBackend', options, {
    binary: (value) =>
      (typeof value === 'string' && value !== '') || value instanceof URL ? undefined : 'a URL or a path',
    threads: positiveInteger,
    vectorBits: (value) => (value === 128 || value === 256 ? undefined : '128 or 256'),
    kernels: oneOf('all', 'models'),
  })
  const { binary, threads, vectorBits = 256, kernels = 'all' } = options
  return {
    name: 'wasm',
    isAvailable: () => availability(threads ?? defaultThreads()),
    activate: () =>
      activateOnce({
        binary: binary === undefined ? undefined : String(binary),
        threads: threads ?? defaultThreads(),
        vectorBits,
        kernels,
      }),
  }
}

/**
 * The portable CPU backend: TensorFlow.js's wasm backend with kernels for training, in Node and in the browser.
 *
 * Needs no installation. Nothing is loaded or registered before it is activated.
 *
 * @example
 * ```ts
 * const { device } = await selectBackend(wasm) // e.g. 'WebAssembly SIMD, 8 threads'
 * ```
 */
export const wasm: Backend = /* @__PURE__ */ wasmBackend()

async function availability(threads: number): Promise<Availability> {
  const obstacle = await obstacleToSimd()
  if (obstacle !== undefined) return { ok: false, ...obstacle }
  return { ok: true, device: describe(canShareMemory() ? threads : 1) }
}

function describe(threads: number): string {
  return `WebAssembly SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
}

interface Activation {
  readonly binary: string | undefined
  readonly threads: number
  readonly vectorBits: number
  readonly kernels: 'all' | 'models'
}

// A second activation waits for the first: otherwise tfjs would start its backend twice
// (findings/tfjs-wasm-starts-twice.sh).
let pending: Promise<unknown> = Promise.resolve()

function activateOnce(options: Activation): Promise<BackendReport> {
  const activation = pending.then(() => activate(options))
  pending = activation.catch(() => {})
  return activation
}

async function activate({ binary, threads, vectorBits, kernels }: Activation): Promise<BackendReport> {
  const available = await availability(threads)
  if (!available.ok) {
    throw new BackendUnavailableError('`wasm` cannot run here.', {
      facts: { Reason: available.reason },
      fix: available.fix,
    })
  }
  const running = 'wasm' in engine().registry
  const { startThread } = threads > 1 && canShareMemory() ? await import('./threads/threads.ts') : {}
  // Threads start up while this one decompresses and compiles.
  const early = running || startThread === undefined ? [] : Array.from({ length: threads - 1 }, startThread)
  try {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    if (!running) await start(setWasmPaths, binary)
    await setBackend('wasm')
    await ready()
    const { installKernels } = await import('./install.ts')
    const { pool } = await installKernels(backend() as BackendWasm, {
      threads,
      vectorBits,
      kernels,
      startThread: startThread && (() => early.pop() ?? startThread()),
    })
    return { name: 'wasm', device: describe(pool.threads) }
  } finally {
    for (const thread of early) thread.end()
  }
}

/** Starts the SIMD build of tfjs's backend, without threads, from `binary` or from the copy in this package. */
async function start(
  setPaths: typeof import('@tensorflow/tfjs-backend-wasm').setWasmPaths,
  binary: string | undefined,
) {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  env().set('WASM_HAS_SIMD_SUPPORT', true)
  try {
    const watch = isNode ? (await import('./in-node.ts')).watchListeners : undefined
    setPaths(wasmPathsTo(await loadBinary(binary, canShareMemory()), watch), true)
    if (await setBackend('wasm')) return
  } catch (cause) {
    throw notStarted(binary, cause)
  }
  throw notStarted(binary, undefined)
}

function notStarted(binary: string | undefined, cause: unknown): BackendUnavailableError {
  const { place, fix } = whereAndCure(binary)
  return new BackendUnavailableError('`wasm` could not start the wasm backend of TensorFlow.js.', {
    facts: { Binary: place, ...(cause instanceof Error ? { Reason: cause.message } : {}) },
    fix,
    cause,
  })
}

function whereAndCure(binary: string | undefined): { place: string; fix: string } {
  const file = 'tfjs-backend-wasm-simd.wasm'
  const naming = "name its place: wasmBackend({ binary: '...' })"
  if (binary !== undefined) {
    return { place: binary, fix: `put ${file} of @tensorflow/tfjs-backend-wasm there, or ${naming}` }
  }
  const again = isNode ? 'install @ae/wasm again' : 'load the page again'
  return { place: 'the copy in @ae/wasm', fix: `${again}, or serve ${file} yourself and ${naming}` }
}
