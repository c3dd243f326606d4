// A likely mistake: to pass the function that makes an objective, not the objective. The training step then calls it with a
// forward pass.
import { OptionError } from '@ae/core'

/**
 * Refuses a forward pass as the argument of a function that makes an objective.
 *
 * @param functionName the function that makes it, for the message
 * @param received its first argument
 */
export function assertCalled(functionName: string, received: unknown): void {
  if (typeof received !== 'object' || received === null || !('target' in received && 'likelihood' in received)) return
  throw new OptionError(`\`${functionName}\` received a forward pass: it makes an objective and is not one itself.`, {
    facts: { Expected: `objective: ${functionName}(...)`, Received: `objective: ${functionName}` },
    fix: `call it: pass ${calls[functionName] ?? `${functionName}()`}`,
  })
}

const calls: Readonly<Record<string, string>> = {
  sum: 'sum(reconstruction(), klDivergence())',
  weighted: 'weighted(2, reconstruction())',
  betaTotalCorrelation: 'betaTotalCorrelation({ exampleCount: data.size })',
}
