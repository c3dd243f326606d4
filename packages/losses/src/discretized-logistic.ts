// The discretised logistic likelihood: the probability of a grey level is that of its interval under a logistic
// distribution, and the levels at the ends take the tails.
import type { Likelihood } from '@ae/core'
import { assertOptions } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { uniformNoise } from './draw-from.ts'
import { type FeatureDensity, firstParameter, parametersOf, sumOverFeatures } from './elementwise.ts'
import { clip, exp, log, neg, op, select, sigmoid, withNumber } from './kernels.ts'
import { levelOf, levelsOption } from './levels.ts'
import { logMeanDecay } from './log-mean-decay.ts'

/** Options of {@link discretizedLogistic}. */
export interface DiscretizedLogisticOptions {
  /** The number of grey levels, at least 2: 0, 1 / (levels - 1), ..., 1. Defaults to 256, those of 8 bits. */
  readonly levels?: number | undefined
}

/**
 * P(x | mean, logScale) = F(x + half) - F(x - half) for each feature, with F the distribution function of a logistic of
 * that mean and scale exp(logScale), and `half` half the distance between levels; at 0 and at 1 the interval extends to
 * infinity. Data in [0, 1] counts as its nearest level. The decoder emits [mean, logScale], `[batch, ...shape, 2]`, in
 * the data's unit; a scale below 1/64 of the distance between levels counts as 1/64 of it, with which one level already
 * has all the probability. `mean` is the location, clipped to [0, 1].
 *
 * These are probabilities: without any knowledge of the data, a feature costs log(levels) nats.
 *
 * @throws {OptionError} on an unknown option or fewer than 2 levels
 * @see Kingma et al., Improving Variational Inference with Inverse Autoregressive Flow, 2016, appendix; Salimans et al.,
 * PixelCNN++, 2017, section 2.1
 */
export function discretizedLogistic(options: DiscretizedLogisticOptions = {}): Likelihood {
  assertOptions('discretizedLogistic', options, { levels: levelsOption })
  const { levels = 256 } = options
  const density = densityOf(levels)
  return {
    kind: 'discretizedLogistic',
    support: { minimum: 0, maximum: 1 },
    parameters: 2,
    negativeLogLikelihood: (output, target) => sumOverFeatures('discretizedLogistic', 2, output, target, density),
    mean: (output) => tf.tidy(() => clip(firstParameter('discretizedLogistic', output), 0, 1)),
    draw: (output, address) =>
      tf.tidy(() => {
        const [mean, logScale] = parametersOf('discretizedLogistic', 2, output) as [tf.Tensor, tf.Tensor]
        const u = uniformNoise(mean.shape, address)
        const noise = log(tf.div(u, tf.sub(1, u))) // of a logistic distribution; its rounding gives the tails to the ends
        const drawn = tf.add(mean, tf.mul(noise, exp(tf.maximum(logScale, smallestLogScale(levels)))))
        return tf.mul(levelOf(clip(drawn, 0, 1), levels), 1 / (levels - 1))
      }),
    config: { kind: 'discretizedLogistic', levels },
  }
}

/**
 * With p and q the standardised upper and lower end of the interval, sigmoid(p) - sigmoid(q) is
 * sigmoid(p) sigmoid(-q) (1 - exp(q - p)): a product, whose logarithm needs no difference of probabilities.
 */
function densityOf(levels: number): FeatureDensity {
  const distance = 1 / (levels - 1)
  const smallest = smallestLogScale(levels)

  const parts = (x: tf.Tensor, mean: tf.Tensor, rawLogScale: tf.Tensor) => {
    const level = levelOf(x, levels)
    const logScale = tf.maximum(rawLogScale, smallest)
    const inverse = exp(neg(logScale))
    const width = tf.mul(inverse, distance)
    const centre = tf.mul(tf.sub(level, tf.mul(mean, levels - 1)), width)
    const half = tf.mul(width, 0.5)
    const aboveLowest = withNumber(tf.Minimum, level, 1) // 1, and 0 for the lowest level
    const belowHighest = withNumber(tf.Minimum, tf.sub(levels - 1, level), 1) // 1, and 0 for the highest
    const [upper, lower] = [tf.add(centre, half), tf.sub(centre, half)]
    return { logScale, inverse, width, upper, lower, aboveLowest, belowHighest }
  }

  return {
    negativeLog: (x, mean, rawLogScale) => {
      const { logScale, width, upper, lower, aboveLowest, belowHighest } = parts(x, mean, rawLogScale)
      const tails = tf.add(
        tf.mul(belowHighest, op(tf.Softplus, neg(upper))),
        tf.mul(aboveLowest, op(tf.Softplus, lower)),
      )
      // log(1 - exp(-width)), where log(width) is more accurate than width
      const interval = tf.add(tf.sub(Math.log(distance), logScale), logMeanDecay(width))
      return tf.sub(tails, tf.mul(tf.mul(aboveLowest, belowHighest), interval))
    },
    derivatives: (x, mean, rawLogScale) => {
      const { inverse, width, upper, lower, aboveLowest, belowHighest } = parts(x, mean, rawLogScale)
      const byUpper = tf.mul(belowHighest, sigmoid(neg(upper)))
      const byLower = tf.mul(aboveLowest, sigmoid(lower))
      // width / (exp(width) - 1)
      const byWidth = exp(neg(tf.add(width, logMeanDecay(width))))
      const ends = tf.sub(tf.mul(byUpper, upper), tf.mul(byLower, lower))
      const byLogScale = tf.add(ends, tf.mul(tf.mul(aboveLowest, belowHighest), byWidth))
      const free = withNumber(tf.GreaterEqual, rawLogScale, smallest)
      return [tf.mul(tf.sub(byUpper, byLower), inverse), select(free, byLogScale, op(tf.ZerosLike, byLogScale))]
    },
  }
}

/** The logarithm of 1/64 of the distance between levels. */
function smallestLogScale(levels: number): number {
  return -Math.log(64 * (levels - 1))
}
