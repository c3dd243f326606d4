// The objective's terms of a data set's first batch, before the first step: what is wrong with them is told there.
import { dispose, type TensorContainer } from '@tensorflow/tfjs-core'
import type { Batch, Dataset } from '../dataset.ts'
import { AutoencoderError, DatasetError, OptionError } from '../errors.ts'
import type { ModelObjective, Trace, Trainable } from '../model.ts'
import { batchesOf } from './batches-of.ts'
import { evaluateTerms, weightsOf } from './objective.ts'
import { type MeasuredTerms, measureTerms } from './terms.ts'

/** Passes the first batch of the validation data, so that data without labels, or with them, is told before the first step. */
export async function tryValidation<trace extends Trace, batch extends Batch>(
  model: Trainable<trace, string, batch>,
  objective: ModelObjective<trace, string>,
  validation: Dataset<batch>,
  batchSize: number,
): Promise<void> {
  try {
    await passFirstBatch(model, objective, validation, { batchSize, step: 0 })
  } catch (cause) {
    if (!AutoencoderError.isInstance(cause) || cause.name === DatasetError.name) throw cause // those name the data
    throw new OptionError('`train` received `validation` that the model cannot be evaluated on.', {
      facts: { Data: validation.name, Reason: cause.message.split('\n', 1)[0] ?? '' },
      fix: cause.fix,
      cause,
    })
  }
}

/** The weight of each of the objective's terms at a step; where it is a function, by a pass of the first batch, which moves nothing. */
export async function weightsOfTerms<trace extends Trace, batch extends Batch>(
  model: Trainable<trace, string, batch>,
  objective: ModelObjective<trace, string>,
  data: Dataset<batch>,
  pass: { readonly batchSize: number; readonly step: number },
): Promise<MeasuredTerms['weights']> {
  return weightsOf(objective, pass.step) ?? passFirstBatch(model, objective, data, pass)
}

/** What the objective's terms weigh in a pass of the first batch, not as a training step. */
async function passFirstBatch<trace extends Trace, batch extends Batch>(
  model: Trainable<trace, string, batch>,
  objective: ModelObjective<trace, string>,
  data: Dataset<batch>,
  { batchSize, step }: { readonly batchSize: number; readonly step: number },
): Promise<MeasuredTerms['weights']> {
  for await (const batch of batchesOf('train', data, { batchSize })) {
    try {
      const { means, weights } = measureTerms(() => evaluateTerms(objective, model.trace(batch), step))
      dispose({ ...means })
      return weights
    } finally {
      dispose(batch as TensorContainer)
    }
  }
  return {}
}
