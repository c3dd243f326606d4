// What is minimised, from the terms of an objective: its kernels' contracts.
import type { KernelSpec } from './spec.ts'

/** The mean of each term, each `[batch]` or `[]`, then the sum of weights times means. */
export const totalOfTerms = {
  name: 'AeTotalOfTerms',
  inputs: { term: 'term' },
  repeated: 'weights',
  attributes: { weights: 'numbers' },
  output: { list: [{ each: 'weights', shape: [] }, []] },
} as const satisfies KernelSpec

/**
 * The gradient of {@link totalOfTerms} from that of the sum: each term filled with its weight times `dy` divided by its number of
 * values. `lengths` are those of the terms, -1 for a term of shape `[]`.
 */
export const totalOfTermsGradient = {
  name: 'AeTotalOfTermsGradient',
  inputs: { dy: [] },
  attributes: { weights: 'numbers', lengths: 'numbers' },
  output: { list: [{ each: 'lengths', shape: 'term' }] },
} as const satisfies KernelSpec
