// RAdam (Liu et al., 2020): Adam that leaves the second moment out until it is known well enough, in place of a warm-up.
import { assertOptions, flagOption } from '../../checks/options.ts'
import { type AdamOptions, adamChecks } from '../adam.ts'
import { adamDefaults, adamRule } from '../adam-rule.ts'
import type { Optimizer } from '../optimizer.ts'
import { optimizerChecks, optimizerOf, withDefaults } from './options.ts'

/** Options of {@link rAdam}. */
export interface RAdamOptions extends Omit<AdamOptions, 'uncorrectedEpsilon'> {
  /** Whether weight decay shrinks the weights, as in AdamW. Defaults to false: it is added to the gradient. */
  readonly decoupled?: boolean | undefined
}

/**
 * RAdam: with rho = 2 / (1 - beta2) - 1 and rho_t = rho - 2 t beta2^t / (1 - beta2^t), p = p - learningRate m / (1 - beta1^t) while
 * rho_t <= 5, and later that times r sqrt(1 - beta2^t) / (sqrt(v) + epsilon), with
 * r^2 = (rho_t - 4) (rho_t - 2) rho / ((rho - 4) (rho - 2) rho_t).
 *
 * @throws {OptionError} on an unknown option or one out of its range
 * @see Liu et al., On the Variance of the Adaptive Learning Rate and Beyond, 2020, algorithm 2, as PyTorch's `torch.optim.RAdam` has it
 */
export function rAdam(options: RAdamOptions = {}): Optimizer {
  assertOptions('rAdam', options, { ...optimizerChecks, ...adamChecks, decoupled: flagOption })
  const settings = withDefaults({ ...adamDefaults, decoupled: false }, options)
  const { beta1, beta2, epsilon, decoupled: isDecoupled } = settings
  const { earlier: _, ...rule } = adamRule('rAdam', settings, { isDecoupled })
  const most = 2 / (1 - beta2) - 1
  return optimizerOf(
    {
      ...rule,
      config: { ...rule.config, decoupled: isDecoupled },
      numbersAt(rate, step) {
        const t = step + 1
        const correction = 1 - beta2 ** t
        const length = most - (2 * t * beta2 ** t) / correction
        const stepSize = rate / (1 - beta1 ** t)
        const shared = { beta1, gain1: 1 - beta1, beta2, gain2: 1 - beta2 }
        if (length <= 5) return { ...shared, stepSize, root: 0, epsilon: 1 }
        const squared = ((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length)
        return { ...shared, stepSize: stepSize * Math.sqrt(squared * correction), epsilon }
      },
    },
    settings,
  )
}
