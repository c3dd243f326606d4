// The plain autoencoder: a dense encoder to a code, a dense decoder back.
// Rumelhart, Hinton and Williams, Learning internal representations by error propagation, 1986; widths as the tutorial.
import {
  anything,
  assertBatchOf,
  assertOptions,
  type Json,
  type Likelihood,
  oneOf,
  positiveInteger,
  type Shape,
  seedOption,
  shapeOption,
  sizeOfShape,
  sizesOption,
  type Trace,
  type Trainable,
} from '@ae/core'
import { likelihoodFromConfig, reconstruction, squaredError } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { defineModel, type ModelFactory, ownVariables } from './define-model.ts'
import { type Activation, activations } from './networks/dense.ts'
import { denseNetwork } from './networks/dense-network.ts'

/** Options of {@link autoencoder}. */
export interface AutoencoderOptions {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape
  /** The length of the code, a positive integer. Defaults to 64. */
  readonly codeSize?: number | undefined
  /** The encoder's hidden widths; the decoder mirrors them. Defaults to `[256, 128]`. */
  readonly hidden?: readonly number[] | undefined
  /** The activation of hidden layers. Defaults to `relu`. */
  readonly activation?: Activation | undefined
  /** The activation of the code. Defaults to `relu`. */
  readonly codeActivation?: Activation | undefined
  /**
   * What the decoder's raw output means. Defaults to `squaredError({ activation: 'sigmoid' })`, for data in [0, 1].
   */
  readonly likelihood?: Likelihood | undefined
  /** Seeds the initial weights. Defaults to 0. */
  readonly seed?: number | undefined
}

/** A plain autoencoder; trained on its reconstruction, by default the squared error summed over an image's pixels. */
export interface PlainAutoencoder extends Trainable<Trace, 'reconstruction'> {
  readonly kind: 'autoencoder'
}

/**
 * A plain autoencoder of dense layers.
 *
 * @returns a model that owns its variables, initialised as PyTorch initialises `nn.Linear`
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * using model = autoencoder({ inputShape: [28, 28, 1], codeSize: 32, seed: 1 })
 * ```
 */
export const autoencoder: ModelFactory<AutoencoderOptions, PlainAutoencoder> = /* @__PURE__ */ defineModel(
  'autoencoder',
  create,
  ({ likelihood, ...options }) =>
    create({ ...(options as unknown as AutoencoderOptions), likelihood: likelihoodFromConfig(likelihood) }),
)

function create(options: AutoencoderOptions): PlainAutoencoder {
  assertOptions('autoencoder', options, optionChecks, ['inputShape'])
  const {
    inputShape,
    codeSize = 64,
    hidden = [256, 128],
    activation = 'relu',
    codeActivation = 'relu',
    likelihood = squaredError({ activation: 'sigmoid' }),
    seed = 0,
  } = options
  const sizes = [sizeOfShape(inputShape), ...hidden, codeSize]
  const encoder = denseNetwork({ name: 'encoder', sizes, activation, outputActivation: codeActivation, seed })
  const decoder = denseNetwork({
    name: 'decoder',
    sizes: [...sizes].reverse(),
    activation,
    outputActivation: 'linear',
    seed,
  })
  const variables = { ...encoder.variables, ...decoder.variables }
  const { assertAlive, ...life } = ownVariables('autoencoder', variables)

  const flatten = (x: tf.Tensor) => tf.reshape<tf.Rank.R2>(x, [-1, sizes[0] ?? 0])
  const restore = (flat: tf.Tensor2D) => tf.reshape(flat, [-1, ...inputShape])
  const check = (functionName: string, x: tf.Tensor) => {
    assertAlive(functionName)
    assertBatchOf(functionName, 'x', x, inputShape)
  }
  return {
    kind: 'autoencoder',
    inputShape,
    codeSize,
    config: { inputShape, codeSize, hidden, activation, codeActivation, likelihood: likelihood.config, seed } as Record<
      string,
      Json
    >,
    likelihood,
    variables,
    objective: reconstruction(),
    encode(x) {
      check('encode', x)
      return tf.tidy(() => encoder.apply(flatten(x)))
    },
    decode(code) {
      assertAlive('decode')
      assertBatchOf('decode', 'code', code, [codeSize])
      return tf.tidy(() => likelihood.mean(restore(decoder.apply(code))))
    },
    reconstruct(x) {
      check('reconstruct', x)
      return tf.tidy(() => likelihood.mean(restore(decoder.apply(encoder.apply(flatten(x))))))
    },
    trace(x) {
      check('trace', x)
      const code = encoder.apply(flatten(x), { inputGradient: false })
      return { input: x, target: x, code, output: restore(decoder.apply(code)), likelihood }
    },
    ...life,
  }
}

const optionChecks = {
  inputShape: shapeOption,
  codeSize: positiveInteger,
  hidden: sizesOption,
  activation: oneOf(...activations),
  codeActivation: oneOf(...activations),
  likelihood: anything,
  seed: seedOption,
}
