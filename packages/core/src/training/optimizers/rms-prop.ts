// RMSprop as PyTorch computes it: epsilon outside the root.
import * as tf from '@tensorflow/tfjs-core'
import { assertOptions, flagOption, positiveNumber } from '../../checks/options.ts'
import type { Schedule } from '../../objective-types.ts'
import type { Optimizer } from '../optimizer.ts'
import { decayRate, type OptimizerOptions, optimizerChecks, optimizerOf, withDefaults } from './options.ts'

/** Options of {@link rmsProp}. */
export interface RmsPropOptions extends OptimizerOptions {
  /** The step size, above 0, or a function of the steps made so far. Defaults to 0.01. */
  readonly learningRate?: Schedule | undefined
  /** Decay rate of the squared gradient's mean, in [0, 1): PyTorch's alpha, Keras' rho. Defaults to 0.99. */
  readonly decayRate?: number | undefined
  /** Added to the root, above 0; Keras and TensorFlow add it to the square. Defaults to 1e-8. */
  readonly epsilon?: number | undefined
  /** Decay rate of the buffer of divided gradients, in [0, 1). Defaults to 0, which keeps no buffer. */
  readonly momentum?: number | undefined
  /** Whether to divide by the gradient's deviation from its mean. Defaults to false: by the root of its mean square. */
  readonly centered?: boolean | undefined
  /** L2 weight decay, at least 0: this times the weight is added to its gradient. Defaults to 0. */
  readonly weightDecay?: number | undefined
}

/**
 * RMSprop: v = decayRate v + (1 - decayRate) g^2; b = momentum b + g / (sqrt(v) + epsilon); p = p - learningRate b. If it is
 * centered, the square of m = decayRate m + (1 - decayRate) g is subtracted from v first.
 *
 * @throws {OptionError} on an unknown option or one out of its range
 * @see Tieleman and Hinton, Lecture 6.5: RMSProp, 2012; Graves, Generating Sequences with Recurrent Neural Networks, 2013, for
 *   `centered`; PyTorch's `torch.optim.RMSprop`
 */
export function rmsProp(options: RmsPropOptions = {}): Optimizer {
  const checks = { decayRate, epsilon: positiveNumber, momentum: decayRate, centered: flagOption }
  assertOptions('rmsProp', options, { ...optimizerChecks, ...checks })
  const defaults = { learningRate: 0.01, decayRate: 0.99, epsilon: 1e-8, momentum: 0, centered: false }
  const settings = withDefaults(defaults, options)
  const { decayRate: beta2, epsilon, momentum, centered } = settings
  const hasBuffer = momentum > 0
  const [rule, ruleWithMomentum] = centered
    ? (['centered', 'centeredMomentum'] as const)
    : (['root', 'rootMomentum'] as const)
  return optimizerOf(
    {
      kind: 'rmsProp',
      config: { decayRate: beta2, epsilon, momentum, centered },
      rule: hasBuffer ? ruleWithMomentum : rule,
      slots: ['square', ...(centered ? ['mean'] : []), ...(hasBuffer ? ['buffer'] : [])],
      numbersAt: () => ({ beta1: momentum, beta2, gain2: 1 - beta2, epsilon }),
      compose(gradient, slots, { gain2 }) {
        const [square, ...others] = slots as [tf.Tensor, ...tf.Tensor[]]
        const newSquare = tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradient), gain2))
        const mean = centered ? others.shift() : undefined
        const newMean = mean && tf.add(tf.mul(mean, beta2), tf.mul(gradient, gain2))
        const variance = newMean ? tf.sub(newSquare, tf.square(newMean)) : newSquare
        const divided = tf.div(gradient, tf.add(tf.sqrt(variance), epsilon))
        const [buffer] = others
        const direction = buffer ? tf.add(tf.mul(buffer, momentum), divided) : divided
        return [direction, newSquare, ...(newMean ? [newMean] : []), ...(buffer ? [direction] : [])]
      },
    },
    settings,
  )
}
