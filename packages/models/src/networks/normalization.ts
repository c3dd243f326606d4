// Normalisation of a layer's sums, as an op with its own gradient.
// Ioffe and Szegedy, Batch normalization, 2015; Ba, Kiros and Hinton, Layer normalization, 2016; constants as PyTorch's.
import { ShapeError, withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { createVariable } from './initialization.ts'
import type { PassOptions } from './network.ts'

/**
 * How the sums of a layer are normalised, before its activation: not at all; `batch`, each channel over the batch and
 * over all positions; `layer`, each example over its positions and channels. With `batch`, a dense layer, or a convolution
 * to a single pixel, needs at least 2 examples a training step: one value has no variance. `train` refuses a smaller batch
 * size, and leaves out a last batch of one example.
 */
export type Normalization = 'none' | 'batch' | 'layer'

/** The names of {@link Normalization}. */
export const normalizations: readonly Normalization[] = ['none', 'batch', 'layer']

/** A normalisation with its variables and, for `batch`, its running statistics. */
export interface NormalizationLayer {
  /** `name.weight` and `name.bias`, one number a channel each. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /** `name.mean` and `name.variance`, one number a channel each. */
  readonly state: Readonly<Record<string, tf.Variable>>
  /**
   * From sums `[batch, ..., channels]`, borrowed, to the same shape; call it inside `tf.tidy`.
   *
   * @throws {ShapeError} in a training pass of `batch` with one value a channel
   */
  apply(x: tf.Tensor, pass: Pick<PassOptions, 'training'>): tf.Tensor
}

/**
 * A normalisation; then each channel is multiplied by a weight, at first 1, and a bias added, at first 0.
 *
 * @param name the prefix of its variables
 * @param kind which one
 * @param channels the length of the last axis
 * @param epsilon added to the variance, so that a channel without any stays finite
 */
export function normalizationLayer(
  name: string,
  kind: Normalization,
  channels: number,
  epsilon = usualEpsilon,
): NormalizationLayer {
  if (kind === 'none') return { variables: {}, state: {}, apply: (x) => x }
  const fill = (part: string, value: number, trainable?: boolean) =>
    createVariable(
      `${name}.${part}`,
      [channels],
      () => tf.fill([channels], value),
      trainable,
    ) as tf.Variable<tf.Rank.R1>
  const weight = fill('weight', 1)
  const bias = fill('bias', 0)
  const variables = { [`${name}.weight`]: weight, [`${name}.bias`]: bias }
  if (kind === 'layer')
    return { variables, state: {}, apply: (x) => normalize(x, weight, bias, 'layer', () => {}, epsilon) }
  // Not trainable for tfjs either: no optimiser may move them.
  const mean = fill('mean', 0, false)
  const variance = fill('variance', 1, false)
  return {
    variables,
    state: { [`${name}.mean`]: mean, [`${name}.variance`]: variance },
    apply(x, { training }) {
      if (!training) return normalizeBy(x, { mean, variance, offset: bias, scale: weight }, epsilon)
      assertVaries(name, x)
      const record = (batchMean: tf.Tensor, batchVariance: tf.Tensor, count: number) => {
        updateAverage(mean, batchMean)
        updateAverage(variance, tf.mul(batchVariance, count / (count - 1)))
      }
      return normalize(x, weight, bias, 'batch', record, epsilon)
    },
  }
}

/**
 * (x - mean) / sqrt(variance + epsilon) weight + bias, with mean and variance of the values of `x`: for `batch` over all
 * axes but the last, for `layer` over all but the first.
 *
 * @param x `[batch, ..., channels]`, borrowed
 * @param weight `[channels]`, borrowed
 * @param bias `[channels]`, borrowed
 * @param kind over which axes
 * @param record what to do with the statistics of the pass: mean, variance (both flat, borrowed), and of how many values
 * @param epsilon added to the variance
 * @returns the shape of `x`, owned by the caller
 */
export function normalize(
  x: tf.Tensor,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  kind: 'batch' | 'layer',
  record: (mean: tf.Tensor, variance: tf.Tensor, count: number) => void = () => {},
  epsilon = usualEpsilon,
): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis)
  const butLast = axes.slice(0, -1)
  const over = kind === 'batch' ? butLast : axes.slice(1)
  const count = over.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1)
  return withGradient([x, weight, bias], () => {
    const mean = tf.mean(x, over, true)
    const centred = tf.sub(x, mean)
    const variance = tf.mean(tf.square(centred), over, true)
    record(tf.reshape(mean, [-1]), tf.reshape(variance, [-1]), count)
    const inverse = tf.engine().runKernel<tf.Tensor>(tf.Rsqrt, { x: tf.add(variance, epsilon) })
    const standard = tf.mul(centred, inverse)
    return {
      value: tf.add(tf.mul(standard, weight), bias),
      saved: [standard, inverse, weight],
      gradient: (dy, saved) => {
        const [standard, inverse, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor1D]
        const dWeight = tf.sum(tf.mul(dy, standard), butLast)
        const dBias = tf.sum(dy, butLast)
        const dStandard = tf.mul(dy, weight)
        // By the mean and the variance: for `batch` the sums above, each channel times its weight.
        const [byMean, byVariance] =
          kind === 'batch'
            ? [tf.div(tf.mul(dBias, weight), count), tf.div(tf.mul(dWeight, weight), count)]
            : [tf.mean(dStandard, over, true), tf.mean(tf.mul(dStandard, standard), over, true)]
        const dx = tf.mul(inverse, tf.sub(dStandard, tf.add(byMean, tf.mul(standard, byVariance))))
        return [dx, dWeight, dBias]
      },
    }
  })
}

/** `tf.batchNorm`, by the kernel alone: an app would ship its checks. */
function normalizeBy(
  x: tf.Tensor,
  statistics: Readonly<Record<'mean' | 'variance' | 'offset' | 'scale', tf.Tensor>>,
  epsilon: number,
) {
  const pixels = tf.reshape(x, [1, 1, -1, x.shape.at(-1) ?? 1]) // [batch, ..., channels] -> four axes, which it wants
  const attributes = { varianceEpsilon: epsilon }
  const normal: tf.Tensor = tf.engine().runKernel(tf.FusedBatchNorm, { x: pixels, ...statistics }, attributes)
  return tf.reshape(normal, x.shape)
}

/** Refuses a training pass with one value a channel: its variance is not known, and its normalised value always 0. */
function assertVaries(name: string, { shape, size }: tf.Tensor): void {
  if (size > (shape.at(-1) ?? 1)) return
  throw new ShapeError(`\`trace\` received a batch of one example in training, which \`${name}\` cannot normalise.`, {
    facts: { Expected: '2 values or more of each channel', Received: `[${shape.join(', ')}], one of each` },
    fix: "train on batches of 2 examples or more, or build the networks with normalization: 'layer'",
  })
}

/** As PyTorch's layers have it. */
const usualEpsilon = 1e-5

/** How far the running statistics move to those of a batch. */
const momentum = 0.1

function updateAverage(running: tf.Variable, now: tf.Tensor): void {
  running.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(now, momentum)))
}
