// Puts the kernels of this folder into tfjs's registry, once, in front of tfjs's own.
import { AutoencoderError } from '@ae/core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { adam } from './adam.ts'
import { bernoulli, bernoulliGradient } from './bernoulli.ts'
import { dense, denseGradient } from './dense.ts'
import { densePair, densePairGradient } from './dense-pair.ts'
import { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './gaussian.ts'
import type { WebglKernel } from './kernel.ts'
import { reshape } from './reshape.ts'
import { sumOfSquares, sumOfSquaresGradient } from './sum-of-squares.ts'
import { totalOfTerms, totalOfTermsGradient } from './total-of-terms.ts'

const kernels: readonly WebglKernel[] = [
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
  reshape,
  sumOfSquares,
  sumOfSquaresGradient,
  totalOfTerms,
  totalOfTermsGradient,
]

let installed = false

/** Registers the kernels for tfjs's webgl backend, which must be on WebGL 2. A second call changes nothing. */
export function installKernels(): void {
  if (installed) return
  for (const kernel of kernels) register(kernel)
  installed = true
}

function register({ name, run }: WebglKernel): void {
  const stock = getKernel(name, 'webgl') as KernelConfig | undefined
  if (stock !== undefined) unregisterKernel(name, 'webgl')
  registerKernel({
    ...stock,
    kernelName: name,
    backendName: 'webgl',
    kernelFunc: ({ inputs, attrs = {}, backend }) => {
      const input = (inputName: string) => {
        const tensor = inputs[inputName]
        if (tensor !== undefined) return tensor
        throw new AutoencoderError(`\`${name}\` on the webgl backend received no \`${inputName}\`.`)
      }
      return run({
        input,
        attributes: attrs,
        backend: backend as MathBackendWebGL,
        stock: () => (stock as KernelConfig).kernelFunc({ inputs, attrs, backend }),
      })
    },
  })
}
