// Adam (Kingma and Ba, 2015, algorithm 1) as PyTorch computes it: epsilon outside the root, on the corrected moment.
import * as tf from '@tensorflow/tfjs-core'
import { assertOptions, flagOption, positiveNumber } from '../checks/options.ts'
import { hasFused, runKernel } from '../kernels/kernel.ts'
import type { Schedule } from '../objective-types.ts'
import type { Optimizer } from './optimizer.ts'
import {
  decayRate,
  type OptimizerOptions,
  optimizerChecks,
  optimizerOf,
  type Rule,
  withDefaults,
} from './optimizers/rule.ts'
import type { MoveNumbers } from './step-player.ts'

/** Options of {@link adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** The step size, above 0, or a function of the steps made so far. Defaults to 0.001. */
  readonly learningRate?: Schedule | undefined
  /** Decay rate of the gradient's mean, in [0, 1). Defaults to 0.9. */
  readonly beta1?: number | undefined
  /** Decay rate of the squared gradient's mean, in [0, 1). Defaults to 0.999. */
  readonly beta2?: number | undefined
  /** Added to the root of the second moment, above 0, the same on every backend. Defaults to 1e-8. */
  readonly epsilon?: number | undefined
  /**
   * Whether epsilon is added to the root of the second moment as it is, before it is corrected: the "epsilon hat" of Kingma and Ba,
   * which is that of Keras and TensorFlow (there 1e-7), and much larger than PyTorch's in the first steps. Defaults to false.
   */
  readonly uncorrectedEpsilon?: boolean | undefined
  /** L2 weight decay, at least 0: this times the weight is added to its gradient, as in PyTorch's `Adam`. Defaults to 0. */
  readonly weightDecay?: number | undefined
}

/**
 * Adam: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
 * p = p - learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
 *
 * A variable that gets no gradient in a step keeps its moments; t counts the steps of the run.
 *
 * @throws {OptionError} on an unknown option or one out of its range
 * @see Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1
 */
export function adam(options: AdamOptions = {}): Optimizer {
  assertOptions('adam', options, { ...adamChecks, uncorrectedEpsilon: flagOption })
  const { uncorrectedEpsilon, ...settings } = withDefaults(adamDefaults, options)
  return optimizerOf(adamRule('adam', settings, { uncorrectedEpsilon }), settings)
}

/** The defaults of Adam and its relatives. */
export const adamDefaults = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** The checks of their options. */
export const adamChecks = { ...optimizerChecks, beta1: decayRate, beta2: decayRate, epsilon: positiveNumber }

/** Decay rates and epsilon of Adam and its relatives. */
export type AdamSettings = Readonly<Record<'beta1' | 'beta2' | 'epsilon', number>>

/** The rule of Adam, and of AdamW where weight decay is decoupled. */
export function adamRule(
  kind: string,
  { beta1, beta2, epsilon }: AdamSettings,
  { isDecoupled = false, uncorrectedEpsilon = false } = {},
): Rule {
  const numbersAt = (rate: number, step: number) => {
    const root = 1 / Math.sqrt(1 - beta2 ** (step + 1))
    return {
      ...{ beta1, gain1: 1 - beta1, beta2, gain2: 1 - beta2, root },
      stepSize: rate / (1 - beta1 ** (step + 1)),
      epsilon: uncorrectedEpsilon ? epsilon * root : epsilon,
    }
  }
  return {
    kind,
    config: { beta1, beta2, epsilon, uncorrectedEpsilon: uncorrectedEpsilon || undefined },
    rule: 'moments',
    slots: ['mean', 'square'],
    isDecoupled,
    numbersAt,
    compose: moments,
    earlier(moving, learningRate, step) {
      if (!hasFused('AeAdam')) return undefined
      const inputs: Record<string, tf.Tensor> = {}
      moving.forEach(({ parameter, gradient, slots: [mean, square] }, i) => {
        const named = { parameter, gradient, mean, square }
        for (const [name, tensor] of Object.entries(named)) inputs[`${name}${i}`] = tensor as tf.Tensor
      })
      const attributes = { count: moving.length, learningRate, beta1, beta2, epsilon: numbersAt(1, step).epsilon }
      return runKernel('AeAdam', inputs, { ...attributes, step: step + 1 })
    },
  }
}

/** The moments of a gradient, and the direction that they give. */
export function moments(
  gradient: tf.Tensor,
  [mean, square]: readonly tf.Tensor[],
  { beta1, gain1, beta2, gain2, root, epsilon }: MoveNumbers,
): tf.Tensor[] {
  const newMean = tf.add(tf.mul(mean as tf.Tensor, beta1), tf.mul(gradient, gain1))
  const newSquare = tf.add(tf.mul(square as tf.Tensor, beta2), tf.mul(tf.square(gradient), gain2))
  return [tf.div(newMean, tf.add(tf.mul(tf.sqrt(newSquare), root), epsilon)), newMean, newSquare]
}
