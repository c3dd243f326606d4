// What every model of this package is made of: encoder, bottleneck, decoder and output head, with their variables and their life.
import {
  type Autoencoder,
  type Likelihood,
  repeatable,
  type Shape,
  type Trace,
  type TraceOptions,
  type Trainable,
} from '@ae/core'
import {
  addressOption,
  assertBatchOf,
  assertOption,
  assertOptions,
  likelihoodOption,
  type OptionCheck,
  seedOption,
  shapeOption,
} from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { ownVariables } from '../define-model.ts'
import { type ArchitectureChoice, architectureChecks, chooseArchitecture } from '../networks/choose-architecture.ts'
import { minimumBatchOf, type Network, type PassOptions } from '../networks/network.ts'
import { type OutputHead, outputHead } from '../networks/output-head.ts'
import type { Bottleneck, BottleneckFactory, Conditioning, Pass } from './bottleneck.ts'

/** The options that every model has. */
export interface CommonOptions extends ArchitectureChoice {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape
  /** What the decoder's raw output means. */
  readonly likelihood?: Likelihood | undefined
  /** Seeds the initial weights. Defaults to 0. */
  readonly seed?: number | undefined
}

/** What makes a model different from the others. */
export interface Design<bottleneck extends Bottleneck> {
  /** The checks of the model's own options. */
  readonly checks: Readonly<Record<string, OptionCheck>>
  /** The options that it needs besides `inputShape`. Defaults to none. */
  readonly required?: readonly string[] | undefined
  /** The dense encoder's hidden widths where the options name no network. */
  readonly hidden: readonly number[]
  /** What the decoder's raw output means where the options do not say. */
  readonly likelihood: Likelihood
  /** The option that decides the length of a code, for messages. Defaults to none. */
  readonly codeSizeOption?: string | undefined
  /** How a condition joins features and code. Defaults to none. */
  readonly conditioning?: Conditioning | undefined
  /** Builds the bottleneck; the options are checked by then. */
  readonly bottleneck: BottleneckFactory<bottleneck>
}

/** What decodes without taking the mean: every model of this package but those that need labels. */
export interface RawDecoder {
  /** What the raw output means. */
  readonly likelihood: Likelihood
  /**
   * The raw output of the decoder for codes, which `likelihood` gives its meaning: what `decode` takes the mean of.
   *
   * @param code `[count, codeSize]`, borrowed
   * @returns `[count, ...inputShape]`, with an axis more if the likelihood has `parameters`; owned by the caller
   * @throws {ShapeError} when `code` has another shape
   * @throws {DisposedError} after `dispose()`
   */
  output(code: tf.Tensor2D): tf.Tensor
}

/** The parts, and the members of a model that are the same for all of them. */
export interface Assembly<bottleneck extends Bottleneck> {
  /** Everything but the model's kind, its objective and its own options in `config`. */
  readonly members: Autoencoder & RawDecoder & Omit<Trainable<TraceThrough<bottleneck>>, 'kind' | 'objective'>
  readonly bottleneck: bottleneck
  readonly decoder: Network
  /** What completes the decoder's output for the likelihood. */
  readonly head: OutputHead
  /** Throws a `DisposedError` once the model is disposed of. */
  assertAlive(functionName: string): void
  /** Throws a `DisposedError` once the model is disposed of, a `ShapeError` when `x` is not a batch of its examples. */
  assertInput(functionName: string, x: tf.Tensor): void
  /** The same for codes, which the function calls `name`. */
  assertCode(functionName: string, name: string, code: tf.Tensor): void
  // The following are called inside `tf.tidy`, with arguments that are checked.
  /** What a function of the bottleneck makes of the features of a batch. */
  fromFeatures<result>(x: tf.Tensor, pass: Pass, read: (features: tf.Tensor, pass: Pass) => result): result
  /** The raw output for codes. */
  outputOf(code: tf.Tensor2D, pass: Pass): tf.Tensor
  /** The mean of x for codes, in the units of the data. */
  meanOf(code: tf.Tensor2D, pass: Pass): tf.Tensor
}

/** A forward pass with what the bottleneck adds to it. */
export type TraceThrough<bottleneck extends Bottleneck> = Omit<Trace, 'code'> & ReturnType<bottleneck['code']>

/** A pass for its value, differentiable in the input too. */
export const inference: PassOptions = { inputGradient: true, training: false }

/**
 * Checks the options and builds the parts.
 *
 * @param kind the model's kind, which is its factory's name
 * @param options as received
 * @param design what makes the model different from the others
 * @throws {OptionError} on a missing, unknown or bad option
 */
export function assemble<bottleneck extends Bottleneck>(
  kind: string,
  options: CommonOptions,
  design: Design<bottleneck>,
): Assembly<bottleneck> {
  const { checks, required = [], codeSizeOption, conditioning: { shape, join } = unconditional } = design
  assertOptions(
    kind,
    options,
    { inputShape: shapeOption, ...checks, ...architectureChecks, likelihood: likelihoodOption, seed: seedOption },
    ['inputShape', ...required],
  )
  const { inputShape, likelihood = design.likelihood, seed = 0 } = options
  const architecture = chooseArchitecture(kind, options, design.hidden)
  const encoder = architecture.encoder({ inputShape, seed })
  const bottleneck = design.bottleneck(shape(encoder.outputShape), seed, encoder)
  const { codeSize } = bottleneck
  const codeShape = shape(bottleneck.decoderShape)
  const head = outputHead(likelihood)
  const decoder = architecture.decoder({ codeShape, inputShape, parameters: head.networkOutputs, seed })
  const variables = { ...encoder.variables, ...bottleneck.variables, ...decoder.variables, ...head.variables }
  const state = { ...encoder.state, ...bottleneck.state, ...decoder.state }
  const { assertAlive, ...life } = ownVariables(kind, variables, state)

  const fromFeatures: Assembly<bottleneck>['fromFeatures'] = (x, pass, read) => {
    const features = encoder.apply(x, pass)
    const inputGradient = pass.inputGradient || encoder.layers.length > 0
    const result = read(join(features, pass), { ...pass, inputGradient })
    if (features !== x) features.dispose() // what a gradient needs of them is saved
    return result
  }
  const outputOf = (code: tf.Tensor2D, pass: Pass) => {
    const joined = join(code, pass)
    return head.complete(decoder.apply(codeShape.length > 1 ? tf.reshape(joined, [-1, ...codeShape]) : joined, pass))
  }
  const meanOf = (code: tf.Tensor2D, pass: Pass) => likelihood.mean(outputOf(code, pass))
  const assertInput = (functionName: string, x: tf.Tensor) => {
    assertAlive(functionName)
    assertBatchOf(functionName, 'x', x, inputShape, { option: 'inputShape' })
  }
  const assertCode = (functionName: string, name: string, code: tf.Tensor) => {
    assertAlive(functionName)
    assertBatchOf(functionName, name, code, [codeSize], { option: codeSizeOption })
  }
  return {
    bottleneck,
    decoder,
    head,
    assertAlive,
    assertInput,
    assertCode,
    fromFeatures,
    outputOf,
    meanOf,
    members: {
      inputShape,
      codeSize,
      encode(x) {
        assertInput('encode', x)
        return tf.tidy(() => fromFeatures(x, inference, bottleneck.encode))
      },
      decode(code) {
        assertCode('decode', 'code', code)
        return tf.tidy(() => meanOf(code, inference))
      },
      output(code) {
        assertCode('output', 'code', code)
        return tf.tidy(() => outputOf(code, inference))
      },
      reconstruct(x) {
        assertInput('reconstruct', x)
        return tf.tidy(() => meanOf(fromFeatures(x, inference, bottleneck.encode), inference))
      },
      config: {
        inputShape,
        ...bottleneck.config,
        architecture: architecture.config,
        likelihood: likelihood.config,
        seed,
      },
      likelihood,
      variables,
      state,
      minimumBatch: minimumBatchOf([encoder, decoder]),
      trace: repeatable(
        (x: tf.Tensor, options: TraceOptions = {}) => {
          assertInput('trace', x)
          assertOption('trace', 'options', options, addressOption)
          const pass = { ...options, training: options.training === true }
          const coded = fromFeatures(x, { ...pass, inputGradient: false }, bottleneck.code)
          const output = outputOf(coded.code, { ...pass, inputGradient: true })
          return { input: x, target: x, output, likelihood, ...coded } as unknown as TraceThrough<bottleneck>
        },
        [architecture.encoder, bottleneck.code, architecture.decoder],
      ),
      ...life,
    },
  }
}

/** Features and code as they are. */
const unconditional: Conditioning = { shape: (own) => own, join: (x) => x }
