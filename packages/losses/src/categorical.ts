// The categorical likelihood: each feature is one of a number of grey levels, and the levels have no order.
import { type Likelihood, withGradient } from '@ae/core'
import { assertOptions } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { gumbelNoise } from './draw-from.ts'
import { assertOutput, assertParameters } from './elementwise.ts'
import { flattenFeatures } from './features.ts'
import { argMax, column, exp, log, oneHot, softmax } from './kernels.ts'
import { levelOf, levelsOption } from './levels.ts'

/** Options of {@link categorical}. */
export interface CategoricalOptions {
  /** The number of grey levels, at least 2: 0, 1 / (classes - 1), ..., 1. 2 is black and white, 256 is all of 8 bits. */
  readonly classes: number
}

/**
 * p(x | logits) = product over features of softmax(logits)[level of x]. Data in [0, 1] counts as its nearest level; the
 * decoder emits one logit per level, `[batch, ...shape, classes]`. `mean` is the expected level, which need not be one of
 * the levels.
 *
 * @throws {OptionError} on an unknown option or fewer than 2 classes
 * @see van den Oord, Kalchbrenner and Kavukcuoglu, Pixel Recurrent Neural Networks, 2016, section 3.2
 */
export function categorical(options: CategoricalOptions): Likelihood {
  assertOptions('categorical', options, { classes: levelsOption }, ['classes'])
  const { classes } = options
  return {
    kind: 'categorical',
    support: { minimum: 0, maximum: 1 },
    parameters: classes,
    negativeLogLikelihood: (logits, target) => {
      assertParameters('categorical', classes, logits, target)
      return tf.tidy(() => crossEntropy(logits, flattenFeatures(target), classes))
    },
    mean(output) {
      assertOutput('categorical', classes, output)
      return expectedLevel(output, classes)
    },
    draw(output, address) {
      assertOutput('categorical', classes, output)
      return tf.tidy(() => {
        const noisy = tf.add(output, gumbelNoise(output.shape, address))
        const levels = tf.cast(argMax(tf.reshape(noisy, [output.size / classes, classes])), 'float32')
        return tf.reshape(tf.mul(levels, 1 / (classes - 1)), output.shape.slice(0, -1))
      })
    },
    config: { kind: 'categorical', classes },
  }
}

/** Sum over features of log sum exp(logits) - logits[level], from logits minus their largest: nothing overflows. */
function crossEntropy(logits: tf.Tensor, target: tf.Tensor2D, classes: number): tf.Tensor1D {
  return withGradient([logits], () => {
    const rows = tf.reshape(logits, [target.size, classes]) // [batch, ...shape, classes] -> [batch features, classes]
    const levels = tf.cast(tf.reshape(levelOf(target, classes), [target.size]), 'int32')
    const shifted = tf.sub(rows, largest(rows))
    const chosen = tf.sum(tf.mul(shifted, indicators(levels, classes)), 1)
    const each = tf.sub(log(tf.sum(exp(shifted), 1)), chosen)
    return {
      value: tf.sum<tf.Tensor1D>(tf.reshape(each, target.shape), 1), // [batch features] -> [batch]
      saved: [rows, levels],
      gradient: (dy, [rows, levels]) => {
        const residual = tf.sub(softmax(rows as tf.Tensor), indicators(levels as tf.Tensor, classes))
        const byExample = tf.reshape(residual, [dy.size, target.shape[1] * classes])
        return [tf.reshape(tf.mul(byExample, column(dy)), logits.shape)]
      },
    }
  })
}

/** `tf.max` of each row, `[n, classes]` -> `[n, 1]`. */
function largest(x: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(tf.Max, { x }, { reductionIndices: [1], keepDims: true })
}

/** `[n]` -> `[n, classes]`. Cast afterwards: asked for float32, wasm gives the bits of integers. */
function indicators(levels: tf.Tensor, classes: number): tf.Tensor {
  return tf.cast(oneHot(levels, classes), 'float32')
}

function expectedLevel(logits: tf.Tensor, classes: number): tf.Tensor {
  return tf.tidy(() => {
    const probabilities = softmax(tf.reshape(logits, [logits.size / classes, classes]))
    const greys = tf.engine().runKernel<tf.Tensor>(tf.LinSpace, {}, { start: 0, stop: 1, num: classes })
    return tf.reshape(tf.sum(tf.mul(probabilities, greys), 1), logits.shape.slice(0, -1))
  })
}
