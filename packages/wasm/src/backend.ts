// The backend value: loads tfjs's wasm backend where it is needed and nowhere earlier, and adds the kernels of this package.
import {
  type Availability,
  assertOptions,
  type Backend,
  type BackendReport,
  BackendUnavailableError,
  isNode,
} from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { backend, engine, env, ready, setBackend } from '@tensorflow/tfjs-core'
import { embedBinary } from './binary.ts'
import { obstacleToSimd } from './simd.ts'

/** Options of {@link wasmBackend}. */
export interface WasmOptions {
  /**
   * Where `tfjs-backend-wasm-simd.wasm` of `@tensorflow/tfjs-backend-wasm` lies: a URL, or a path in Node. Defaults to
   * the file in that package in Node; elsewhere to the copy that the scripts of this package hold, compressed.
   */
  readonly binary?: string | URL | undefined
}

/**
 * The portable CPU backend, with its file of WebAssembly at a place of your own.
 *
 * @param options where that file lies
 * @returns a backend for `selectBackend`; nothing is loaded before it is activated
 * @throws {OptionError} on an unknown option, or a `binary` that is neither a string nor a URL
 * @example
 * ```ts
 * await selectBackend(wasmBackend({ binary: '/assets/tfjs-backend-wasm-simd.wasm' }))
 * ```
 */
export function wasmBackend(options: WasmOptions = {}): Backend {
  assertOptions('wasmBackend', options, {
    binary: (value) =>
      (typeof value === 'string' && value !== '') || value instanceof URL ? undefined : 'a URL or a path',
  })
  const { binary } = options
  return {
    name: 'wasm',
    isAvailable: async () => availability(),
    activate: () => activateOnce(binary === undefined ? undefined : String(binary)),
  }
}

/**
 * The portable CPU backend: TensorFlow.js's wasm backend with kernels for training, in Node and in the browser.
 *
 * Needs nothing installed. Nothing is loaded or registered before it is activated.
 *
 * @example
 * ```ts
 * const { device } = await selectBackend(wasm) // 'WebAssembly SIMD, 1 thread'
 * ```
 */
export const wasm: Backend = /* @__PURE__ */ wasmBackend()

function availability(): Availability {
  const obstacle = obstacleToSimd()
  return obstacle === undefined ? { ok: true, device: 'WebAssembly SIMD, 1 thread' } : { ok: false, ...obstacle }
}

// Of two activations at the same time, the second waits for the first: tfjs would start its backend twice.
let pending: Promise<BackendReport> | undefined

function activateOnce(binary: string | undefined): Promise<BackendReport> {
  pending ??= activate(binary).finally(() => {
    pending = undefined
  })
  return pending
}

async function activate(binary: string | undefined): Promise<BackendReport> {
  const available = availability()
  if (!available.ok) {
    throw new BackendUnavailableError('`wasm` cannot run here.', {
      facts: { Reason: available.reason },
      fix: available.fix,
    })
  }
  const { getThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  const running = 'wasm' in engine().registry
  if (!running) await start(setWasmPaths, binary)
  await setBackend('wasm')
  await ready()
  const { installKernels } = await import('./install.ts')
  await installKernels(backend() as BackendWasm)
  const threads = getThreadsCount()
  return { name: 'wasm', device: `WebAssembly SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}` }
}

/** Starts tfjs's backend, its build with SIMD and without threads: from `binary`, or else from the file that it brings. */
async function start(
  setPaths: typeof import('@tensorflow/tfjs-backend-wasm').setWasmPaths,
  binary: string | undefined,
) {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  env().set('WASM_HAS_SIMD_SUPPORT', true)
  try {
    // In Node tfjs finds its own file.
    if (binary !== undefined) setPaths(threeBuilds(binary))
    else if (!isNode) setPaths(threeBuilds(await embedBinary()), true)
    if (await setBackend('wasm')) return
  } catch (cause) {
    throw notStarted(binary, cause)
  }
  throw notStarted(binary, undefined)
}

/** tfjs wants a place for each of its builds, and takes the one with SIMD only. */
function threeBuilds(place: string) {
  return {
    'tfjs-backend-wasm.wasm': place,
    'tfjs-backend-wasm-simd.wasm': place,
    'tfjs-backend-wasm-threaded-simd.wasm': place,
  }
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
  const once = 'then start again, for TensorFlow.js loads it once'
  const naming = "name its place: wasmBackend({ binary: '...' })"
  if (binary !== undefined) {
    return { place: binary, fix: `put ${file} of @tensorflow/tfjs-backend-wasm there, or ${naming}; ${once}` }
  }
  if (isNode) {
    return {
      place: `${file} of @tensorflow/tfjs-backend-wasm`,
      fix: `install that package again, or ${naming}; ${once}`,
    }
  }
  return { place: 'the copy in @ae/wasm', fix: `load the page again, or serve ${file} yourself and ${naming}` }
}
