// The contracts of `@ae/core/kernels` that this backend implements. Others have not been worth a program of a GPU's own.
import type { KernelImplementation } from '@ae/core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { adam } from './adam.ts'
import { bernoulli, bernoulliGradient } from './bernoulli.ts'
import { dense, denseGradient } from './dense.ts'
import { densePair, densePairGradient } from './dense-pair.ts'
import { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './gaussian.ts'
import { sumOfSquares, sumOfSquaresGradient } from './sum-of-squares.ts'
import { totalOfTerms, totalOfTermsGradient } from './total-of-terms.ts'

/** All of them. */
export const implementations: readonly KernelImplementation<MathBackendWebGL>[] = [
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
