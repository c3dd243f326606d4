// What every model with a diagonal Gaussian posterior and the prior N(0, I) is made of.
import {
  type Autoencoder,
  type DiagonalGaussian,
  type GaussianTrace,
  type Likelihood,
  randomNormal,
  repeatable,
  type Shape,
  sizeOfShape,
  type Trainable,
} from '@ae/core'
import {
  addressOption,
  assertOption,
  assertOptions,
  likelihoodOption,
  nonNegativeNumber,
  type OptionCheck,
  positiveInteger,
  seedOption,
  shapeOption,
} from '@ae/core/internal'
import { bernoulli, reparameterize } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { autoencoderMembers } from './autoencoder-members.ts'
import { inference } from './autoencoder-parts.ts'
import { type Config, ownVariables } from './define-model.ts'
import { type ArchitectureChoice, architectureChecks, chooseArchitecture } from './networks/choose-architecture.ts'
import { gaussianHead } from './networks/gaussian-head.ts'
import { concatenate } from './networks/kernels.ts'
import { minimumBatchOf, type PassOptions } from './networks/network.ts'
import { outputHead } from './networks/output-head.ts'

/** Options of every model with a Gaussian posterior. */
export interface VaeOptions extends ArchitectureChoice {
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
}

/** What draws new examples. */
export interface Sampler {
  /**
   * New examples: the decoder's mean for codes that are drawn.
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
export interface VariationalAutoencoder extends Autoencoder, Sampler {
  /** p(x | z). */
  readonly likelihood: Likelihood
  /**
   * q(z | x).
   *
   * @param x `[batch, ...inputShape]`, borrowed
   * @returns mean and log variance, each `[batch, latentSize]`, owned by the caller
   * @throws {ShapeError} when `x` has another shape
   * @throws {DisposedError} after `dispose()`
   */
  posterior(x: tf.Tensor): DiagonalGaussian
  /**
   * The raw output of the decoder for latents, which `likelihood` gives its meaning: what `decode` takes the mean of.
   *
   * @param latents `[count, latentSize]`, borrowed
   * @returns `[count, ...inputShape]`, with an axis more if the likelihood has `parameters`; owned by the caller
   * @throws {ShapeError} when `latents` has another shape
   * @throws {DisposedError} after `dispose()`
   */
  output(latents: tf.Tensor2D): tf.Tensor
}

/** The parts, and the members of a model that are the same for all of them. */
export interface VaeParts {
  /** All that is missing to a model is its kind, its objective and its own options in `config`. */
  readonly members: VariationalAutoencoder & Omit<Trainable<GaussianTrace>, 'kind' | 'objective'>
  /** q(z | x), or q(z | x, condition), inside a pass; call it inside `tf.tidy`. */
  inferIn(x: tf.Tensor, pass: PassOptions, condition?: tf.Tensor2D): DiagonalGaussian
  /** The raw output for latents, and the condition if there is one, inside a pass; call it inside `tf.tidy`. */
  generateIn(latents: tf.Tensor2D, pass: PassOptions, condition?: tf.Tensor2D): tf.Tensor
  /** Throws a `DisposedError` once the model is disposed of. */
  assertAlive(functionName: string): void
  /** Throws a `DisposedError` once the model is disposed of, a `ShapeError` when `x` is no batch of its examples. */
  check(functionName: string, x: tf.Tensor): void
}

/** How a model differs from the plain VAE. */
export interface VaeVariation {
  /** The option checks of its own options, if it has any. */
  readonly checks?: Readonly<Record<string, OptionCheck>> | undefined
  /** Which of them it needs. */
  readonly required?: readonly string[] | undefined
  /**
   * The length of what both networks are told beside x and z, joined to the encoder's features and to the latents. With
   * more than none, the default, `inferIn` and `generateIn` need it, and the members that take none are of no use.
   */
  readonly conditionSize?: number | undefined
}

/**
 * Checks the options and builds the parts.
 *
 * @param kind the model's kind, which is its factory's name
 * @param options as received
 * @param variation how the model differs from the plain VAE
 * @throws {OptionError} on a missing, unknown or bad option
 */
export function vaeParts(
  kind: string,
  options: VaeOptions,
  { checks = {}, required = [], conditionSize = 0 }: VaeVariation = {},
): VaeParts {
  assertOptions(kind, options, { ...optionChecks, ...checks }, ['inputShape', 'latentSize', ...required])
  const { inputShape, latentSize, likelihood = bernoulli, seed = 0 } = options
  const architecture = chooseArchitecture(kind, options, [400])
  const encoder = architecture.encoder({ inputShape, seed })
  const headShape = [sizeOfShape(encoder.outputShape) + conditionSize]
  const latentHead = gaussianHead(headShape, latentSize, seed)
  const head = outputHead(likelihood)
  const codeShape = [latentSize + conditionSize]
  const decoder = architecture.decoder({ codeShape, inputShape, parameters: head.emitted, seed })
  const variables = {
    ...encoder.variables,
    ...latentHead.variables,
    ...decoder.variables,
    ...head.variables,
  }
  const state = { ...encoder.state, ...decoder.state }
  const { assertAlive, ...life } = ownVariables(kind, variables, state)

  const features = (x: tf.Tensor, pass: PassOptions) => encoder.apply(x, pass)
  const beyond = (pass: PassOptions) => ({ ...pass, inputGradient: pass.inputGradient || encoder.layers.length > 0 })
  const inferIn = (x: tf.Tensor, pass: PassOptions, condition?: tf.Tensor2D) =>
    latentHead.apply(join(features(x, pass), condition), beyond(pass))
  const meanIn = (x: tf.Tensor) => latentHead.mean(features(x, inference), inference)
  const generateIn = (latents: tf.Tensor2D, pass: PassOptions, condition?: tf.Tensor2D) =>
    head.complete(decoder.apply(join(latents, condition), pass))
  const decodeIn = (latents: tf.Tensor2D) => likelihood.mean(generateIn(latents, inference))
  const { members, check, checkCode } = autoencoderMembers({
    inputShape,
    codeSize: latentSize,
    codeSizeOption: 'latentSize',
    encodeIn: meanIn,
    decodeIn,
    assertAlive,
  })
  const config: Config = {
    inputShape,
    latentSize,
    architecture: architecture.config,
    likelihood: likelihood.config,
    seed,
  }
  return {
    inferIn,
    generateIn,
    check,
    assertAlive,
    members: {
      ...members,
      config,
      likelihood,
      variables,
      state,
      minimumBatch: minimumBatchOf([encoder, decoder]),
      posterior(x) {
        check('posterior', x)
        return tf.tidy(() => inferIn(x, inference) as DiagonalGaussian & tf.TensorContainerObject)
      },
      output(latents) {
        checkCode('output', 'latents', latents)
        return tf.tidy(() => generateIn(latents, inference))
      },
      sample(count, sampleOptions = {}) {
        assertAlive('sample')
        assertSample(count, sampleOptions)
        const { seed: sampleSeed = 0, temperature = 1 } = sampleOptions
        return tf.tidy(() => {
          const noise = randomNormal([count, latentSize], 'prior', { seed: sampleSeed }) as tf.Tensor2D
          return decodeIn(tf.mul(noise, temperature))
        })
      },
      trace: repeatable(
        (x, options = {}) => {
          check('trace', x)
          assertOption('trace', 'options', options, addressOption)
          const { training = false, ...address } = options
          const posterior = inferIn(x, { inputGradient: false, training })
          const noise = randomNormal(posterior.mean.shape, 'posterior', address) as tf.Tensor2D
          const code = reparameterize(posterior.mean, posterior.logVariance, noise)
          const output = generateIn(code, { inputGradient: true, training })
          return { input: x, target: x, code, output, likelihood, posterior }
        },
        [architecture.encoder, architecture.decoder],
      ),
      ...life,
    },
  }
}

/** Features and, if there is one, what they are read in the light of: `[batch, features + conditionSize]`. */
function join(features: tf.Tensor, condition: tf.Tensor2D | undefined): tf.Tensor {
  if (condition === undefined) return features
  return concatenate([tf.reshape(features, [condition.shape[0], -1]), condition], 1)
}

/** The checks of `sample`'s options. */
export const sampleChecks = { seed: seedOption, temperature: nonNegativeNumber }

/** Checks what `sample(count, options)` received. */
export function assertSample(count: number, options: SampleOptions): void {
  assertOption('sample', 'count', count, positiveInteger)
  assertOptions('sample', options, sampleChecks)
}

const optionChecks = {
  inputShape: shapeOption,
  latentSize: positiveInteger,
  ...architectureChecks,
  likelihood: likelihoodOption,
  seed: seedOption,
}
