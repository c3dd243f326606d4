// What every deterministic autoencoder of this package is made of; models add their objective, or change the pass.
import { type Autoencoder, type Likelihood, repeatable, type Shape, type Trace, type Trainable } from '@ae/core'
import {
  addressOption,
  assertOption,
  assertOptions,
  likelihoodOption,
  type OptionCheck,
  oneOf,
  positiveInteger,
  seedOption,
  shapeOption,
} from '@ae/core/internal'
import { squaredError } from '@ae/losses'
import type * as tf from '@tensorflow/tfjs-core'
import { autoencoderMembers } from './autoencoder-members.ts'
import { type Config, ownVariables } from './define-model.ts'
import { type Activation, activations } from './networks/activation.ts'
import { type ArchitectureChoice, architectureChecks, chooseArchitecture } from './networks/choose-architecture.ts'
import { denseLayer } from './networks/dense-layer.ts'
import { minimumBatchOf, type Network, type PassOptions, sequence } from './networks/network.ts'
import { type OutputHead, outputHead } from './networks/output-head.ts'

/** Options of every deterministic autoencoder. */
export interface AutoencoderOptions extends ArchitectureChoice {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape
  /** The length of the code, a positive integer. Defaults to 64. */
  readonly codeSize?: number | undefined
  /** The dense encoder's hidden widths; the decoder mirrors them. Defaults to `[256, 128]`. */
  readonly hidden?: readonly number[] | undefined
  /** The activation of the code. Defaults to `relu`. */
  readonly codeActivation?: Activation | undefined
  /**
   * What the decoder's raw output means. Defaults to `squaredError({ activation: 'sigmoid' })`, for data in [0, 1].
   */
  readonly likelihood?: Likelihood | undefined
  /** Seeds the initial weights. Defaults to 0. */
  readonly seed?: number | undefined
}

/** How a model differs from the plain autoencoder. */
export interface AutoencoderVariation {
  /** The option checks of its own options, if it has any. */
  readonly checks?: Readonly<Record<string, OptionCheck>> | undefined
  /** Where its defaults are others. */
  readonly defaults?: Pick<AutoencoderOptions, 'hidden' | 'codeSize' | 'codeActivation'> | undefined
  /** From the code layer's output to the code that is decoded; called inside `tf.tidy`. */
  readonly transformCode?: ((code: tf.Tensor2D) => tf.Tensor2D) | undefined
}

/** The parts, and the members of a model that are the same for all of them. */
export interface AutoencoderParts {
  /** All that is missing to a model is its kind, its objective and its own options in `config`. */
  readonly members: Autoencoder & Omit<Trainable<Trace>, 'kind' | 'objective'>
  /** From an example to its code, layer by layer; the last layer gives the code. */
  readonly encoder: Network
  /** From a code to the raw output, layer by layer. */
  readonly decoder: Network
  /** What completes the decoder's output for the likelihood. */
  readonly head: OutputHead
  /** The code of a batch inside a pass; call it inside `tf.tidy`. */
  encodeIn(x: tf.Tensor, pass: PassOptions): tf.Tensor2D
  /** The raw output for codes inside a pass; call it inside `tf.tidy`. */
  decodeIn(code: tf.Tensor2D, pass: PassOptions): tf.Tensor
  /** Throws a `DisposedError` once the model is disposed of, a `ShapeError` when `x` is no batch of its examples. */
  check(functionName: string, x: tf.Tensor): void
}

/**
 * Checks the options and builds the parts.
 *
 * @param kind the model's kind, which is its factory's name
 * @param options as received
 * @param variation how the model differs from the plain autoencoder
 * @throws {OptionError} on a missing, unknown or bad option
 */
export function autoencoderParts(
  kind: string,
  options: AutoencoderOptions,
  { checks = {}, defaults = {}, transformCode = (code) => code }: AutoencoderVariation = {},
): AutoencoderParts {
  assertOptions(kind, options, { ...optionChecks, ...checks }, ['inputShape'])
  const {
    inputShape,
    codeSize = defaults.codeSize ?? 64,
    codeActivation = defaults.codeActivation ?? 'relu',
    likelihood = squaredError({ activation: 'sigmoid' }),
    seed = 0,
  } = options
  const architecture = chooseArchitecture(kind, options, defaults.hidden ?? [256, 128])
  const trunk = architecture.encoder({ inputShape, seed })
  const codeLayer = denseLayer({
    name: `encoder.${trunk.layers.length}`,
    inputShape: trunk.outputShape,
    outputShape: [codeSize],
    activation: codeActivation,
    seed,
  })
  const encoder = sequence(inputShape, [...trunk.layers, codeLayer])
  const head = outputHead(likelihood)
  const decoder = architecture.decoder({ codeShape: [codeSize], inputShape, parameters: head.emitted, seed })
  const variables = { ...encoder.variables, ...decoder.variables, ...head.variables }
  const state = { ...encoder.state, ...decoder.state }
  const { assertAlive, ...life } = ownVariables(kind, variables, state)

  const encodeIn = (x: tf.Tensor, pass: PassOptions) => transformCode(encoder.apply(x, pass) as tf.Tensor2D)
  const decodeIn = (code: tf.Tensor2D, pass: PassOptions) => head.complete(decoder.apply(code, pass))
  const { members, check } = autoencoderMembers({
    inputShape,
    codeSize,
    codeSizeOption: 'codeSize',
    encodeIn: (x) => encodeIn(x, inference),
    decodeIn: (code) => likelihood.mean(decodeIn(code, inference)),
    assertAlive,
  })
  const config: Config = {
    inputShape,
    codeSize,
    codeActivation,
    architecture: architecture.config,
    likelihood: likelihood.config,
    seed,
  }
  return {
    encoder,
    decoder,
    head,
    encodeIn,
    decodeIn,
    check,
    members: {
      ...members,
      config,
      likelihood,
      variables,
      state,
      minimumBatch: minimumBatchOf([encoder, decoder]),
      trace: repeatable(
        (x, options = {}) => {
          check('trace', x)
          assertOption('trace', 'options', options, addressOption)
          const { training = false } = options
          const code = encodeIn(x, { inputGradient: false, training })
          return { input: x, target: x, code, output: decodeIn(code, { inputGradient: true, training }), likelihood }
        },
        [architecture.encoder, architecture.decoder],
      ),
      ...life,
    },
  }
}

/** A pass for its value, differentiable in the input too. */
export const inference: PassOptions = { inputGradient: true, training: false }

const optionChecks = {
  inputShape: shapeOption,
  codeSize: positiveInteger,
  ...architectureChecks,
  codeActivation: oneOf(...activations),
  likelihood: likelihoodOption,
  seed: seedOption,
}
