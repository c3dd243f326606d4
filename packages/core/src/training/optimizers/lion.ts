// Lion (Chen et al., 2023, algorithm 2): steps of one size, in the direction of the sign.
import * as tf from '@tensorflow/tfjs-core'
import { assertOptions } from '../../checks/options.ts'
import type { Schedule } from '../../objective-types.ts'
import type { Optimizer } from '../optimizer.ts'
import { decayRate, type OptimizerOptions, optimizerChecks, optimizerOf, withDefaults } from './options.ts'

/** Options of {@link lion}. */
export interface LionOptions extends OptimizerOptions {
  /** The step size, above 0, or a function of the steps made so far: a third to a tenth of Adam's. Defaults to 0.0001. */
  readonly learningRate?: Schedule | undefined
  /** The part of the mean in the direction, in [0, 1). Defaults to 0.9. */
  readonly beta1?: number | undefined
  /** Decay rate of the gradient's mean, in [0, 1). Defaults to 0.99. */
  readonly beta2?: number | undefined
  /** Decoupled weight decay, at least 0: each step first multiplies the weights by 1 - learningRate weightDecay. Defaults to 0. */
  readonly weightDecay?: number | undefined
}

/**
 * Lion: p = (1 - learningRate weightDecay) p - learningRate sign(beta1 m + (1 - beta1) g), then m = beta2 m + (1 - beta2) g.
 *
 * @throws {OptionError} on an unknown option or one out of its range
 * @see Chen et al., Symbolic Discovery of Optimization Algorithms, 2023, algorithm 2
 */
export function lion(options: LionOptions = {}): Optimizer {
  assertOptions('lion', options, { ...optimizerChecks, beta1: decayRate, beta2: decayRate })
  const settings = withDefaults({ learningRate: 1e-4, beta1: 0.9, beta2: 0.99 }, options)
  const { beta1, beta2 } = settings
  return optimizerOf(
    {
      kind: 'lion',
      config: { beta1, beta2 },
      rule: 'sign',
      slots: ['mean'],
      isDecoupled: true,
      numbersAt: () => ({ beta1, gain1: 1 - beta1, beta2, gain2: 1 - beta2 }),
      compose(gradient, [mean], { gain1, gain2 }) {
        const mixed = (beta: number, gain: number) => tf.add(tf.mul(mean as tf.Tensor, beta), tf.mul(gradient, gain))
        return [tf.sign(mixed(beta1, gain1)), mixed(beta2, gain2)]
      },
    },
    settings,
  )
}
