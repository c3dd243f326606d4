// Puts the kernels of this folder into tfjs's registry, once.
import { AutoencoderError } from '@ae/core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { getKernel, registerKernel } from '@tensorflow/tfjs-core'
import { adam } from './adam.ts'
import { bernoulli, bernoulliGradient } from './bernoulli.ts'
import { dense, denseGradient } from './dense.ts'
import { densePair, densePairGradient } from './dense-pair.ts'
import { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './gaussian.ts'
import type { WebglKernel } from './kernel.ts'
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
  totalOfTerms,
  totalOfTermsGradient,
]

/** Registers the fused kernels for tfjs's webgl backend, which must be on WebGL 2. A second call changes nothing. */
export function installKernels(): void {
  for (const kernel of kernels) register(kernel)
}

function register({ name, run }: WebglKernel): void {
  if (getKernel(name, 'webgl') !== undefined) return
  registerKernel({
    kernelName: name,
    backendName: 'webgl',
    kernelFunc: ({ inputs, attrs = {}, backend }) => {
      const input = (inputName: string) => {
        const tensor = inputs[inputName]
        if (tensor !== undefined) return tensor
        throw new AutoencoderError(`\`${name}\` on the webgl backend received no \`${inputName}\`.`)
      }
      return run({ input, attributes: attrs, backend: backend as MathBackendWebGL })
    },
  })
}
