// Puts the kernels of this package into tfjs's registry, once, in front of tfjs's own.
import { BackendUnavailableError } from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { env, getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { createHeap, type Heap } from './heap.ts'
import { adam } from './kernels/adam.ts'
import { bernoulli, bernoulliGradient } from './kernels/bernoulli.ts'
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './kernels/convolution.ts'
import {
  convolution,
  convolutionGradient,
  transposedConvolution,
  transposedConvolutionGradient,
} from './kernels/convolution-layer.ts'
import { dense, denseGradient } from './kernels/dense.ts'
import { fusedMatMul } from './kernels/fused-matmul.ts'
import { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './kernels/gaussian.ts'
import { identity } from './kernels/identity.ts'
import type { WasmKernel } from './kernels/kernel.ts'
import { batchMatMul } from './kernels/matmul.ts'
import { maxPoolGrad } from './kernels/pooling.ts'
import { mean, sum } from './kernels/reduction.ts'
import { tile } from './kernels/tile.ts'
import { unary } from './kernels/unary.ts'
import { moduleOf } from './module.ts'
import { loadNativeKernels } from './native.ts'

const kernels: readonly WasmKernel[] = [
  adam,
  batchMatMul,
  bernoulli,
  bernoulliGradient,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  convolution,
  convolutionGradient,
  dense,
  denseGradient,
  fusedMatMul,
  gaussianKl,
  gaussianKlGradient,
  identity,
  maxPoolGrad,
  mean,
  reparameterize,
  reparameterizeGradient,
  sum,
  tile,
  transposedConvolution,
  transposedConvolutionGradient,
  ...unary,
]

// A backend that tfjs disposed and made again has another memory.
const heaps = new WeakMap<object, Heap>()

/**
 * Makes the kernels work on `backend` and registers them. A second call for the same backend changes nothing.
 *
 * @param backend tfjs's wasm backend, ready
 * @throws {BackendUnavailableError} when its memory is out of reach
 */
export async function installKernels(backend: BackendWasm): Promise<void> {
  if (heaps.has(backend)) return
  heaps.set(backend, createHeap(backend, await loadNativeKernels(await memoryOf(backend))))
  for (const kernel of kernels) register(kernel)
}

/** The memory of tfjs's module: exported by it, and named in no type of tfjs. */
async function memoryOf(backend: BackendWasm): Promise<WebAssembly.Memory> {
  const memory = moduleOf(backend).asm?.memory
  if (memory === undefined) throw cannotJoin('it does not export its memory')
  if (typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer) {
    throw cannotJoin('it was started with threads, and its memory is shared')
  }
  if (!(await env().getAsync('WASM_HAS_SIMD_SUPPORT'))) throw cannotJoin('it was started without SIMD')
  return memory
}

function cannotJoin(reason: string): BackendUnavailableError {
  return new BackendUnavailableError('`wasm` cannot add its kernels to the wasm backend that is already running.', {
    facts: { Reason: reason },
    fix: 'activate wasm from @ae/wasm before anything else starts that backend',
  })
}

function register({ name, run }: WasmKernel): void {
  const stock = getKernel(name, 'wasm') as KernelConfig | undefined
  if (stock !== undefined) unregisterKernel(name, 'wasm')
  registerKernel({
    ...stock, // its setup binds the C++ function, which a backend that is made again still needs
    kernelName: name,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs = {}, backend }) =>
      run({
        inputs,
        attributes: attrs,
        backend: backend as BackendWasm,
        heap: heapOf(backend),
        stock: () => (stock as KernelConfig).kernelFunc({ inputs, attrs, backend }),
      }),
  })
}

function heapOf(backend: object): Heap {
  const heap = heaps.get(backend)
  if (heap !== undefined) return heap
  throw new BackendUnavailableError('The wasm backend was replaced after `wasm` from @ae/wasm was activated.', {
    fix: 'activate wasm again',
  })
}
