// Adam (Kingma and Ba, 2015, algorithm 1) as PyTorch computes it: epsilon outside the root, on the corrected moment.
import { assertOptions, flagOption, positiveNumber } from '../checks/options.ts'
import type { Schedule } from '../objective-types.ts'
import { adamDefaults, adamRule } from './adam-rule.ts'
import type { Optimizer } from './optimizer.ts'
import { decayRate, type OptimizerOptions, optimizerChecks, optimizerOf, withDefaults } from './optimizers/options.ts'

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
  assertOptions('adam', options, { ...optimizerChecks, ...adamChecks, uncorrectedEpsilon: flagOption })
  const { uncorrectedEpsilon, ...settings } = withDefaults(adamDefaults, options)
  return optimizerOf(adamRule('adam', settings, { uncorrectedEpsilon }), settings)
}

/** The checks of the options of Adam and its relatives. */
export const adamChecks = { beta1: decayRate, beta2: decayRate, epsilon: positiveNumber }
