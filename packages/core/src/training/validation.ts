// Validation while a model is trained. A script of its own, loaded by runs that have validation data.
import type { Batch, Dataset } from '../dataset.ts'
import type { Trainable } from '../model.ts'
import type { Objective } from '../objective-types.ts'
import type { Trace } from '../trace.ts'
import type { Validation } from './epoch.ts'
import { evaluate } from './evaluate.ts'
import { tryValidation } from './first-batch.ts'
import { asAveraged } from './optimizers/running-averages.ts'
import { participantsOf } from './participants.ts'

/** How a run evaluates its validation data. */
interface ValidationSettings<trace extends Trace, batch extends Batch> {
  readonly validation: Dataset<batch>
  readonly objective: Objective<trace, string> | undefined
  readonly batchSize: number
  readonly seed: number
  readonly signal: AbortSignal | undefined
}

/** Evaluates the validation data at a step of the run. */
export type Validate = (step: number) => Promise<Validation>

/**
 * Tries the first batch, then gives the function that validates. It draws the same numbers for an example each time, so that
 * two validations differ by the weights alone.
 */
export async function prepareValidation<trace extends Trace, batch extends Batch>(
  model: Trainable<trace, string, batch, string>,
  { validation, objective, batchSize, seed, signal }: ValidationSettings<trace, batch>,
): Promise<Validate> {
  await tryValidation(participantsOf<trace, batch>(model, objective), validation, batchSize)
  return async (step) => {
    const options = { batchSize, seed, objective, step, signal }
    const loss = await asAveraged(model.variables, () =>
      evaluate<trace, string, string, batch, string>(model, validation, options),
    )
    return { step, time: Date.now() / 1000, loss }
  }
}
