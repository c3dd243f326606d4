// One forward pass, and what its output means.
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { Interval } from './dataset.ts'
import type { Json } from './json.ts'
import type { RandomAddress } from './random/random.ts'

/**
 * p(x | output): what a decoder's raw output means. The objective and `decode` use the same object, so they agree by
 * construction.
 */
export interface Likelihood {
  /** Names it in saved models, e.g. `bernoulli`. */
  readonly kind: string
  /** The values that a target may take; data outside is refused before training. */
  readonly support: Interval
  /**
   * How many raw outputs describe one feature, e.g. 2 for a mean and a scale. With 1, the default, the decoder's raw
   * output is `[batch, ...shape]`; with n > 1 it is `[batch, ...shape, n]`.
   */
  readonly parameters?: number | undefined
  /**
   * The parameters that no network emits: the last `shared.length` of them are one learned number each, the same for every
   * feature; the list holds their initial values. The model owns the variable. Defaults to none.
   */
  readonly shared?: readonly number[] | undefined
  /**
   * -log p(target | output), summed over features.
   *
   * @param output the decoder's raw output, `[batch, ...shape]` or `[batch, ...shape, parameters]`, borrowed
   * @param target `[batch, ...shape]`, borrowed
   * @returns `[batch]`, nats unless the likelihood says otherwise; owned by the caller
   */
  negativeLogLikelihood(output: Tensor, target: Tensor): Tensor1D
  /**
   * The mean of x under the distribution: what `decode` returns.
   *
   * @param output the decoder's raw output, borrowed
   * @returns `[batch, ...shape]`, owned by the caller
   */
  mean(output: Tensor): Tensor
  /**
   * Draws x from the distribution, for `sample(count, { draw: true })`. Defaults to none: then `sample` can only give means.
   *
   * @param output the decoder's raw output, borrowed
   * @param address where the randomness comes from: the draws take the stream `likelihood`
   * @returns `[batch, ...shape]`, owned by the caller
   */
  draw?(output: Tensor, address: RandomAddress): Tensor
  /** The options that restore it from a saved model. */
  readonly config: LikelihoodConfig
}

/** A likelihood as JSON: its kind and its options by name. */
export interface LikelihoodConfig {
  /** The likelihood's `kind`. */
  readonly kind: string
  /** Its options. */
  readonly [option: string]: Json | undefined
}

/**
 * One forward pass. Its tensors have one row per example, except that a model that draws several codes for each (IWAE)
 * has one row per draw in `target`, `code` and `output`.
 */
export interface Trace {
  /** The encoder's input, `[batch, ...inputShape]`. */
  readonly input: Tensor
  /** What the output is compared with, the same shape; `input` itself unless the model corrupts its input. */
  readonly target: Tensor
  /** The hidden representation that was decoded, `[batch, codeSize]`. */
  readonly code: Tensor2D
  /** The decoder's raw output (logits, means), `[batch, ...inputShape]`, with one more axis if the likelihood has `parameters`. */
  readonly output: Tensor
  /** What `output` means. */
  readonly likelihood: Likelihood
}

/** A diagonal Gaussian over latents. */
export interface DiagonalGaussian {
  /** `[batch, latentSize]`. */
  readonly mean: Tensor2D
  /** log of the variance, `[batch, latentSize]`. */
  readonly logVariance: Tensor2D
}

/** p(z): the distribution that a model with latents draws new codes from, and that its KL term compares the posterior with. */
export interface Prior {
  /**
   * Draws new codes.
   *
   * @param shape how many, and their length
   * @param address where the randomness comes from
   * @param temperature a factor on the standard deviation, at least 0. Defaults to 1
   * @returns `[count, codeSize]`, owned by the caller
   */
  sample(shape: readonly [count: number, codeSize: number], address: RandomAddress, temperature?: number): Tensor2D
  /**
   * KL(q(z | x) || p(z)), differentiable in the posterior.
   *
   * @param posterior borrowed
   * @returns `[batch]`, nats, owned by the caller
   */
  kl(posterior: DiagonalGaussian): Tensor1D
}

/** A forward pass whose code is a sample of a Gaussian posterior q(z | x). */
export interface GaussianTrace extends Trace {
  /** q(z | x). */
  readonly posterior: DiagonalGaussian
  /** p(z). Defaults to N(0, I). */
  readonly prior?: Prior | undefined
}
