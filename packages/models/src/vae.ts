// The variational autoencoder with a diagonal Gaussian posterior and the prior N(0, I).
// Kingma and Welling, Auto-Encoding Variational Bayes, 2014; widths as the tutorial (784-400-20).
import {
  anything,
  assertBatchOf,
  assertOptions,
  type DiagonalGaussian,
  type GaussianTrace,
  type Json,
  type Likelihood,
  nonNegativeNumber,
  oneOf,
  positiveInteger,
  type RandomAddress,
  randomNormal,
  type Shape,
  seedOption,
  shapeOption,
  sizeOfShape,
  sizesOption,
  type Trainable,
} from '@ae/core'
import { bernoulli, likelihoodFromConfig, negativeElbo, reparameterize } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { defineModel, type ModelFactory, ownVariables } from './define-model.ts'
import { type Activation, activations } from './networks/dense.ts'
import { denseLayer, denseNetwork } from './networks/dense-network.ts'

/** Options of {@link vae}. */
export interface VaeOptions {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape
  /** The number of latents, a positive integer. */
  readonly latentSize: number
  /** The encoder's hidden widths; the decoder mirrors them. Defaults to `[400]`. */
  readonly hidden?: readonly number[] | undefined
  /** The activation of hidden layers. Defaults to `relu`. */
  readonly activation?: Activation | undefined
  /** p(x | z): what the decoder's raw output means. Defaults to `bernoulli`, for data in [0, 1]. */
  readonly likelihood?: Likelihood | undefined
  /** Seeds the initial weights. Defaults to 0. */
  readonly seed?: number | undefined
}

/** Options of {@link Vae.sample}. */
export interface SampleOptions {
  /** Seeds the latents; the same seed gives the same images. Defaults to 0. */
  readonly seed?: number | undefined
  /** The standard deviation that latents are drawn with, at least 0; the prior's is 1, the default. */
  readonly temperature?: number | undefined
}

/** A variational autoencoder; its codes are latents, random, with a Gaussian posterior. */
export interface Vae extends Trainable<GaussianTrace, 'reconstruction' | 'kl'> {
  readonly kind: 'vae'
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
   * Images from the prior: the decoder's mean for latents drawn from N(0, temperature^2 I).
   *
   * @param count how many, a positive integer
   * @returns `[count, ...inputShape]`, owned by the caller
   * @throws {OptionError} on a bad count or option
   * @throws {DisposedError} after `dispose()`
   */
  sample(count: number, options?: SampleOptions): tf.Tensor
}

/**
 * A variational autoencoder of dense layers, trained on the negative evidence lower bound.
 *
 * @returns a model that owns its variables, initialised as PyTorch initialises `nn.Linear`
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * using model = vae({ inputShape: [28, 28, 1], latentSize: 20, seed: 1 })
 * const images = model.sample(64, { seed: 3 }) // [64, 28, 28, 1]
 * images.dispose()
 * ```
 */
export const vae: ModelFactory<VaeOptions, Vae> = /* @__PURE__ */ defineModel(
  'vae',
  create,
  ({ likelihood, ...options }) =>
    create({ ...(options as unknown as VaeOptions), likelihood: likelihoodFromConfig(likelihood) }),
)

function create(options: VaeOptions): Vae {
  assertOptions('vae', options, optionChecks, ['inputShape', 'latentSize'])
  const { inputShape, latentSize, hidden = [400], activation = 'relu', likelihood = bernoulli, seed = 0 } = options
  const sizes = [sizeOfShape(inputShape), ...hidden]
  const lastHidden = sizes.at(-1) ?? 0
  const encoder = denseNetwork({ name: 'encoder', sizes, activation, outputActivation: activation, seed })
  const meanLayer = denseLayer('mean', lastHidden, latentSize, seed)
  const logVarianceLayer = denseLayer('logVariance', lastHidden, latentSize, seed)
  const decoder = denseNetwork({
    name: 'decoder',
    sizes: [latentSize, ...[...sizes].reverse()],
    activation,
    outputActivation: 'linear',
    seed,
  })
  const variables = {
    ...encoder.variables,
    ...meanLayer.variables,
    ...logVarianceLayer.variables,
    ...decoder.variables,
  }
  const { assertAlive, ...life } = ownVariables('vae', variables)

  const flatten = (x: tf.Tensor) => tf.reshape<tf.Rank.R2>(x, [-1, sizes[0] ?? 0])
  const restore = (flat: tf.Tensor2D) => tf.reshape(flat, [-1, ...inputShape])
  const check = (functionName: string, x: tf.Tensor) => {
    assertAlive(functionName)
    assertBatchOf(functionName, 'x', x, inputShape)
  }
  const infer = (x: tf.Tensor, inputGradient: boolean): DiagonalGaussian => {
    const h = encoder.apply(flatten(x), { inputGradient })
    const headGradient = { inputGradient: inputGradient || hidden.length > 0 }
    return {
      mean: meanLayer.apply(h, 'linear', headGradient),
      logVariance: logVarianceLayer.apply(h, 'linear', headGradient),
    }
  }
  const generate = (code: tf.Tensor2D) => likelihood.mean(restore(decoder.apply(code)))
  return {
    kind: 'vae',
    inputShape,
    codeSize: latentSize,
    config: { inputShape, latentSize, hidden, activation, likelihood: likelihood.config, seed } as Record<string, Json>,
    likelihood,
    variables,
    objective: negativeElbo(),
    posterior(x) {
      check('posterior', x)
      return tf.tidy(() => infer(x, true) as DiagonalGaussian & tf.TensorContainerObject)
    },
    encode(x) {
      check('encode', x)
      return tf.tidy(() => meanLayer.apply(encoder.apply(flatten(x)), 'linear', { inputGradient: true }))
    },
    decode(code) {
      assertAlive('decode')
      assertBatchOf('decode', 'code', code, [latentSize])
      return tf.tidy(() => generate(code))
    },
    reconstruct(x) {
      check('reconstruct', x)
      return tf.tidy(() => generate(infer(x, true).mean))
    },
    sample(count, sampleOptions = {}) {
      assertAlive('sample')
      assertOptions('sample', { count, ...sampleOptions }, sampleChecks, ['count'])
      const { seed: sampleSeed = 0, temperature = 1 } = sampleOptions
      return tf.tidy(() => {
        const noise = randomNormal([count, latentSize], 'prior', { seed: sampleSeed }) as tf.Tensor2D
        return generate(tf.mul(noise, temperature))
      })
    },
    trace(x, address: RandomAddress = {}) {
      check('trace', x)
      const posterior = infer(x, false)
      const noise = randomNormal(posterior.mean.shape, 'posterior', address) as tf.Tensor2D
      const code = reparameterize(posterior.mean, posterior.logVariance, noise)
      return { input: x, target: x, code, output: restore(decoder.apply(code)), likelihood, posterior }
    },
    ...life,
  }
}

const optionChecks = {
  inputShape: shapeOption,
  latentSize: positiveInteger,
  hidden: sizesOption,
  activation: oneOf(...activations),
  likelihood: anything,
  seed: seedOption,
}

const sampleChecks = { count: positiveInteger, seed: seedOption, temperature: nonNegativeNumber }
