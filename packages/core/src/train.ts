// The training loop, as a generator: the loop stays in the user's hands, and `break` stops it.
import * as tf from '@tensorflow/tfjs-core'
import { adam, type Optimizer } from './adam.ts'
import { lossBehind } from './backend-loss.ts'
import { readCheckpoint, restoreCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { type Batch, type Dataset, imagesOf } from './dataset.ts'
import { DatasetError, DisposedError, type Divergence, OptionError, TrainingDivergedError } from './errors.ts'
import { assertFits, evaluate, objectiveOf } from './evaluate.ts'
import { LossLog, type LossValues } from './loss-log.ts'
import type { Objective, Schedule, Trace, Trainable } from './model.ts'
import type { SavableModel } from './model-file.ts'
import { anything, assertOptions, nonNegativeInteger, positiveInteger, seedOption } from './options.ts'
import { registerGradients } from './register-gradients.ts'
import type { Store } from './store.ts'
import { createTrainingSteps, type TrainingSteps } from './training-steps.ts'
import { yieldToTasks } from './yield-to-tasks.ts'

/** How far training is, after one batch. */
export interface Progress {
  /** The epoch under way, counted from 1. */
  readonly epoch: number
  /** The last epoch. */
  readonly epochs: number
  /** Batches of this epoch that are done. */
  readonly batch: number
  /** Batches an epoch, without one that is left out. */
  readonly batches: number
  /** Optimiser steps made in all. */
  readonly step: number
  /** Training examples a second, in this epoch so far. */
  readonly imagesPerSecond: number
  /** The loss over the batches last read from the device, if any were; older than `batch`. */
  readonly loss: LossValues | undefined
}

/** What `train` yields after each epoch. */
export interface Epoch<name extends string> {
  /** Counted from 1. */
  readonly epoch: number
  /** Optimiser steps made in all. */
  readonly step: number
  /** The mean over the epoch's examples, each at the weights it was trained at; terms unweighted, `total` weighted. */
  readonly loss: LossValues<name>
  /** The same over the validation data, at the weights after the epoch. */
  readonly validation: LossValues<name> | undefined
  /** Time spent training, without validation and checkpoint. */
  readonly seconds: number
  /** Training examples a second. */
  readonly imagesPerSecond: number
}

/** Options of {@link train}. */
export interface TrainOptions<trace extends Trace, name extends string, batch extends Batch = tf.Tensor> {
  /** Passes over the data, an integer of at least 0. Defaults to 10. */
  readonly epochs?: number | undefined
  /**
   * Examples a step, a positive integer, at least the model's `minimumBatch`. The last step of an epoch takes what remains;
   * where that is fewer than `minimumBatch`, those examples are left out, others in each epoch. Defaults to 128.
   */
  readonly batchSize?: number | undefined
  /** Adam's step size, above 0, or a function of the steps made so far. Defaults to 0.001. */
  readonly learningRate?: Schedule | undefined
  /** Another optimiser than Adam with its defaults; then leave `learningRate` out. */
  readonly optimizer?: Optimizer | undefined
  /** Seeds the order of the data and everything random in the forward pass. Defaults to 0. */
  readonly seed?: number | undefined
  /** What to minimise. Defaults to the model's own objective. */
  readonly objective?: Objective<NoInfer<trace>, name> | undefined
  /** Evaluated after each epoch. */
  readonly validation?: Dataset<batch> | undefined
  /** Called after each batch; keep it quick. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Stops between two batches: the generator then throws the signal's reason; the model keeps its last step. */
  readonly signal?: AbortSignal | undefined
  /** Where to write weights, optimiser state and position after each epoch. */
  readonly checkpoint?: Store | undefined
  /** A checkpoint to go on from: what follows equals an unbroken run. The seed and batch size must be its own. */
  readonly resume?: Store | undefined
}

/**
 * Trains a model: Adam on the batch mean of its objective, yielding a report after each epoch.
 *
 * Loss values are read from the device rarely and never held up for. Memory stays flat; leaving the loop early, by
 * `break` or by an error, releases everything but the model and its weights as of the last step.
 *
 * @param model its variables move, and no others in the process
 * @param data borrowed; shuffled anew each epoch
 * @returns a generator of one report an epoch
 * @throws {OptionError} on a bad option, {@link ShapeError} or {@link DatasetError} on data that the model cannot take,
 *   before anything moves
 * @throws {DisposedError} when the model is disposed of
 * @throws {TrainingDivergedError} when a term is no longer finite
 * @throws {WeightsError} when a checkpoint cannot be read or written
 * @throws {BackendLostError} when the backend stops computing; the model's weights are lost with it
 * @example
 * ```ts
 * for await (const { epoch, loss } of train(model, digits, { epochs: 3, seed: 2 })) console.log(epoch, loss.total)
 * ```
 */
export async function* train<
  trace extends Trace,
  own extends string,
  name extends string = own,
  batch extends Batch = tf.Tensor,
>(
  model: Trainable<trace, own, batch>,
  data: Dataset<NoInfer<batch>>,
  options: TrainOptions<trace, name, NoInfer<batch>> = {},
): AsyncGenerator<Epoch<name>, void, void> {
  const { epochs, batchSize, seed, optimizer } = validate(options)
  assertAlive(model)
  assertFits('train', model, data)
  if (options.validation !== undefined) assertFits('train', model, options.validation)
  assertEnough(model, data, batchSize)
  const { minimumBatch = 1 } = model
  const { validation, onProgress, signal, checkpoint } = options
  const objective = objectiveOf(model, options.objective)
  registerGradients()
  const state = optimizer.create(model.variables)
  let saved = options.resume?.name ?? 'none; pass checkpoint: to have one'
  const log = new LossLog((divergence) => stopped(divergence, saved))
  let steps: TrainingSteps<batch> | undefined
  try {
    steps = await createTrainingSteps({ model, objective, optimizer: state, seed })
    const resumed =
      options.resume && (await readCheckpoint(options.resume, model, state, { seed, batchSize, optimizer }))
    if (resumed) restoreCheckpoint(resumed, model, state)
    let step = resumed?.step ?? 0
    for (let epoch = (resumed?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
      const start = performance.now()
      const secondsSince = () => (performance.now() - start) / 1000
      const rest = data.size % batchSize
      const batches = Math.floor(data.size / batchSize) + Number(rest > 0 && rest >= minimumBatch)
      let images = 0
      let batchIndex = 0
      for await (const batch of data.batches({ batchSize, seed, epoch: epoch - 1 })) {
        try {
          signal?.throwIfAborted()
          const count = imagesOf(batch).shape[0] ?? 0
          if (batchIndex === batches && count < minimumBatch) continue
          log.add({ epoch, step, count }, steps.make(batch, step))
          images += count
        } finally {
          tf.dispose(batch as tf.TensorContainer)
        }
        step++
        batchIndex++
        if (log.pending >= stepsPerRead) await log.send()
        onProgress?.({
          epoch,
          epochs,
          batch: batchIndex,
          batches,
          step,
          imagesPerSecond: images / secondsSince(),
          loss: log.latest,
        })
        await yieldToTasks()
      }
      await log.flush()
      const loss = log.mean() as LossValues<name>
      const seconds = secondsSince()
      const evaluated =
        validation &&
        (await evaluate<trace, string, string, batch>(model, validation, { batchSize, seed, objective, step, signal }))
      if (checkpoint) {
        await writeCheckpoint(checkpoint, model, state, { seed, batchSize, optimizer, step, epoch })
        saved = `${checkpoint.name}, after epoch ${epoch}`
      }
      yield {
        epoch,
        step,
        loss,
        validation: evaluated as LossValues<name> | undefined,
        seconds,
        imagesPerSecond: images / seconds,
      }
    }
  } catch (error) {
    throw signal?.aborted ? error : await lossBehind(error)
  } finally {
    await log.settle()
    steps?.dispose()
    state.dispose()
  }
}

const stepsPerRead = 32

function assertAlive({ kind, variables }: Pick<SavableModel, 'kind' | 'variables'>): void {
  if (!Object.values(variables).some(({ isDisposed }) => isDisposed)) return
  throw new DisposedError(`\`train\` received a ${kind} that is disposed of.`, {
    fix: 'call dispose() after training, or load the model again',
  })
}

/** Refuses batches, or data, of fewer examples than a training pass of the model can take. */
function assertEnough(
  { kind, minimumBatch = 1 }: Pick<Trainable, 'kind' | 'minimumBatch'>,
  data: Dataset<Batch>,
  batchSize: number,
) {
  const facts = (received: string) => ({
    Expected: `at least ${minimumBatch}, for the statistics of a batch in this ${kind}`,
    Received: received,
  })
  if (batchSize < minimumBatch) {
    throw new OptionError('`train` received a `batchSize` that is too small for the model.', {
      facts: facts(String(batchSize)),
      fix: `pass batchSize: ${minimumBatch} or more, or build the model without batch normalisation`,
    })
  }
  if (data.size >= minimumBatch) return
  throw new DatasetError('`train` received fewer examples than a step of the model needs.', {
    facts: facts(`${data.size} (${data.name})`),
    fix: `pass ${minimumBatch} examples or more, or build the model without batch normalisation`,
  })
}

function stopped(divergence: Divergence, checkpoint: string): TrainingDivergedError {
  const { term, value, epoch, step } = divergence
  return new TrainingDivergedError(`\`train\` stopped: the term \`${term}\` became ${value}.`, {
    divergence,
    facts: { Epoch: String(epoch), Step: String(step), 'Last checkpoint': checkpoint },
    fix: 'lower the learning rate, check the data for extreme values, or resume from the checkpoint with either changed',
  })
}

function validate<trace extends Trace, name extends string, batch extends Batch>(
  options: TrainOptions<trace, name, batch>,
) {
  const { epochs = 10, batchSize = 128, seed = 0, optimizer, learningRate } = options
  assertOptions('train', options, {
    epochs: nonNegativeInteger,
    batchSize: positiveInteger,
    learningRate: anything,
    optimizer: anything,
    seed: seedOption,
    objective: anything,
    validation: anything,
    onProgress: anything,
    signal: anything,
    checkpoint: anything,
    resume: anything,
  })
  if (optimizer !== undefined && learningRate !== undefined) {
    throw new OptionError('`train` received both `optimizer` and `learningRate`.', {
      facts: { Expected: 'one of them', Received: `optimizer ${optimizer.kind}, learningRate ${String(learningRate)}` },
      fix: 'give the rate to the optimiser, e.g. optimizer: adam({ learningRate: 0.0003 })',
    })
  }
  return { epochs, batchSize, seed, optimizer: optimizer ?? adam({ learningRate }) }
}
