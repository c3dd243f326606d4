// The training loop, as a generator: the loop stays in the user's hands, and `break` stops it.
import * as tf from '@tensorflow/tfjs-core'
import { lossBehind } from '../backend/backend-loss.ts'
import { assertMembers } from '../checks/arguments.ts'
import { type Batch, type Dataset, examplesOf } from '../dataset.ts'
import { registerGradients } from '../gradients/register-gradients.ts'
import type { Trainable } from '../model.ts'
import type { Trace } from '../trace.ts'
import { yieldToTasks } from '../yield-to-tasks.ts'
import { batchesOf } from './batches-of.ts'
import type { CheckpointKeeper } from './checkpoint-keeper.ts'
import { weightNotFinite } from './diverged.ts'
import type { Epoch, LossValues, Validation } from './epoch.ts'
import { assertFits } from './evaluate.ts'
import { withKnownLabels } from './labels.ts'
import { type BadTerm, LossLog, type LossSums } from './loss-log.ts'
import type { Optimizer, OptimizerState } from './optimizer.ts'
import { movesOf } from './optimizers/moves.ts'
import { objectiveNow, type Playing, participantsOf, playingOf } from './participants.ts'
import { assertEnough, stepsPerEpoch } from './steps-per-epoch.ts'
import { takeNotes } from './take-notes.ts'
import { assertTrainable, settingsOf, type TrainOptions, type TrainSettings } from './train-options.ts'
import { noteTrainedSteps } from './trained-steps.ts'
import { assertAlive, holdForTraining } from './training-hold.ts'
import { createTrainingSteps, type TrainingSteps } from './training-steps.ts'
import type { Validate } from './validation.ts'

/**
 * Trains a model: Adam on the batch mean of its objective, yielding a report after each epoch.
 *
 * Arguments are checked by the call; training begins with the generator's first step and goes on while it is asked for the
 * next report, so `await train(...)` alone trains nothing: loop over it. (It cannot say so: `await` looks for a `then`, and a
 * generator that had one could not be returned from an async function. The lint rule `await-thenable` finds such lines.)
 *
 * Loss values are read from the device rarely and never held up for. Memory stays flat; leaving the loop early, by
 * `break` or by an error, releases everything but the model and its weights as of the last step. From its first step to
 * its end a run holds the model: another run of it, or of a model that shares variables with it, is refused.
 *
 * @param model its variables move, and no others in the process
 * @param data borrowed; shuffled anew each epoch
 * @returns a generator of one report an epoch
 * @throws {OptionError} on a bad option, {@link ShapeError} or {@link DatasetError} on data that the model cannot take, both
 *   by the call; {@link DatasetError} while training on batches that are not what the data describe
 * @throws {DisposedError} when the model is disposed of, also while training
 * @throws {AutoencoderError} when another run is training the model
 * @throws {TrainingDivergedError} when a term is no longer finite, or a weight when a checkpoint is to be written
 * @throws {WeightsError} when a checkpoint cannot be read or written; that a store cannot be written is told before the first
 *   step where the store knows
 * @throws {BackendLostError} when the backend stops computing; the model's weights are lost with it
 * @example
 * ```ts
 * for await (const { epoch, loss } of train(model, digits, { epochs: 3, seed: 2 })) console.log(epoch, loss.total)
 * ```
 */
export function train<
  trace extends Trace,
  own extends string,
  name extends string = own,
  batch extends Batch = tf.Tensor,
  played extends string = never,
>(
  model: Trainable<trace, own, batch, played>,
  data: Dataset<NoInfer<batch>>,
  options: TrainOptions<trace, name, NoInfer<batch>> = {},
): AsyncGenerator<Epoch<name | played>, void, void> {
  return trainAs('train', model, data, options)
}

/**
 * {@link train} for functions that train for their caller: errors name them.
 *
 * @param functionName the public function that the user called
 * @param model as for `train`, and so are the others
 * @param rateFactor multiplies the learning rates, where the optimiser has a `rate`. Defaults to 1
 */
export function trainAs<
  trace extends Trace,
  own extends string,
  name extends string = own,
  batch extends Batch = tf.Tensor,
  played extends string = never,
>(
  functionName: string,
  model: Trainable<trace, own, batch, played>,
  data: Dataset<NoInfer<batch>>,
  options: TrainOptions<trace, name, NoInfer<batch>> = {},
  rateFactor = 1,
): AsyncGenerator<Epoch<name | played>, void, void> {
  const settings = { ...settingsOf(functionName, options), rateFactor }
  assertTrainable(functionName, model)
  assertAlive(functionName, model)
  assertFits(functionName, model, data)
  assertEnough(functionName, model, data, settings.batchSize)
  const known = withKnownLabels(functionName, model, data)
  let { validation } = options
  if (validation !== undefined) {
    assertFits(functionName, model, validation, 'validation')
    validation = withKnownLabels(functionName, model, validation)
  }
  const checked = { ...options, validation }
  const run: AsyncGenerator<Epoch<name | played>, void, void> = epochsOf(model, known, checked, settings, () => run)
  return run
}

async function* epochsOf<
  trace extends Trace,
  own extends string,
  name extends string,
  batch extends Batch,
  played extends string,
>(
  model: Trainable<trace, own, batch, played>,
  data: Dataset<batch>,
  options: TrainOptions<trace, name, batch>,
  settings: TrainSettings & { readonly rateFactor: number },
  owner: () => object,
): AsyncGenerator<Epoch<name | played>, void, void> {
  const { functionName, epochs, batchSize, seed, checkpoint, resume, rateFactor } = settings
  const { everyEpochs = 1, everySteps = Infinity } = settings.validate
  const { validation, objective, onProgress, onCheckpoint, signal } = options
  const { minimumBatch = 1 } = model
  const participants = participantsOf<trace, batch>(model, objective)
  const hold = holdForTraining(model, { functionName, data: data.name, owner: owner() })
  let keeper: CheckpointKeeper | undefined
  const diverged = async (what: string, bad: BadTerm) => {
    const { epoch, step } = bad
    const pass = { batchSize, seed, epoch: epoch - 1 }
    const index = step - pass.epoch * stepsPerEpoch(data.size, batchSize, minimumBatch)
    const { stopped } = await import('./describe-divergence.ts')
    return stopped(functionName, { ...bad, what, checkpoint: keeper?.saved, place: { data, pass, index } })
  }
  const log = new LossLog((bad) => diverged(`the term \`${bad.term}\``, bad))
  const steps: TrainingSteps<batch>[] = []
  let run: ReturnType<typeof prepareRun> | undefined
  try {
    registerGradients()
    const playing = await playingOf(model)
    const optimizer = settings.optimizer ?? (await import('./adam-rule.ts')).plainAdam(settings.learningRate)
    run = prepareRun(model, data, { ...settings, optimizer }, playing)
    // Scripts of their own, loaded before the first step by runs that need them.
    if (checkpoint ?? resume) {
      const { checkpointKeeper } = await import('./checkpoint-keeper.ts')
      keeper = checkpointKeeper(settings, { run, participants, data, diverged, onCheckpoint })
      await keeper.prepare()
    }
    const validate =
      validation &&
      (await (
        await import('./validation.ts')
      ).prepareValidation(model, { validation, objective, batchSize, seed, signal }))
    playing?.assertDistinctTerms(participants.map(objectiveNow))
    for (const [i, one] of participants.entries()) {
      steps.push(await createTrainingSteps({ ...one, optimizer: run.states[i] as OptimizerState, seed }))
    }
    const make = (batch: batch, step: number) =>
      playing?.measureAll(steps, (one) => one.make(batch, step)) ?? (steps[0] as TrainingSteps<batch>).make(batch, step)
    const resumed = await keeper?.resume()
    for (const { rate } of run.states) if (rate) rate.factor *= rateFactor
    if (resumed?.loss) log.restore(resumed.loss)
    await takeNotes(functionName, model, data)
    const { noteEpoch } = await import('../notes.ts')
    const assertSound = async (steps: number, epoch: number) => {
      await log.flush()
      const bad = await weightNotFinite(model)
      if (bad) throw await diverged(`the weight \`${bad.term}\``, { ...bad, step: steps - 1, epoch })
    }
    let step = resumed?.step ?? 0
    hold.step = step
    await yieldToTasks() // what is prepared, such as an optimiser's moments, takes as long as a step
    for (let epoch = (resumed?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
      const firstBatch = epoch - 1 === resumed?.epoch ? (resumed.batch ?? 0) : 0
      let start = performance.now()
      const validations: Validation[] = firstBatch > 0 ? [...(resumed?.validations ?? [])] : []
      const secondsSince = () => (performance.now() - start) / 1000
      const batches = run.settings.stepsPerEpoch
      let examples = 0
      let batchIndex = firstBatch
      /** @param loss that of the epoch so far; an abort within the validation leaves a checkpoint before it */
      const validateNow = async (validate: Validate, loss: LossSums) => {
        try {
          validations.push(await validate(step))
        } catch (error) {
          if (signal?.aborted && keeper?.isDueOnAbort(step)) {
            await keeper.write({ step, epoch: epoch - 1, batch: batchIndex, loss, validations }, log.weights)
          }
          throw error
        }
      }
      const isWhole = firstBatch === batches // the run ended within the validation after the epoch's last step
      if (validate && firstBatch > 0 && !isWhole && step % everySteps === 0 && validations.at(-1)?.step !== step) {
        await validateNow(validate, log.partial) // or within the one after this step
      }
      const pass = { batchSize, seed, epoch: epoch - 1 }
      for await (const batch of isWhole ? [] : batchesOf(functionName, data, pass, firstBatch)) {
        try {
          if (signal?.aborted && keeper?.isDueOnAbort(step)) {
            await log.flush()
            const done = batchIndex > 0 ? { batch: batchIndex, loss: log.partial, validations } : {}
            await keeper.write({ step, epoch: epoch - 1, ...done }, log.weights)
          }
          signal?.throwIfAborted()
          assertAlive(functionName, model, ' while it is trained')
          const count = examplesOf(batch).shape[0] ?? 0
          if (batchIndex === batches && count < minimumBatch) continue
          log.add({ epoch, step, count }, make(batch, step))
          examples += count
        } finally {
          tf.dispose(batch as tf.TensorContainer)
        }
        hold.step = ++step
        batchIndex++
        noteTrainedSteps(model, step)
        if (log.pending >= stepsPerRead) await log.send()
        onProgress?.({
          epoch,
          epochs,
          batch: batchIndex,
          batches,
          step,
          examplesPerSecond: examples / secondsSince(),
          loss: log.latest,
        })
        await yieldToTasks()
        if (batchIndex === batches) continue
        const pause = performance.now()
        if (validate && step % everySteps === 0) {
          await assertSound(step, epoch)
          await validateNow(validate, log.partial)
        }
        if (keeper?.isDue(step)) {
          await log.flush()
          const done = { step, epoch: epoch - 1, batch: batchIndex, loss: log.partial, validations }
          await keeper.write(done, log.weights)
        }
        start += performance.now() - pause
      }
      await log.flush() // the time that training took ends here
      const sums = log.partial
      const loss = log.mean() as LossValues<name | played>
      const seconds = secondsSince()
      await assertSound(step, epoch)
      const isDue = epoch % everyEpochs === 0 || epoch === epochs || step % everySteps === 0
      if (validate && isDue) await validateNow(validate, sums)
      const report: Epoch<name | played> = {
        epoch,
        step,
        loss,
        validation: (isDue ? validations.at(-1)?.loss : undefined) as LossValues<name | played> | undefined,
        validations: validate && (validations as Validation<name | played>[]),
        learningRate: movesOf((run.states[0] as OptimizerState).apply)?.rateAt(step - 1),
        seconds,
        examplesPerSecond: examples / seconds,
      }
      for (const state of run.states) state.afterEpoch?.(report)
      noteEpoch(model, { epoch, step, total: loss.total, validation: report.validation?.total })
      if (keeper?.isDue(step, epoch)) await keeper.write({ step, epoch }, log.weights)
      yield report
    }
  } catch (error) {
    throw signal?.aborted ? error : await lossBehind(error)
  } finally {
    await log.settle()
    for (const one of steps) one.dispose()
    for (const state of run?.states ?? []) state.dispose()
    hold.release()
  }
}

const stepsPerRead = 32

/** What a checkpoint of this run holds. */
function prepareRun<batch extends Batch>(
  model: Trainable<Trace, string, batch, string>,
  data: Dataset<batch>,
  { seed, batchSize, optimizer, checkpoint, resume }: TrainSettings & { readonly optimizer: Optimizer },
  playing: Playing | undefined,
) {
  const steps = stepsPerEpoch(data.size, batchSize, model.minimumBatch)
  const isStored = checkpoint !== undefined || resume !== undefined
  const checksum = isStored ? data.checksum?.() : undefined
  const players = playing?.optimizersOf(model.players ?? {})
  const settings = { seed, batchSize, optimizer, players, data, checksum, stepsPerEpoch: steps }
  const create = (own: Optimizer, variables: Trainable['variables']) => {
    const state = own.create(variables)
    assertMembers('train', 'optimizer.create(variables)', state, {
      expected: "an optimiser's state",
      members: { slots: 'object', apply: 'function', dispose: 'function' },
      fix: 'let create return { slots, apply, dispose }',
    })
    return state
  }
  const own = create(optimizer, model.variables)
  const { states, slots } = playing?.createStates(model.players ?? {}, own, (player) =>
    create(player.optimizer ?? optimizer, player.variables),
  ) ?? { states: [own], slots: own.slots }
  return { model, states, state: { slots }, settings }
}
