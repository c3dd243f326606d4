// The kernel seam: an op names a fused kernel; a backend that has registered it runs it, every other one composes the
// same op from tfjs core ops. Models never know.
import { engine, getBackend, getKernel, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core'

/** The names of the fused kernels, and what each takes and gives. A backend registers them with tfjs's registry. */
export const fusedKernels = {
  /**
   * One Adam step over all variables. Inputs `parameter0..n-1`, `gradient0..`, `mean0..`, `square0..`; attributes
   * `count`, `learningRate`, `beta1`, `beta2`, `epsilon`, `step` (from 1). Outputs `3 n` tensors: the new parameters,
   * then the new means, then the new squares. Parameters, means and squares are used up: the caller reads none of them
   * afterwards, so that a backend may compute in their memory where nothing else refers to it.
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
   * Two dense layers on one input, without activation. Inputs `x` [batch, in], `firstKernel` [in, first], `firstBias`
   * [first], `secondKernel` [in, second], `secondBias` [second]. Outputs `first` [batch, first], `second` [batch, second].
   * Attribute `needsInput` (boolean) for the gradient. Only worth having together with its gradient, and where a call of
   * a kernel costs much.
   */
  densePair: 'AeDensePair',
  /**
   * Its gradient. Inputs `x`, `firstKernel`, `secondKernel`, `firstDy` [batch, first], `secondDy` [batch, second];
   * attribute `needsInput` (boolean). Outputs `dFirstKernel`, `dFirstBias`, `dSecondKernel`, `dSecondBias` and, if
   * `needsInput`, `dx`.
   */
  densePairGradient: 'AeDensePairGradient',
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
  /**
   * Sum over features of (prediction - target)^2: what squared errors and the Gaussian likelihood share. Inputs `prediction`,
   * `target`, both [batch, features]. Output [batch].
   */
  sumOfSquares: 'AeSumOfSquares',
  /** Its gradient. Inputs `prediction`, `target`, `dy` [batch]. Output `dPrediction` [batch, features]. */
  sumOfSquaresGradient: 'AeSumOfSquaresGradient',
  /**
   * The same of a prediction that is the sigmoid of an output: its gradient then reads no prediction. Inputs `output`, `target`,
   * both [batch, features]. Output [batch].
   */
  sumOfSquaresOfSigmoid: 'AeSumOfSquaresOfSigmoid',
  /** Its gradient. Inputs `output`, `target`, `dy` [batch]. Output `dOutput` [batch, features]. */
  sumOfSquaresOfSigmoidGradient: 'AeSumOfSquaresOfSigmoidGradient',
  /**
   * Sum over units of the divergence KL(rate || a) of a Bernoulli rate, a the unit's mean over the batch, which counts as at
   * least 1e-6 away from 0 and from 1. Input `code` [batch, units]; attribute `rate`. Output [], nats.
   */
  klSparsity: 'AeKlSparsity',
  /** Its gradient. Inputs `code`, `dy` []; attribute `rate`. Output `dCode` [batch, units]. */
  klSparsityGradient: 'AeKlSparsityGradient',
  /** Kullback-Leibler divergence to N(0, I). Inputs `mean`, `logVariance` [batch, latent]. Output [batch], nats. */
  gaussianKl: 'AeGaussianKl',
  /** Its gradient. Inputs `mean`, `logVariance`, `dy` [batch]. Outputs `dMean`, `dLogVariance` [batch, latent]. */
  gaussianKlGradient: 'AeGaussianKlGradient',
  /** `mean + exp(logVariance / 2) noise`. Inputs `mean`, `logVariance`, `noise` [batch, latent]. Output the same. */
  reparameterize: 'AeReparameterize',
  /** Its gradient. Inputs `logVariance`, `noise`, `dy`. Output `dLogVariance`; the gradient of `mean` is `dy`. */
  reparameterizeGradient: 'AeReparameterizeGradient',
  /**
   * What is minimised. Inputs `term0..n-1`, each [batch] or []; attribute `weights` (n numbers). Outputs the mean of each
   * term, [], then the sum of weights times means, [].
   */
  totalOfTerms: 'AeTotalOfTerms',
  /**
   * Its gradient. Input `dy` [], the gradient of the sum; attributes `weights`, and `lengths` of the terms (n numbers, -1
   * for []). Outputs `dTerm0..n-1`: each filled with its weight times `dy` divided by its number of values.
   */
  totalOfTermsGradient: 'AeTotalOfTermsGradient',
  /** Bytes as fractions of 255, rounded once. Input `bytes`, of type bool, which holds any byte. Output the same shape. */
  byteFractions: 'AeByteFractions',
  /**
   * Standard normal numbers, bit for bit those of `normals`. No input; attributes `shape`, `key` (four words of 32 bits), `counter`
   * (the upper three words of each) and `firstBlock` (the lowest word of the first). Output `shape`. Only worth having where it is quicker than to compute them here.
   */
  normals: 'AeNormals',
  /**
   * `minimum + (maximum - minimum) u`, in float64 and then rounded, u bit for bit those of `uniforms`. No input; attributes as in
   * `normals`, and `minimum`, `maximum`. Output `shape`.
   */
  uniforms: 'AeUniforms',
} as const

/** The name of a fused kernel. */
export type FusedKernel = (typeof fusedKernels)[keyof typeof fusedKernels]

/**
 * Whether to run a fused kernel; for ops that are other ops where not. False where the active backend has no such kernel, and
 * inside a gradient of a gradient, because fused kernels have no gradients.
 *
 * @param kernelName one of `fusedKernels`
 */
export function hasFused(kernelName: FusedKernel): boolean {
  return engine().state.gradientDepth <= 1 && getKernel(kernelName, getBackend()) !== undefined
}

/**
 * Runs a fused kernel where the active backend has it, else the composition of core ops. Also composes what is recorded on a
 * tape, because fused kernels have no gradients; kernels without inputs need none.
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
  const isRecorded = engine().isTapeOn() && Object.keys(inputs).length > 0
  if (isRecorded || !hasFused(kernelName)) return compose()
  return engine().runKernel(kernelName, inputs, attributes) as unknown as result
}
