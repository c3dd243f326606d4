// The kernel seam: an op names a fused kernel; a backend that has registered it runs it, every other one composes the
// same op from tfjs core ops. Models never know.
import { engine, getBackend, getKernel, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core'

/** The names of the fused kernels, and what each takes and gives. A backend registers them with tfjs's registry. */
export const fusedKernels = {
  /**
   * One Adam step over all variables. Inputs `parameter0..n-1`, `gradient0..`, `mean0..`, `square0..`; attributes
   * `count`, `learningRate`, `beta1`, `beta2`, `epsilon`, `step` (from 1). Outputs `3 n` tensors: the new parameters,
   * then the new means, then the new squares.
   */
  adam: 'AeAdam',
  /**
   * Dense layer `activation(x kernel + bias)`. Inputs `x` [batch, in], `kernel` [in, out], `bias` [out]; attribute
   * `activation` (`linear`, `relu`, `sigmoid`, `tanh`). Output [batch, out].
   */
  dense: 'AeDense',
  /**
   * Its gradient. Inputs `x`, `kernel`, `output`, `dy` [batch, out]; attributes `activation`, `needsInput` (boolean).
   * Outputs `dKernel` [in, out], `dBias` [out] and, if `needsInput`, `dx` [batch, in].
   */
  denseGradient: 'AeDenseGradient',
  /**
   * Convolution layer `activation(conv2d(x, filter) + bias)`. Inputs `x` [batch, height, width, in], `filter`
   * [filterHeight, filterWidth, in, out], `bias` [out]; attributes `activation` as in `dense`, `strides` [vertical,
   * horizontal], `pad` (`same` or `valid`). Output [batch, outHeight, outWidth, out].
   */
  convolution: 'AeConvolution',
  /**
   * Its gradient. Inputs `x`, `filter`, `output`, `dy` (as `output`); attributes as in `convolution`, and `needsInput`
   * (boolean). Outputs `dFilter`, `dBias` [out] and, if `needsInput`, `dx`.
   */
  convolutionGradient: 'AeConvolutionGradient',
  /**
   * Transposed convolution layer `activation(conv2dTranspose(x, filter) + bias)`. Inputs `x` [batch, height, width, in],
   * `filter` [filterHeight, filterWidth, out, in], `bias` [out]; attributes as in `convolution`, and `outputShape` [batch,
   * outHeight, outWidth, out], which a convolution with this filter turns into the shape of `x`. Output `outputShape`.
   */
  transposedConvolution: 'AeTransposedConvolution',
  /**
   * Its gradient. Inputs `x`, `filter`, `output`, `dy` (as `output`); attributes `activation`, `strides`, `pad` and
   * `needsInput` (boolean). Outputs `dFilter`, `dBias` [out] and, if `needsInput`, `dx`.
   */
  transposedConvolutionGradient: 'AeTransposedConvolutionGradient',
  /**
   * Bernoulli negative log-likelihood. Inputs `logits`, `target`, both [batch, features]. Output [batch], nats.
   */
  bernoulli: 'AeBernoulli',
  /** Its gradient. Inputs `logits`, `target`, `dy` [batch]. Output `dLogits` [batch, features]. */
  bernoulliGradient: 'AeBernoulliGradient',
  /** Kullback-Leibler divergence to N(0, I). Inputs `mean`, `logVariance` [batch, latent]. Output [batch], nats. */
  gaussianKl: 'AeGaussianKl',
  /** Its gradient. Inputs `mean`, `logVariance`, `dy` [batch]. Outputs `dMean`, `dLogVariance` [batch, latent]. */
  gaussianKlGradient: 'AeGaussianKlGradient',
  /** `mean + exp(logVariance / 2) noise`. Inputs `mean`, `logVariance`, `noise` [batch, latent]. Output the same. */
  reparameterize: 'AeReparameterize',
  /** Its gradient. Inputs `logVariance`, `noise`, `dy`. Output `dLogVariance`; the gradient of `mean` is `dy`. */
  reparameterizeGradient: 'AeReparameterizeGradient',
} as const

/** The name of a fused kernel. */
export type FusedKernel = (typeof fusedKernels)[keyof typeof fusedKernels]

/**
 * Runs a fused kernel where the active backend has it, else the composition of core ops.
 *
 * @param kernelName one of `fusedKernels`
 * @param inputs borrowed
 * @param attributes plain values
 * @param compose the same op from core ops; called inside the caller's tidy
 * @returns what the op gives, owned by the caller
 */
export function runFused<result extends Tensor | Tensor[]>(
  kernelName: FusedKernel,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: NamedAttrMap,
  compose: () => result,
): result {
  if (getKernel(kernelName, getBackend()) === undefined) return compose()
  return engine().runKernel(kernelName, inputs, attributes) as unknown as result
}
