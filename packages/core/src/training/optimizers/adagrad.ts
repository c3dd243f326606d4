// Adagrad (Duchi et al., 2011) as PyTorch computes it: epsilon outside the root.
import * as tf from '@tensorflow/tfjs-core'
import { assertOptions, nonNegativeNumber, positiveNumber } from '../../checks/options.ts'
import type { Schedule } from '../../objective-types.ts'
import type { Optimizer } from '../optimizer.ts'
import { type OptimizerOptions, optimizerChecks, optimizerOf, withDefaults } from './options.ts'

/** Options of {@link adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** The step size, above 0, or a function of the steps made so far. Defaults to 0.01. */
  readonly learningRate?: Schedule | undefined
  /** How fast the step size falls: it is divided by 1 + this times the steps made so far, at least 0. Defaults to 0. */
  readonly learningRateDecay?: number | undefined
  /** What the sums of squares begin with, at least 0. Defaults to 0; 0.1 in Keras. */
  readonly initialSum?: number | undefined
  /** Added to the root, above 0; Keras adds it to the sum. Defaults to 1e-10. */
  readonly epsilon?: number | undefined
  /** L2 weight decay, at least 0: this times the weight is added to its gradient. Defaults to 0. */
  readonly weightDecay?: number | undefined
}

/**
 * Adagrad: s = s + g^2; p = p - learningRate g / (sqrt(s) + epsilon).
 *
 * @throws {OptionError} on an unknown option or one out of its range
 * @see Duchi et al., Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, 2011; PyTorch's `torch.optim.Adagrad`
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const checks = { learningRateDecay: nonNegativeNumber, initialSum: nonNegativeNumber, epsilon: positiveNumber }
  assertOptions('adagrad', options, { ...optimizerChecks, ...checks })
  const settings = withDefaults({ learningRate: 0.01, learningRateDecay: 0, initialSum: 0, epsilon: 1e-10 }, options)
  const { learningRateDecay, initialSum, epsilon } = settings
  return optimizerOf(
    {
      kind: 'adagrad',
      config: { learningRateDecay, initialSum, epsilon },
      rule: 'root',
      slots: ['sum'],
      initial: initialSum,
      numbersAt: (rate, step) => ({ beta2: 1, stepSize: rate / (1 + step * learningRateDecay), epsilon }),
      compose(gradient, [sum]) {
        const next = tf.add(sum as tf.Tensor, tf.square(gradient))
        return [tf.div(gradient, tf.add(tf.sqrt(next), epsilon)), next]
      },
    },
    settings,
  )
}
