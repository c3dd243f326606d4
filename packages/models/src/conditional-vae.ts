// A variational autoencoder that is given the label: its latents hold everything else, and it generates the class it is asked
// for. Sohn, Lee and Yan, Learning Structured Output Representation using Deep Conditional Generative Models, 2015;
// Kingma et al., Semi-supervised Learning with Deep Generative Models, 2014 (M2).
import {
  type DiagonalGaussian,
  type GaussianTrace,
  type LabelledBatch,
  OptionError,
  repeatable,
  sizeOfShape,
  type TraceOptions,
  type Trainable,
} from '@ae/core'
import { addressOption, assertOption, assertTensor, positiveInteger, show } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { inference } from './assembly/assembly.ts'
import type { Conditioning, Pass } from './assembly/bottleneck.ts'
import {
  assertSampleOptions,
  type SampleOptions,
  type VaeOptions,
  type VariationalAutoencoder,
  variational,
} from './assembly/variational.ts'
import { defineModel, type ModelFactory } from './define-model.ts'
import { elbo } from './elbo.ts'
import { type LabelsOfBatch, oneHot } from './labels-of-batch.ts'
import { concatenate } from './networks/kernels.ts'

/** Options of {@link conditionalVae}. */
export interface ConditionalVaeOptions extends VaeOptions {
  /** The number of labels, a positive integer; labels count from 0. */
  readonly classes: number
}

/**
 * A conditional variational autoencoder: what an autoencoder does, given labels. Train it on `withLabels(digits)`.
 */
export interface ConditionalVae extends Trainable<GaussianTrace, 'reconstruction' | 'kl', LabelledBatch> {
  readonly kind: 'conditionalVae'
  /** The number of latents. */
  readonly codeSize: number
  /** The number of labels. */
  readonly classes: number
  /**
   * The mean of q(z | x, label).
   *
   * @param x `[batch, ...inputShape]`, borrowed
   * @param labels one per example, borrowed
   * @returns `[batch, latentSize]`, owned by the caller
   * @throws {ShapeError} when `x` has another shape, or there is not one label per example
   * @throws {OptionError} when a label is out of range
   * @throws {DisposedError} after `dispose()`
   */
  encode(x: tf.Tensor, labels: LabelsOfBatch): tf.Tensor2D
  /**
   * The mean of x for each code and label, in the units of the data.
   *
   * @param code `[batch, latentSize]`, borrowed
   * @param labels one per code, borrowed
   * @returns `[batch, ...inputShape]`, owned by the caller
   * @throws {ShapeError} when `code` has another shape, or there is not one label per code
   * @throws {OptionError} when a label is out of range
   * @throws {DisposedError} after `dispose()`
   */
  decode(code: tf.Tensor2D, labels: LabelsOfBatch): tf.Tensor
  /**
   * `decode(encode(x, labels), labels)`: deterministic.
   *
   * @param x `[batch, ...inputShape]`, borrowed
   * @param labels one per example, borrowed
   * @returns the shape of `x`, owned by the caller
   * @throws {ShapeError} when `x` has another shape, or there is not one label per example
   * @throws {OptionError} when a label is out of range
   * @throws {DisposedError} after `dispose()`
   */
  reconstruct(x: tf.Tensor, labels: LabelsOfBatch): tf.Tensor
  /**
   * One new example for each label.
   *
   * @param labels borrowed, at least one
   * @returns `[labels, ...inputShape]`, owned by the caller
   * @throws {OptionError} when a label is out of range, or on a bad option
   * @throws {DisposedError} after `dispose()`
   */
  sample(labels: LabelsOfBatch, options?: SampleOptions): tf.Tensor
  /**
   * The model with the label fixed: a variational autoencoder like any other, for pictures, walks, scores and reports.
   *
   * @param label from 0 to classes - 1
   * @returns a view: it lives as long as the model, and to dispose of it does nothing
   * @throws {OptionError} when the label is out of range
   */
  forLabel(label: number): VariationalAutoencoder
}

/**
 * A conditional variational autoencoder. The label, one-hot times 10, is joined to the encoder's features and to the latents: the
 * two places where every architecture has a vector, so that a convolution needs no planes of constants.
 *
 * A label out of range is refused: by `train` and `evaluate` with a `DatasetError` that names its example, before the first
 * step where the data set says its labels, as those of @ae/datasets do, else before the step of its batch.
 *
 * @returns a model that owns its variables, initialised as PyTorch initialises its layers
 * @throws {OptionError} on a missing, unknown or bad option
 * @example
 * ```ts
 * const model = conditionalVae({ inputShape: [28, 28, 1], latentSize: 10, classes: 10, seed: 1 })
 * for await (const { epoch, loss } of train(model, withLabels(digits))) console.log(epoch, loss.total)
 * const row = model.sample([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { seed: 3 }) // [10, 28, 28, 1]
 * row.dispose()
 * ```
 */
export const conditionalVae: ModelFactory<ConditionalVaeOptions, ConditionalVae> = /* @__PURE__ */ defineModel(
  'conditionalVae',
  (options) => {
    const classes = options?.classes
    const checks = { classes: positiveInteger }
    const conditioning = joinedTo(classes)
    const parts = variational('conditionalVae', options, { checks, required: ['classes'], conditioning })
    const { members, bottleneck, assertAlive, assertInput, assertCode, fromFeatures, meanOf, outputOf, samplesOf } =
      parts
    const { inputShape, codeSize, config, likelihood, variables, state, minimumBatch, dispose } = members
    const given = (functionName: string, labels: LabelsOfBatch, count?: number) => ({
      ...inference,
      condition: oneHot(functionName, labels, classes, count),
    })
    const model: ConditionalVae = {
      kind: 'conditionalVae',
      inputShape,
      codeSize,
      classes,
      config: { ...config, classes },
      likelihood,
      variables,
      state,
      minimumBatch,
      objective: elbo(),
      encode(x, labels) {
        assertInput('encode', x)
        return tf.tidy(() => fromFeatures(x, given('encode', labels, x.shape[0]), bottleneck.encode))
      },
      decode(code, labels) {
        assertCode('decode', 'code', code)
        return tf.tidy(() => meanOf(code, given('decode', labels, code.shape[0])))
      },
      reconstruct(x, labels) {
        assertInput('reconstruct', x)
        return tf.tidy(() => {
          const pass = given('reconstruct', labels, x.shape[0])
          return meanOf(fromFeatures(x, pass, bottleneck.encode), pass)
        })
      },
      sample(labels, sampleOptions = {}) {
        assertAlive('sample')
        assertSampleOptions(sampleOptions)
        return tf.tidy(() => {
          const pass = given('sample', labels)
          return samplesOf(pass.condition.shape[0], sampleOptions, pass)
        })
      },
      trace: repeatable(
        (batch, options = {}) => {
          assertOption('trace', 'options', options, addressOption)
          const { examples, labels } = labelled(batch)
          assertInput('trace', examples)
          const condition = oneHot('trace', labels, classes, examples.shape[0])
          const pass: TraceOptions & Pick<Pass, 'condition'> = { ...options, condition }
          return members.trace(examples, pass)
        },
        [members.trace],
      ),
      forLabel: (label) =>
        viewOf(model, label, {
          posterior(x, labels) {
            assertInput('posterior', x)
            return tf.tidy(
              () =>
                fromFeatures(x, given('posterior', labels, x.shape[0]), bottleneck.posterior) as DiagonalGaussian &
                  tf.TensorContainerObject,
            )
          },
          output(code, labels) {
            assertCode('output', 'code', code)
            return tf.tidy(() => outputOf(code, given('output', labels, code.shape[0])))
          },
        }),
      dispose,
      [Symbol.dispose]: dispose,
    }
    return model
  },
)

/** Appends the condition to the flattened features, or to the latents. */
function joinedTo(classes: number): Conditioning {
  return {
    shape: (own) => [sizeOfShape(own) + classes],
    join: (x, { condition }) =>
      condition === undefined ? x : concatenate([tf.reshape(x, [condition.shape[0], -1]), condition], 1),
  }
}

/** What a view has and the model itself has not. */
interface ViewOnly {
  posterior(x: tf.Tensor, labels: LabelsOfBatch): DiagonalGaussian
  output(code: tf.Tensor2D, labels: LabelsOfBatch): tf.Tensor
}

function viewOf(model: ConditionalVae, label: number, own: ViewOnly): VariationalAutoencoder {
  assertOption('forLabel', 'label', label, labelOf(model.classes))
  const repeated = (count: number): number[] => Array.from({ length: count }, () => label)
  const rows = (functionName: string, argument: string, x: tf.Tensor) => {
    assertTensor(functionName, argument, x)
    return repeated(x.shape[0] ?? 0)
  }
  return {
    inputShape: model.inputShape,
    codeSize: model.codeSize,
    likelihood: model.likelihood,
    posterior: (x) => own.posterior(x, rows('posterior', 'x', x)),
    output: (code) => own.output(code, rows('output', 'code', code)),
    encode: (x) => model.encode(x, rows('encode', 'x', x)),
    decode: (code) => model.decode(code, rows('decode', 'code', code)),
    reconstruct: (x) => model.reconstruct(x, rows('reconstruct', 'x', x)),
    sample(count, options) {
      assertOption('sample', 'count', count, positiveInteger)
      return model.sample(repeated(count), options)
    },
    dispose() {},
    [Symbol.dispose]() {},
  }
}

/** A plain stream of examples compiles to an error; this is the same for JavaScript. */
function labelled(batch: LabelledBatch): LabelledBatch {
  if (typeof batch === 'object' && batch !== null && 'examples' in batch && 'labels' in batch) return batch
  throw new OptionError('`trace` of a conditionalVae received examples without labels.', {
    facts: { Expected: '{ examples, labels }', Received: show(batch) },
    fix: 'pass { examples, labels }; train and evaluate on withLabels(digits) of @ae/datasets',
  })
}

function labelOf(classes: number) {
  return (value: unknown) =>
    Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < classes
      ? undefined
      : `an integer from 0 to ${classes - 1}`
}
