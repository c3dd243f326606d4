// The plainest objective.
import type { Objective, Terms, Trace } from '@ae/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * An objective of one term of weight 1, which is computed in the same way in every step.
 *
 * @param name of the term
 * @param term `[batch]` or `[]`, owned by the caller
 */
export function unweighted<trace extends Trace, name extends string>(
  name: name,
  term: (trace: trace) => Tensor,
): Objective<trace, name> {
  return Object.assign((trace: trace) => ({ [name]: term(trace) }) as Terms<name>, {
    weights: () => ({ [name]: 1 }) as Record<name, number>,
  })
}
