// The objective's terms of a data set's first batch, before the first step: what is wrong with them is told there.
import { dispose, type TensorContainer } from '@tensorflow/tfjs-core'
import type { Batch, Dataset } from '../dataset.ts'
import { AutoencoderError, DatasetError, OptionError } from '../errors.ts'
import type { Trace } from '../trace.ts'
import { batchesOf } from './batches-of.ts'
import { weightsOf } from './objective.ts'
import { measureBatch, objectiveNow, type Participant, playingOf } from './participants.ts'
import type { MeasuredTerms } from './terms.ts'

/** Passes the first batch of the validation data, so that data without labels, or with them, is told before the first step. */
export async function tryValidation<trace extends Trace, batch extends Batch>(
  participants: readonly Participant<trace, batch>[],
  validation: Dataset<batch>,
  batchSize: number,
): Promise<void> {
  try {
    await passFirstBatch(participants, validation, { batchSize, step: 0 })
  } catch (cause) {
    if (!AutoencoderError.isInstance(cause) || cause.name === DatasetError.name) throw cause // those name the data
    throw new OptionError('`train` received `validation` that the model cannot be evaluated on.', {
      facts: { Data: validation.name, Reason: cause.message.split('\n', 1)[0] ?? '' },
      fix: cause.fix,
      cause,
    })
  }
}

/** The weights of all terms at a step; where an objective is a function, by a pass of the first batch, which moves nothing. */
export async function weightsOfTerms<trace extends Trace, batch extends Batch>(
  participants: readonly Participant<trace, batch>[],
  data: Dataset<batch>,
  pass: { readonly batchSize: number; readonly step: number },
): Promise<MeasuredTerms['weights']> {
  const weights = participants.map((one) => weightsOf(objectiveNow(one), pass.step))
  return weights.includes(undefined) ? passFirstBatch(participants, data, pass) : Object.assign({}, ...weights)
}

/** What the terms weigh in a pass of the first batch, not as a training step. */
async function passFirstBatch<trace extends Trace, batch extends Batch>(
  participants: readonly Participant<trace, batch>[],
  data: Dataset<batch>,
  { batchSize, step }: { readonly batchSize: number; readonly step: number },
): Promise<MeasuredTerms['weights']> {
  const playing = participants[0] && (await playingOf(participants[0].model))
  for await (const batch of batchesOf('train', data, { batchSize })) {
    try {
      const { means, weights, others } = measureBatch(participants, playing, batch, step)
      dispose({ ...means })
      return { ...weights, ...others }
    } finally {
      dispose(batch as TensorContainer)
    }
  }
  return {}
}
