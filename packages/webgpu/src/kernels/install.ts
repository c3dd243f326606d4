// Puts the kernels of this package into tfjs's registry, once.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { AddN, getKernel, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core'
import { adam } from './adam.ts'
import { addNInParts } from './add-n.ts'
import { bernoulli, bernoulliGradient } from './bernoulli.ts'
import { dense, denseGradient } from './dense.ts'
import { densePair, densePairGradient } from './dense-pair.ts'
import { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './gaussian.ts'
import type { WebgpuKernel } from './kernel.ts'
import { sumOfSquares, sumOfSquaresGradient } from './sum-of-squares.ts'
import { totalOfTerms, totalOfTermsGradient } from './total-of-terms.ts'

const kernels: readonly WebgpuKernel[] = [
  adam,
  bernoulli,
  bernoulliGradient,
  dense,
  denseGradient,
  densePair,
  densePairGradient,
  gaussianKl,
  gaussianKlGradient,
  reparameterize,
  reparameterizeGradient,
  sumOfSquares,
  sumOfSquaresGradient,
  totalOfTerms,
  totalOfTermsGradient,
]

/**
 * Registers the fused kernels for the backend `webgpu`: they run on whichever instance of tfjs's WebGPU backend is at
 * work. Those that are registered already stay, so that a second call changes nothing.
 */
export function installKernels(): void {
  if (getKernel(adam.name, 'webgpu') === undefined) {
    const addN = addNInParts()
    unregisterKernel(AddN, 'webgpu')
    registerKernel(addN)
  }
  for (const { name, run } of kernels) {
    if (getKernel(name, 'webgpu') !== undefined) continue
    registerKernel({
      kernelName: name,
      backendName: 'webgpu',
      kernelFunc: ({ inputs, attrs = {}, backend }) =>
        run({
          input: (input) => inputs[input] as TensorInfo,
          attributes: attrs,
          backend: backend as WebGPUBackend,
        }),
    })
  }
}
