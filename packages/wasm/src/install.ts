// Registers the kernels of this package with tfjs, once, in place of tfjs's own.
import { BackendUnavailableError, extendBackend, installKernels as installImplementations } from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import {
  env,
  getKernel,
  getKernelsForBackend,
  type KernelConfig,
  type KernelFunc,
  Reshape,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { isShared, loadKernels } from './binary/kernel-exports.ts'
import { moduleOf } from './binary/module.ts'
import { type Installed, knownKernels } from './installed.ts'
import { binary } from './kernels/binary.ts'
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './kernels/convolution.ts'
import { fusedMatMul } from './kernels/fused-matmul.ts'
import { identity } from './kernels/identity.ts'
import { implementations } from './kernels/implementations.ts'
import type { WasmKernel } from './kernels/kernel.ts'
import { batchMatMul } from './kernels/matmul.ts'
import { maxPoolGrad, pools } from './kernels/pooling.ts'
import { mean, sum } from './kernels/reduction.ts'
import { tile } from './kernels/tile.ts'
import { unary } from './kernels/unary.ts'
import { createHeap, type Heap } from './memory/heap.ts'
import { keepListeners } from './threads/hand-over.ts'
import { createSingleThread } from './threads/single-thread.ts'
import type { Thread } from './threads/threads.ts'

/** The kernels of tfjs that models and losses of `@ae` may run, training included. */
const kernelsOfModels: readonly WasmKernel[] = [
  batchMatMul,
  ...binary,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  fusedMatMul,
  identity,
  maxPoolGrad,
  mean,
  ...pools,
  sum,
  tile,
  ...unary,
]

// A backend that tfjs disposed of and created again has another memory.
const installed = new WeakMap<object, Installed>()

/**
 * Sets the kernels up for `backend` and registers them. A second call for the same backend may change the number of threads
 * and add kernels.
 *
 * @param backend tfjs's wasm backend, ready
 * @param options.threads the number to use where memory can be shared, the calling one included
 * @param options.vectorBits the widest vectors allowed, in bits
 * @param options.kernels which ones to register. Defaults to all
 * @param options.startThread returns a thread that is starting or has started; see threads.ts. Undefined for a single thread
 * @throws {BackendUnavailableError} when its memory is inaccessible
 */
export async function installKernels(
  backend: BackendWasm,
  {
    threads,
    vectorBits,
    kernels: wanted = 'all',
    startThread,
  }: {
    threads: number
    vectorBits: number
    kernels?: 'all' | 'models'
    startThread: (() => Thread) | undefined
  },
): Promise<Installed> {
  const before = installed.get(backend)
  if (before !== undefined) await registerWanted(wanted)
  if (before?.pool.threads === threads) return before
  const kernels = before?.kernels ?? (await loadKernels(await memoryOf(backend), vectorBits))
  const workers = startThread && isShared(kernels.memory) ? Array.from({ length: threads - 1 }, startThread) : []
  const createPool =
    workers.length === 0 ? createSingleThread : (await import('./threads/thread-pool.ts')).createThreadPool
  const pool = await createPool(moduleOf(backend), kernels, workers)
  if (before !== undefined) {
    before.heap.finish()
    before.pool.stop()
    pool.activate()
    before.pool = pool
    return before
  }
  const finish = () => {
    kernels.exports.finish()
    now.pool.release()
  }
  const now: Installed = { kernels, pool, heap: createHeap(backend, kernels.exports, finish) }
  pool.activate()
  installed.set(backend, now)
  finishFirst(backend, now)
  keepListeners(moduleOf(backend))
  extendBackend(backend, {
    stepPlayer: async (variables) =>
      (await import('./replay/player.ts')).createStepPlayer({ backend, installed: now, variables }),
    beginStep: (size) => now.pool.beginStep?.(size),
    restThreads: () => now.pool.rest?.() ?? (() => {}),
  })
  await registerWanted(wanted)
  return now
}

/** Makes every method of `backend` that reads tensors wait until they are computed. */
function finishFirst(backend: BackendWasm, now: Installed): void {
  const { readSync, typedArrayFromHeap, time, dispose } = backend
  backend.readSync = (dataId, start, end) => {
    now.heap.finish()
    return readSync.call(backend, dataId, start, end)
  }
  // Kernels that other programs register later read and write through it.
  backend.typedArrayFromHeap = (tensor) => {
    now.heap.finish()
    return typedArrayFromHeap.call(backend, tensor)
  }
  backend.time = (run) =>
    time.call(backend, () => {
      run()
      now.heap.finish()
    })
  backend.dispose = () => {
    try {
      now.heap.finish()
    } finally {
      now.pool.stop()
      dispose.call(backend)
    }
  }
}

/** The memory that tfjs's module exports; tfjs's types leave it out. */
async function memoryOf(backend: BackendWasm): Promise<WebAssembly.Memory> {
  const module = moduleOf(backend)
  const memory = module.asm?.memory
  const hasVectors = await env().getAsync('WASM_HAS_SIMD_SUPPORT')
  if (memory !== undefined && hasVectors && !('PThread' in module)) return memory
  const { cannotJoin } = await import('./obstacles.ts')
  throw cannotJoin('PThread' in module ? 'threads' : memory === undefined ? 'memory' : 'simd')
}

// tfjs's registry outlives a backend: it serves all backends of this name, one after another.
const registered = new Set<WasmKernel>()

/** Registers kernels that were never registered; one that the program has replaced since is left alone. */
async function registerWanted(wanted: 'all' | 'models'): Promise<void> {
  const others = wanted === 'all' ? (await import('./other-kernels.ts')).otherKernels : []
  if (registered.size === 0) {
    const ours = new Set(kernelsOfModels.map(({ name }) => name))
    for (const stock of getKernelsForBackend('wasm')) if (!ours.has(stock.kernelName)) registerStock(stock)
    installImplementations('wasm', implementations, (backend) => ({
      heap: heapOf(backend),
      backend: backend as BackendWasm,
    }))
    for (const { spec } of implementations) knownKernels.add(getKernel(spec.name, 'wasm').kernelFunc)
  }
  for (const kernel of [...kernelsOfModels, ...others]) {
    if (registered.has(kernel)) continue
    registered.add(kernel)
    register(kernel)
  }
}

/** Makes a kernel of tfjs wait for its inputs, except for reshape, which does not read them. */
function registerStock(stock: KernelConfig): void {
  if (stock.kernelName === Reshape) {
    knownKernels.add(stock.kernelFunc)
    return
  }
  const kernelFunc: KernelFunc = (call) => {
    installed.get(call.backend)?.heap.finish()
    return stock.kernelFunc(call)
  }
  replace({ ...stock, kernelFunc })
  knownKernels.add(kernelFunc)
}

function replace(kernel: KernelConfig): void {
  unregisterKernel(kernel.kernelName, 'wasm')
  registerKernel(kernel)
}

function register({ name, run }: WasmKernel): void {
  const stock = getKernel(name, 'wasm') as KernelConfig | undefined
  const replaceOrAdd = stock === undefined ? registerKernel : replace
  const kernelFunc: KernelFunc = ({ inputs, attrs = {}, backend }) =>
    run({
      inputs,
      attributes: attrs,
      backend: backend as BackendWasm,
      heap: heapOf(backend),
      stock: () => {
        heapOf(backend).finish()
        return (stock as KernelConfig).kernelFunc({ inputs, attrs, backend })
      },
    })
  // tfjs's setup function binds the C++ function, which is still needed when a backend is created again.
  replaceOrAdd({ ...stock, kernelName: name, backendName: 'wasm', kernelFunc })
  knownKernels.add(kernelFunc)
}

function heapOf(backend: object): Heap {
  const heap = installed.get(backend)?.heap
  if (heap !== undefined) return heap
  throw new BackendUnavailableError('The wasm backend was replaced after `wasm` from @ae/wasm was activated.', {
    fix: 'activate wasm again',
  })
}
