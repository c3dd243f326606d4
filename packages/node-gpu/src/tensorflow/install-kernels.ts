// Puts the fused kernels of this package into tfjs's registry, once.
import { getKernel, registerKernel, tidy } from '@tensorflow/tfjs-core'
import { adam } from './kernels/adam.ts'
import { dense, denseGradient } from './kernels/dense.ts'
import type { TensorflowKernel } from './kernels/kernel.ts'
import { type OpRunner, operationsOf } from './kernels/operations.ts'

const kernels: readonly TensorflowKernel[] = [adam, dense, denseGradient]

/** Registers them for tfjs's backend `tensorflow`. A second call changes nothing. */
export function installKernels(): void {
  for (const { name, run } of kernels) {
    if (getKernel(name, 'tensorflow') !== undefined) continue
    registerKernel({
      kernelName: name,
      backendName: 'tensorflow',
      kernelFunc: ({ inputs, attrs = {}, backend }) =>
        tidy(() => run({ inputs, attributes: attrs, ops: operationsOf(backend as OpRunner) }) as never),
    })
  }
}
