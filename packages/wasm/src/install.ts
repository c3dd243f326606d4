// Puts the kernels of this package into tfjs's registry, once, in front of tfjs's own.
import {
  BackendUnavailableError,
  installKernels as installImplementations,
  type StepPlayingBackend,
  type ThreadedBackend,
} from '@ae/core'
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
import { type Installed, ownKernels } from './installed.ts'
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
import { createSolo } from './threads/solo.ts'
import type { Thread } from './threads/threads.ts'

/** The kernels of tfjs that models and losses of `@ae` run, or may run in their training. */
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

// A backend that tfjs disposed and made again has another memory.
const installed = new WeakMap<object, Installed>()

/**
 * Makes the kernels work on `backend` and registers them. A second call for the same backend may change the number of
 * threads, and add kernels.
 *
 * @param backend tfjs's wasm backend, ready
 * @param options.threads how many to use, the caller's counted, where its memory can be shared
 * @param options.vectorBits how wide vectors may be
 * @param options.kernels which are registered, all by default
 * @param options.startThread gives one that starts up, or did; see `startThread` of threads.ts. Undefined where there is one thread
 * @throws {BackendUnavailableError} when its memory is out of reach
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
  if (before?.team.threads === threads) return before
  const kernels = before?.kernels ?? (await loadKernels(await memoryOf(backend), vectorBits))
  const others = startThread && isShared(kernels.memory) ? Array.from({ length: threads - 1 }, startThread) : []
  const createTeam = others.length === 0 ? createSolo : (await import('./threads/team.ts')).createTeam
  const team = await createTeam(moduleOf(backend), kernels, others)
  if (before !== undefined) {
    before.heap.finish()
    before.team.stop()
    team.lead()
    before.team = team
    return before
  }
  const finish = () => {
    kernels.exports.finish()
    now.team.release()
  }
  const now: Installed = { kernels, team, heap: createHeap(backend, kernels.exports, finish) }
  team.lead()
  installed.set(backend, now)
  finishFirst(backend, now)
  keepListeners(moduleOf(backend))
  const training: StepPlayingBackend & ThreadedBackend = {
    createStepPlayer: async (variables) =>
      (await import('./replay/player.ts')).createStepPlayer({ backend, installed: now, variables }),
    beginStep: (size) => now.team.beginStep?.(size),
    restThreads: () => now.team.rest?.() ?? (() => {}),
  }
  Object.assign(backend, training)
  await registerWanted(wanted)
  return now
}

/** Makes everything of `backend` that looks at tensors wait until they are computed. */
function finishFirst(backend: BackendWasm, now: Installed): void {
  const { readSync, typedArrayFromHeap, time, dispose } = backend
  backend.readSync = (dataId, start, end) => {
    now.heap.finish()
    return readSync.call(backend, dataId, start, end)
  }
  // Kernels of others, which are put into the registry later, read and write by it.
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
      now.team.stop()
      dispose.call(backend)
    }
  }
}

/** The memory of tfjs's module: exported by it, and named in no type of tfjs. */
async function memoryOf(backend: BackendWasm): Promise<WebAssembly.Memory> {
  const module = moduleOf(backend)
  const memory = module.asm?.memory
  const hasVectors = await env().getAsync('WASM_HAS_SIMD_SUPPORT')
  if (memory !== undefined && hasVectors && !('PThread' in module)) return memory
  const { cannotJoin } = await import('./obstacles.ts')
  throw cannotJoin('PThread' in module ? 'threads' : memory === undefined ? 'memory' : 'simd')
}

// tfjs's registry is for all backends of this name, one after another.
const registered = new Set<WasmKernel>()

/** Registers those that are not yet: somebody may have put another in the place of one that was. */
async function registerWanted(wanted: 'all' | 'models'): Promise<void> {
  const others = wanted === 'all' ? (await import('./other-kernels.ts')).otherKernels : []
  if (registered.size === 0) {
    const ours = new Set(kernelsOfModels.map(({ name }) => name))
    for (const stock of getKernelsForBackend('wasm')) if (!ours.has(stock.kernelName)) registerStock(stock)
    installImplementations('wasm', implementations, (backend) => ({
      heap: heapOf(backend),
      backend: backend as BackendWasm,
    }))
    for (const { spec } of implementations) ownKernels.add(getKernel(spec.name, 'wasm').kernelFunc)
  }
  for (const kernel of [...kernelsOfModels, ...others]) {
    if (registered.has(kernel)) continue
    registered.add(kernel)
    register(kernel)
  }
}

/** A kernel of tfjs looks at its inputs, except those that give the same numbers another shape. */
function registerStock(stock: KernelConfig): void {
  if (stock.kernelName === Reshape) {
    ownKernels.add(stock.kernelFunc)
    return
  }
  replace({
    ...stock,
    kernelFunc: (call) => {
      installed.get(call.backend)?.heap.finish()
      return stock.kernelFunc(call)
    },
  })
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
  // The setup of tfjs's own binds its C++ function, which a backend that is made again still needs.
  replaceOrAdd({ ...stock, kernelName: name, backendName: 'wasm', kernelFunc })
  ownKernels.add(kernelFunc)
}

function heapOf(backend: object): Heap {
  const heap = installed.get(backend)?.heap
  if (heap !== undefined) return heap
  throw new BackendUnavailableError('The wasm backend was replaced after `wasm` from @ae/wasm was activated.', {
    fix: 'activate wasm again',
  })
}
