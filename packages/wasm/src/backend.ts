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
import { bundledBinary } from './binary.ts'
import { missingForSimd } from './simd.ts'

/** Options of {@link wasmBackend}. */
export interface WasmOptions {
  /**
   * Where `tfjs-backend-wasm-simd.wasm` of `@tensorflow/tfjs-backend-wasm` lies: a URL, or a path in Node. Defaults to
   * the file in that package in Node, and to the copy in this package elsewhere.
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
  const missing = missingForSimd()
  if (missing === undefined) return { ok: true, device: 'WebAssembly SIMD, 1 thread' }
  return { ok: false, reason: missing, fix: 'use Node 20 or newer, or a browser of 2023 or newer' }
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
  if (!running) await start(setWasmPaths, binary ?? (isNode ? undefined : bundledBinary()))
  await setBackend('wasm')
  await ready()
  const { installKernels } = await import('./install.ts')
  await installKernels(backend() as BackendWasm)
  const threads = getThreadsCount()
  return { name: 'wasm', device: `WebAssembly SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}` }
}

/** Starts tfjs's backend: its build with SIMD and without threads, from `binary` or from where tfjs itself finds it. */
async function start(
  setPaths: typeof import('@tensorflow/tfjs-backend-wasm').setWasmPaths,
  binary: string | undefined,
) {
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  env().set('WASM_HAS_SIMD_SUPPORT', true)
  try {
    // tfjs wants a place for each of its three builds; with the flags above it takes the one with SIMD.
    if (binary !== undefined) {
      setPaths({
        'tfjs-backend-wasm.wasm': binary,
        'tfjs-backend-wasm-simd.wasm': binary,
        'tfjs-backend-wasm-threaded-simd.wasm': binary,
      })
    }
    if (await setBackend('wasm')) return
  } catch (cause) {
    throw notStarted(binary, cause)
  }
  throw notStarted(binary, undefined)
}

function notStarted(binary: string | undefined, cause: unknown): BackendUnavailableError {
  return new BackendUnavailableError('`wasm` could not start the wasm backend of TensorFlow.js.', {
    facts: {
      Binary: binary ?? 'as TensorFlow.js finds it',
      ...(cause instanceof Error ? { Reason: cause.message } : {}),
    },
    fix:
      'put tfjs-backend-wasm-simd.wasm of @tensorflow/tfjs-backend-wasm there, or name its place: ' +
      "wasmBackend({ binary: '...' }); then start again, for TensorFlow.js loads it once",
    cause,
  })
}
