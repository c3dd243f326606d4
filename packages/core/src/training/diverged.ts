// When a training run has diverged: a weight or a slot of the optimiser is not finite. What is then told is in describe-divergence.ts.
import { readTensors } from '../backend/backend-loss.ts'
import { type SavableModel, trainedVariables } from '../files/model-file.ts'
import { yieldToTasks } from '../yield-to-tasks.ts'

/**
 * The first weight that is not finite: the last step may have spoilt it, which no loss tells yet.
 *
 * @param model its variables are read
 * @returns its name and value; undefined if all are finite
 */
export async function weightNotFinite(
  model: Pick<SavableModel, 'variables' | 'players'>,
): Promise<{ readonly term: string; readonly value: number } | undefined> {
  const variables = trainedVariables(model)
  const names = Object.keys(variables)
  for (const [i, values] of (await readTensors(Object.values(variables))).entries()) {
    const value = firstNotFinite(values)
    if (value !== undefined) return { term: names[i] ?? '', value }
    await yieldToTasks()
  }
  return undefined
}

/** The first value that is NaN or infinite, if there is one. */
export function firstNotFinite(values: ArrayLike<number>): number | undefined {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return values[i]
  return undefined
}
