// Stochastic gradient descent with momentum, as PyTorch computes it: the buffer holds gradients, not steps.
import * as tf from '@tensorflow/tfjs-core'
import { assertOptions, flagOption, nonNegativeNumber } from '../../checks/options.ts'
import { OptionError } from '../../errors.ts'
import type { Schedule } from '../../objective-types.ts'
import type { Optimizer } from '../optimizer.ts'
import { decayRate, type OptimizerOptions, optimizerChecks, optimizerOf, withDefaults } from './options.ts'

/** Options of {@link sgd}. */
export interface SgdOptions extends OptimizerOptions {
  /** The step size, above 0, or a function of the steps made so far. Defaults to 0.001. */
  readonly learningRate?: Schedule | undefined
  /** Decay rate of the buffer of gradients, in [0, 1). Defaults to 0, which keeps no buffer. */
  readonly momentum?: number | undefined
  /** The part of each gradient, but the first, that does not enter the buffer, at least 0. Defaults to 0. */
  readonly dampening?: number | undefined
  /** Whether to look one step of the momentum ahead; needs momentum, and no dampening. Defaults to false. */
  readonly nesterov?: boolean | undefined
  /** L2 weight decay, at least 0: this times the weight is added to its gradient. Defaults to 0. */
  readonly weightDecay?: number | undefined
}

/**
 * Gradient descent: b = momentum b + (1 - dampening) g, b = g in the first step of the run; p = p - learningRate b, with Nesterov's
 * momentum p = p - learningRate (g + momentum b).
 *
 * @throws {OptionError} on an unknown option or one out of its range, and on Nesterov's momentum without momentum or with dampening
 * @see Sutskever et al., On the Importance of Initialization and Momentum in Deep Learning, 2013; PyTorch's `torch.optim.SGD`
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const checks = { momentum: decayRate, dampening: nonNegativeNumber, nesterov: flagOption }
  assertOptions('sgd', options, { ...optimizerChecks, ...checks })
  const settings = withDefaults({ learningRate: 1e-3, momentum: 0, dampening: 0, nesterov: false }, options)
  const { momentum, dampening, nesterov } = settings
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new OptionError("`sgd` received Nesterov's momentum without momentum, or with dampening.", {
      facts: { Expected: 'momentum above 0, dampening 0', Received: `momentum ${momentum}, dampening ${dampening}` },
      fix: 'pass sgd({ nesterov: true, momentum: 0.9 })',
    })
  }
  const isPlain = momentum === 0
  return optimizerOf(
    {
      kind: 'sgd',
      config: { momentum, dampening, nesterov },
      rule: isPlain ? 'descent' : 'momentum',
      slots: isPlain ? [] : ['buffer'],
      numbersAt: (_, step) => ({
        ...(step === 0 ? {} : { beta1: momentum, gain1: 1 - dampening }),
        ...(nesterov ? { beta2: momentum, gain2: 1 } : { beta2: 1, gain2: 0 }),
      }),
      compose(gradient, [buffer], { beta1, gain1, beta2, gain2 }) {
        if (buffer === undefined) return [gradient]
        const next = tf.add(tf.mul(buffer, beta1), tf.mul(gradient, gain1))
        return [gain2 === 0 ? next : tf.add(tf.mul(next, beta2), tf.mul(gradient, gain2)), next]
      },
    },
    settings,
  )
}
