// The parts of a mixed likelihood, of every kind, as the numbers of PyTorch have them.
import type { MixedPart } from '@ae/losses'

/** 15 features; two standard deviations are learned or, with a number, fixed. */
export function mixedParts(standardDeviation: number | 'perFeature'): readonly MixedPart[] {
  return [
    { kind: 'gaussian', standardDeviation, missing: 'modelled' },
    { kind: 'gaussian', size: 2, standardDeviation: 0.5, missing: 'ignored' },
    { kind: 'bernoulli' },
    { kind: 'bernoulli', size: 2, missing: 'modelled' },
    { kind: 'categorical', size: 3 },
    { kind: 'categorical', size: 2 },
    { kind: 'gaussian', standardDeviation },
  ]
}
