// Checks what objectives read from a forward pass. They run in each step, so it checks no more than they need.
import type { Likelihood } from '@ae/core'
import { assertMembers, type Members, type OptionCheck } from '@ae/core/internal'

/**
 * Throws an `OptionError` unless `trace` is an object with these members.
 *
 * @param objective the function that made the objective, for the message
 * @param trace as received
 * @param members what the objective reads, except tensors, which are checked where they are used
 */
export function assertTrace(objective: string, trace: unknown, members: Members = {}): void {
  assertMembers(objective, 'trace', trace, {
    expected: 'a forward pass that it can measure',
    members,
    fix: 'pass model.trace(x) of a model whose passes have this member, or train with another objective',
  })
}

/** The member `likelihood`. */
export const ofLikelihood: { readonly likelihood: OptionCheck } = {
  likelihood: (value) =>
    typeof (value as Likelihood | undefined | null)?.negativeLogLikelihood === 'function' ? undefined : 'a likelihood',
}
