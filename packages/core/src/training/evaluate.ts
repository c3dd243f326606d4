// What a model is worth on a data set: its objective's terms, averaged over all examples.
import { dispose, type Tensor, type TensorContainer } from '@tensorflow/tfjs-core'
import { lossBehind } from '../backend/backend-loss.ts'
import { assertOptions, nonNegativeInteger, positiveInteger, seedOption } from '../checks/options.ts'
import { type Batch, type Dataset, examplesOf } from '../dataset.ts'
import { DatasetError, ShapeError } from '../errors.ts'
import type { Trainable } from '../model.ts'
import type { Objective } from '../objective-types.ts'
import type { Trace } from '../trace.ts'
import { yieldToTasks } from '../yield-to-tasks.ts'
import { assertExamples, batchesOf } from './batches-of.ts'
import type { LossValues } from './epoch.ts'
import { withKnownLabels } from './labels.ts'
import { LossLog } from './loss-log.ts'
import { objectiveOption } from './objective.ts'
import { measureBatch, participantsOf, playingOf } from './participants.ts'
import { assertTrainable, signalOption } from './train-options.ts'
import { trainedSteps } from './trained-steps.ts'
import { assertAlive } from './training-hold.ts'

/** Options of {@link evaluate}. */
export interface EvaluateOptions<trace extends Trace, name extends string> {
  /**
   * Examples a batch; changes speed and memory, and the mean by no more than float32's rounding. Only terms that are statistics
   * of a batch depend on it: `sparsity` of `klSparsity`, the terms of a beta-TC-VAE, `perplexity` of a VQ-VAE. Defaults to 256.
   */
  readonly batchSize?: number | undefined
  /** Seeds what is random in the forward pass, e.g. the posterior's samples. Defaults to 0. */
  readonly seed?: number | undefined
  /** What is measured, beside the terms of the model's players. Defaults to the model's own objective. */
  readonly objective?: Objective<NoInfer<trace>, name> | undefined
  /**
   * The optimiser step that coefficients on a schedule are taken at, an integer of at least 0. Defaults to the steps of the
   * run that trained the model last, which its file keeps; 0 for a model that was never trained.
   */
  readonly step?: number | undefined
  /** Stops between two batches; `evaluate` then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The mean of each loss term over a data set, in its stored order. Latents are sampled, once an example, so a VAE's
 * `total` is an estimate of its bound. What is drawn for an example depends on the seed and on its place in the data alone,
 * whatever the batch size.
 *
 * @param model borrowed; nothing moves
 * @param data borrowed
 * @returns the terms, unweighted, and `total`, the weighted sum; units are the objective's (nats an image)
 * @throws {ShapeError} when the data's shape is not the model's
 * @throws {DatasetError} when the data is empty, holds values that the model's likelihood cannot take or a label that it has
 *   no class for, or gives batches that are not what it describes
 * @throws {OptionError} on a bad option
 * @throws {DisposedError} when the model is disposed of
 * @throws {TrainingDivergedError} when a term is not finite; its `step` is the batch, its epoch 0, and it knows the examples
 * @throws {BackendLostError} when the backend stops computing
 */
export async function evaluate<
  trace extends Trace,
  own extends string,
  name extends string = own,
  batch extends Batch = Tensor,
  played extends string = never,
>(
  model: Trainable<trace, own, batch, played>,
  data: Dataset<NoInfer<batch>>,
  options: EvaluateOptions<trace, name> = {},
): Promise<LossValues<name | played>> {
  assertOptions('evaluate', options, {
    batchSize: positiveInteger,
    seed: seedOption,
    objective: objectiveOption,
    step: nonNegativeInteger,
    signal: signalOption,
  })
  assertTrainable('evaluate', model)
  assertAlive('evaluate', model)
  assertFits('evaluate', model, data)
  const { batchSize = 256, seed = 0, step = trainedSteps(model), signal } = options
  const participants = participantsOf(model, options.objective)
  const log = new LossLog(async (bad) =>
    (await import('./describe-divergence.ts')).notFinite({
      ...bad,
      place: { data, pass: { batchSize }, index: bad.step },
    }),
  )
  const playing = await playingOf(model)
  let [batchIndex, first] = [0, 0]
  try {
    const known = withKnownLabels('evaluate', model, data)
    for await (const batch of batchesOf('evaluate', known, { batchSize })) {
      const count = examplesOf(batch).shape[0] ?? 0
      try {
        signal?.throwIfAborted()
        assertAlive('evaluate', model, ' while it is evaluated')
        log.add(
          { epoch: 0, step: batchIndex, count },
          measureBatch(participants, playing, batch, step, { seed, first }),
        )
      } finally {
        dispose(batch as TensorContainer)
      }
      batchIndex++
      first += count
      await yieldToTasks()
    }
    await log.flush()
    return log.mean() as LossValues<name | played>
  } catch (error) {
    throw signal?.aborted ? error : await lossBehind(error)
  } finally {
    await log.settle()
  }
}

/** Refuses data that a model cannot take: its shape, its size, its range. */
export function assertFits(
  functionName: string,
  model: Pick<Trainable, 'inputShape' | 'likelihood'>,
  data: Dataset<Batch>,
  argument = 'data',
): void {
  assertExamples(functionName, data, { argument })
  const what = argument === 'data' ? 'data' : `\`${argument}\``
  const same = data.shape.length === model.inputShape.length && data.shape.every((n, i) => n === model.inputShape[i])
  if (!same) {
    throw new ShapeError(`\`${functionName}\` received ${what} of another shape than the model's.`, {
      facts: { Expected: `[${model.inputShape.join(', ')}]`, Received: `[${data.shape.join(', ')}] (${data.name})` },
      fix: argument === 'data' ? 'make the model with inputShape: data.shape' : 'pass data of the same shape as `data`',
    })
  }
  const { minimum, maximum } = data.range
  const { support, kind } = model.likelihood
  if (minimum >= support.minimum && maximum <= support.maximum) return
  const bound = Number.isFinite(support.minimum) ? `in [${support.minimum}, ${support.maximum}]` : 'finite'
  throw new DatasetError(`\`${functionName}\` received values that the ${kind} likelihood cannot take.`, {
    facts: { Expected: `values ${bound}`, Received: `values in [${minimum}, ${maximum}] (${data.name})` },
    fix: Number.isNaN(minimum + maximum)
      ? 'remove or replace the values that are NaN'
      : `rescale the data into [${support.minimum}, ${support.maximum}], or give the model another likelihood`,
  })
}
