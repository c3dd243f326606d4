// What every model with a diagonal Gaussian posterior is made of: latents, and a prior that `sample` draws from.
import type { Autoencoder, DiagonalGaussian, Likelihood, Prior, Shape, Trainable } from '@ae/core'
import {
  assertOption,
  assertOptions,
  flagOption,
  nonNegativeNumber,
  type OptionCheck,
  positiveInteger,
  seedOption,
} from '@ae/core/internal'
import { bernoulli, drawFrom } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import {
  type Assembly,
  assemble,
  type CommonOptions,
  inference,
  type RawDecoder,
  type TraceThrough,
} from './assembly.ts'
import type { Coded, Conditioning, Pass } from './bottleneck.ts'
import { type DiagonalGaussianCode, type Draw, diagonalGaussian, drawOnce } from './diagonal-gaussian.ts'
import { standardNormal } from './standard-normal.ts'

/** Options of every model with a Gaussian posterior. */
export interface VaeOptions extends CommonOptions {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape
  /** The number of latents, a positive integer. */
  readonly latentSize: number
  /** The dense encoder's hidden widths; the decoder mirrors them. Defaults to `[400]`. */
  readonly hidden?: readonly number[] | undefined
  /** p(x | z): what the decoder's raw output means. Defaults to `bernoulli`, for data in [0, 1]. */
  readonly likelihood?: Likelihood | undefined
  /** Seeds the initial weights. Defaults to 0. */
  readonly seed?: number | undefined
}

/** Options of `sample`. */
export interface SampleOptions {
  /** Seeds the latents; the same seed gives the same images. Defaults to 0. */
  readonly seed?: number | undefined
  /** The standard deviation that latents are drawn with, at least 0; the prior's is 1, the default. */
  readonly temperature?: number | undefined
  /**
   * Whether examples are drawn from p(x given z), as data is, and not its mean: black and white pixels for `bernoulli`, categories
   * for `mixed`. The seed decides these draws too. Defaults to false.
   */
  readonly draw?: boolean | undefined
}

/** What draws new examples. */
export interface Sampler {
  /**
   * New examples: the decoder's mean for codes that are drawn, or with `draw: true` draws from its distribution.
   *
   * @param count how many, a positive integer
   * @returns `[count, ...inputShape]`, owned by the caller
   * @throws {OptionError} on a bad count or option
   * @throws {DisposedError} after `dispose()` of the model
   */
  sample(count: number, options?: SampleOptions): tf.Tensor
}

/**
 * An autoencoder whose codes are latents: random, with a Gaussian posterior and the prior N(0, I), which `sample` draws
 * from.
 */
export interface VariationalAutoencoder extends Autoencoder, RawDecoder, Sampler {
  /**
   * q(z | x).
   *
   * @param x `[batch, ...inputShape]`, borrowed
   * @returns mean and log variance, each `[batch, latentSize]`, owned by the caller
   * @throws {ShapeError} when `x` has another shape
   * @throws {DisposedError} after `dispose()`
   */
  posterior(x: tf.Tensor): DiagonalGaussian
}

/** The parts, and the members of a model that are the same for all of them. */
export interface VariationalAssembly<drawn extends Coded> extends Assembly<DiagonalGaussianCode<drawn>> {
  readonly members: VariationalAutoencoder &
    Omit<Trainable<TraceThrough<DiagonalGaussianCode<drawn>>>, 'kind' | 'objective'>
  /** What `sample` gives, inside `tf.tidy` and of arguments that are checked. */
  samplesOf(count: number, options: SampleOptions, pass: Pass): tf.Tensor
}

/** How a model differs from the plain VAE. */
export interface VariationalDesign<drawn extends Coded> {
  /** The option checks of its own options. Defaults to none. */
  readonly checks?: Readonly<Record<string, OptionCheck>> | undefined
  /** Which of them it needs. Defaults to none. */
  readonly required?: readonly string[] | undefined
  /** How a condition joins features and latents. Defaults to none. */
  readonly conditioning?: Conditioning | undefined
  /** How the code of a forward pass is drawn. Defaults to one draw for each example. */
  readonly draw?: Draw<drawn> | undefined
  /** p(z). Defaults to N(0, I). */
  readonly prior?: Prior | undefined
}

/**
 * Checks the options and builds the parts.
 *
 * @param kind the model's kind, which is its factory's name
 * @param options as received
 * @param design how the model differs from the plain VAE
 * @throws {OptionError} on a missing, unknown or bad option
 */
export function variational<drawn extends Coded = Coded>(
  kind: string,
  options: VaeOptions,
  {
    checks,
    required = [],
    conditioning,
    draw = drawOnce as Draw<drawn>,
    prior = standardNormal,
  }: VariationalDesign<drawn> = {},
): VariationalAssembly<drawn> {
  const assembly = assemble(kind, options, {
    checks: { latentSize: positiveInteger, ...checks },
    required: ['latentSize', ...required],
    hidden: [400],
    likelihood: bernoulli,
    codeSizeOption: 'latentSize',
    conditioning,
    bottleneck: (featureShape, seed) => diagonalGaussian(options.latentSize, draw, prior, featureShape, seed),
  })
  const { bottleneck, members, assertAlive, assertInput, fromFeatures, outputOf } = assembly
  const samplesOf: VariationalAssembly<drawn>['samplesOf'] = (count, { seed = 0, temperature = 1, draw }, pass) => {
    const output = outputOf(prior.sample([count, members.codeSize], { seed }, temperature), pass)
    return draw === true ? drawFrom(members.likelihood, output, { seed }) : members.likelihood.mean(output)
  }
  return {
    ...assembly,
    samplesOf,
    members: {
      ...members,
      posterior(x) {
        assertInput('posterior', x)
        return tf.tidy(
          () => fromFeatures(x, inference, bottleneck.posterior) as DiagonalGaussian & tf.TensorContainerObject,
        )
      },
      sample(count, sampleOptions = {}) {
        assertAlive('sample')
        assertSample(count, sampleOptions)
        return tf.tidy(() => samplesOf(count, sampleOptions, inference))
      },
    },
  }
}

/** Checks what `sample(count, options)` received. */
export function assertSample(count: number, options: SampleOptions): void {
  assertOption('sample', 'count', count, positiveInteger)
  assertSampleOptions(options)
}

/** Checks the options of `sample`. */
export function assertSampleOptions(options: SampleOptions): void {
  assertOptions('sample', options, { seed: seedOption, temperature: nonNegativeNumber, draw: flagOption })
}
