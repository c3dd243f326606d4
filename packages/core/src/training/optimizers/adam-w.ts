// AdamW (Loshchilov and Hutter, 2019): Adam whose weight decay shrinks the weights, beside the gradient.
import { assertOptions, flagOption } from '../../checks/options.ts'
import { type AdamOptions, adamChecks } from '../adam.ts'
import { adamDefaults, adamRule } from '../adam-rule.ts'
import type { Optimizer } from '../optimizer.ts'
import { optimizerChecks, optimizerOf, withDefaults } from './options.ts'

/** Options of {@link adamW}. */
export interface AdamWOptions extends Omit<AdamOptions, 'weightDecay'> {
  /** Decoupled weight decay, at least 0: each step first multiplies the weights by 1 - learningRate weightDecay. Defaults to 0.01. */
  readonly weightDecay?: number | undefined
}

/**
 * AdamW: p = (1 - learningRate weightDecay) p, then a step of {@link adam}.
 *
 * @throws {OptionError} on an unknown option or one out of its range
 * @see Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2, as PyTorch's `torch.optim.AdamW` has it
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  assertOptions('adamW', options, { ...optimizerChecks, ...adamChecks, uncorrectedEpsilon: flagOption })
  const settings = withDefaults({ ...adamDefaults, weightDecay: 0.01, uncorrectedEpsilon: false }, options)
  const { uncorrectedEpsilon } = settings
  return optimizerOf(adamRule('adamW', settings, { isDecoupled: true, uncorrectedEpsilon }), settings)
}
