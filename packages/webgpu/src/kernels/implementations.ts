// The contracts of `@ae/core/kernels` that this package implements. Others have not been worth a program of a GPU's own.
import type { KernelImplementation } from '@ae/core'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { bernoulli, bernoulliGradient } from './bernoulli.ts'
import { clipFactor } from './clip-factor.ts'
import { dense, denseGradient } from './dense.ts'
import { densePair, densePairGradient } from './dense-pair.ts'
import { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './gaussian.ts'
import { optimize } from './optimize.ts'
import { sumOfSquares, sumOfSquaresGradient } from './sum-of-squares.ts'
import { totalOfTerms, totalOfTermsGradient } from './total-of-terms.ts'

/** All of them. */
export const implementations: readonly KernelImplementation<WebGPUBackend>[] = [
  bernoulli,
  bernoulliGradient,
  clipFactor,
  dense,
  denseGradient,
  densePair,
  densePairGradient,
  gaussianKl,
  gaussianKlGradient,
  optimize,
  reparameterize,
  reparameterizeGradient,
  sumOfSquares,
  sumOfSquaresGradient,
  totalOfTerms,
  totalOfTermsGradient,
]
