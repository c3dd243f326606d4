// Squared errors: the tutorial's autoencoder loss, summed over the pixels of an image or averaged over them.
import type { Likelihood } from '@ae/core'
import { assertOptions, oneOf } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { normalNoise } from './draw-from.ts'
import { assertOutput } from './elementwise.ts'
import { assertSameShape, flattenFeatures } from './features.ts'
import { clone, sigmoid } from './kernels.ts'
import { sumOfSquares, sumOfSquaresOfSigmoid } from './sum-of-squares.ts'

/** Options of {@link squaredError}. */
export interface SquaredErrorOptions {
  /**
   * From the decoder's raw output to the reconstruction: `sigmoid` keeps it in (0, 1), as the tutorial does for images;
   * `linear` leaves it. Defaults to `linear`.
   */
  readonly activation?: 'linear' | 'sigmoid' | undefined
}

/**
 * A reconstruction's squared error, summed over features. It is not a normalised density, so its unit is not nats; up to
 * constants it is a Gaussian of variance 1/2, which is what `draw` draws from: around the reconstruction, also beyond (0, 1).
 *
 * @throws {OptionError} on an unknown option or activation
 */
export function squaredError(options: SquaredErrorOptions = {}): Likelihood {
  assertOptions('squaredError', options, { activation: oneOf('linear', 'sigmoid') })
  const { activation = 'linear' } = options
  const bounded = activation === 'sigmoid'
  const mean = (output: tf.Tensor) => {
    assertOutput('squaredError', 1, output)
    return bounded ? sigmoid(output) : clone(output)
  }
  return {
    kind: 'squaredError',
    support: bounded ? { minimum: 0, maximum: 1 } : { minimum: -Infinity, maximum: Infinity },
    negativeLogLikelihood: (output, target) => {
      assertSameShape('squaredError', 'output', output, 'target', target)
      return tf.tidy(() => {
        const sumOf = bounded ? sumOfSquaresOfSigmoid : sumOfSquares
        return sumOf(flattenFeatures(output), flattenFeatures(target))
      })
    },
    mean,
    draw: (output, address) =>
      tf.tidy(() => tf.add(mean(output), tf.mul(normalNoise(output.shape, address), Math.SQRT1_2))),
    config: { kind: 'squaredError', activation },
  }
}

/**
 * The mean over features of (prediction - target)^2: the `mse` of the tutorial, per pixel.
 *
 * @param prediction `[batch, ...shape]`, borrowed
 * @param target the same shape, borrowed; counts as a constant, no gradient flows into it
 * @returns `[batch]`, the data's unit squared; owned by the caller
 * @throws {ShapeError} when the shapes differ
 */
export function meanSquaredError(prediction: tf.Tensor, target: tf.Tensor): tf.Tensor1D {
  assertSameShape('meanSquaredError', 'prediction', prediction, 'target', target)
  return tf.tidy(() => {
    const flat = flattenFeatures(prediction)
    return tf.mul(sumOfSquares(flat, flattenFeatures(target)), 1 / flat.shape[1])
  })
}
