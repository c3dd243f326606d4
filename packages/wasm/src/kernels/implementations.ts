// The contracts of `@ae/core/kernels` that this package implements.
import type { KernelImplementation } from '@ae/core'
import { byteFractions } from './bytes.ts'
import {
  convolution,
  convolutionGradient,
  transposedConvolution,
  transposedConvolutionGradient,
} from './convolution-layer.ts'
import { dense, denseGradient } from './dense.ts'
import { gaussianKl, gaussianKlGradient, reparameterize, reparameterizeGradient } from './gaussian.ts'
import type { Tools } from './kernel.ts'
import { losses } from './losses.ts'
import { clipFactor, optimize } from './optimize.ts'
import { bits, normals, permutation, uniforms } from './random.ts'
import { klSparsity, klSparsityGradient } from './sparsity.ts'
import { totalOfTerms, totalOfTermsGradient } from './total-of-terms.ts'

/** All of them; a pair of dense layers is as fast composed, where a call costs next to nothing. */
export const implementations: readonly KernelImplementation<Tools>[] = [
  bits,
  byteFractions,
  clipFactor,
  convolution,
  convolutionGradient,
  dense,
  denseGradient,
  gaussianKl,
  gaussianKlGradient,
  klSparsity,
  klSparsityGradient,
  ...losses,
  normals,
  optimize,
  permutation,
  reparameterize,
  reparameterizeGradient,
  totalOfTerms,
  totalOfTermsGradient,
  transposedConvolution,
  transposedConvolutionGradient,
  uniforms,
]
