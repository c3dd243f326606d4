// How a training run ends that has diverged: a term of the loss, a weight or a slot of the optimiser is not finite.
import { readTensors } from '../backend/backend-loss.ts'
import { type Divergence, TrainingDivergedError } from '../errors.ts'
import { type SavableModel, trainedVariables } from '../files/model-file.ts'
import { yieldToTasks } from '../yield-to-tasks.ts'

/**
 * Refuses weights that are not finite: the last step of an epoch may have spoilt them, which no loss tells yet.
 *
 * @param functionName the public function that trains, for the message
 * @param model its variables are read
 * @param place the step and the epoch that were made last
 * @param saved the last checkpoint, if there is one
 * @throws {TrainingDivergedError} that names the weight
 */
export async function assertFiniteWeights(
  functionName: string,
  model: Pick<SavableModel, 'variables' | 'players'>,
  place: Pick<Divergence, 'step' | 'epoch'>,
  saved: string | undefined,
): Promise<void> {
  const variables = trainedVariables(model)
  const names = Object.keys(variables)
  for (const [i, values] of (await readTensors(Object.values(variables))).entries()) {
    const value = firstNotFinite(values)
    await yieldToTasks()
    if (value === undefined) continue
    const term = names[i] ?? ''
    throw stopped(functionName, `the weight \`${term}\``, { ...place, term, value }, saved)
  }
}

/** The error of a run in which `what` became what it is in `divergence`; `saved` names the last checkpoint. */
export function stopped(
  functionName: string,
  what: string,
  divergence: Divergence,
  checkpoint: string | undefined,
): TrainingDivergedError {
  const { value, epoch, step } = divergence
  const sound =
    checkpoint === undefined ? '' : '; the last checkpoint is finite: resume from it with a lower learning rate'
  return new TrainingDivergedError(`\`${functionName}\` stopped: ${what} became ${value}.`, {
    divergence,
    facts: {
      Epoch: String(epoch),
      Step: String(step),
      ...(functionName !== 'pretrain' && { 'Last checkpoint': checkpoint ?? 'none; pass checkpoint: to have one' }),
    },
    fix: `lower the learning rate, or check the data for extreme values${sound}`,
  })
}

/** The first value that is NaN or infinite, if there is one. */
export function firstNotFinite(values: ArrayLike<number>): number | undefined {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return values[i]
  return undefined
}
