// The checkpoints of one run: where it goes on from, when one is due, where each goes, and which of the older ones go.
import type { Batch, Dataset } from '../dataset.ts'
import { isFolder } from '../stores/folder.ts'
import type { Trace } from '../trace.ts'
import { type CheckpointedRun, memoriesOf, readCheckpoint, restoreCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { keepNewest, nextIn } from './checkpoint-files.ts'
import type { CheckpointReport } from './checkpoint-plan.ts'
import { assertSameObjective, type Position, type RunPosition } from './checkpoint-position.ts'
import { weightsOfTerms } from './first-batch.ts'
import type { BadTerm } from './loss-log.ts'
import { objectiveNumbers } from './objective-numbers.ts'
import { objectiveNow, type Participant } from './participants.ts'
import type { TrainSettings } from './train-options.ts'
import { noteTrainedSteps } from './trained-steps.ts'
import { assertAlive } from './training-hold.ts'

/** Keeps the checkpoints of a run. */
export interface CheckpointKeeper {
  /** The last checkpoint, for messages, if there is one. */
  readonly saved: string | undefined
  /** Checks that a checkpoint could be written, as far as the place can tell. */
  prepare(): Promise<void>
  /** Puts the run where its checkpoint was written; undefined where it begins at its beginning. */
  resume(): Promise<Position | undefined>
  /**
   * Whether a checkpoint shall be written now.
   *
   * @param step optimiser steps made
   * @param epoch the epoch that has just ended; undefined within one
   */
  isDue(step: number, epoch?: number): boolean
  /** Whether one shall be written before an abort ends the run, after so many steps. */
  isDueOnAbort(step: number): boolean
  /**
   * Writes one, whole or not at all, and reports it when it is safe; then removes those that are no longer kept.
   *
   * @param weights those of the terms in the last step
   */
  write(
    position: Pick<RunPosition, 'step' | 'epoch' | 'batch' | 'loss' | 'validations'>,
    weights: Readonly<Record<string, number>>,
  ): Promise<void>
}

/** What a run is made of; everything is borrowed. */
interface Parts<trace extends Trace, batch extends Batch> {
  readonly run: CheckpointedRun
  readonly participants: readonly Participant<trace, batch>[]
  readonly data: Dataset<batch>
  /** The error of a run in which something is not finite. */
  readonly diverged: (what: string, bad: BadTerm) => Promise<Error>
  readonly onCheckpoint: ((report: CheckpointReport) => void) | undefined
}

/** For runs that write checkpoints or go on from one. */
export function checkpointKeeper<trace extends Trace, batch extends Batch>(
  { functionName, epochs, batchSize, checkpoint, resume }: TrainSettings,
  { run, participants, data, diverged, onCheckpoint }: Parts<trace, batch>,
): CheckpointKeeper {
  const steps = epochs * run.settings.stepsPerEpoch
  const damaged = new Set<string>()
  let saved = resume?.isOptional ? undefined : resume?.place.name
  let last = performance.now()
  let lastStep = 0
  const report = (event: CheckpointReport) => {
    if (event.event === 'passed over') damaged.add(event.name)
    else saved = event.name
    onCheckpoint?.(event)
  }
  return {
    get saved() {
      return saved
    },
    async prepare() {
      if (checkpoint === undefined) return
      const { place } = checkpoint
      await (isFolder(place) ? await nextIn(place, 0) : place).prepare?.()
    },
    async resume() {
      const found = resume && (await readCheckpoint(resume, run, { epochs, report }))
      if (found === undefined) return undefined
      const { position, source } = found
      const { step, epoch, batch = 0 } = position
      const first = await weightsOfTerms(participants, data, { batchSize, step: Math.max(0, step - 1) })
      assertSameObjective(position, { objectives: participants.map(objectiveNow), first }, { steps, source })
      restoreCheckpoint(found, run)
      noteTrainedSteps(run.model, step)
      lastStep = step
      report({ event: 'resumed', name: source, step, epoch, batch })
      return position
    },
    isDue(step, epoch) {
      if (checkpoint === undefined) return false
      if (epoch === epochs) return true
      if (checkpoint.steps !== undefined) return step % checkpoint.steps === 0
      if (checkpoint.epochs !== undefined) return epoch !== undefined && epoch % checkpoint.epochs === 0
      return performance.now() - last >= 1000 * (checkpoint.seconds ?? 0)
    },
    isDueOnAbort: (step) => checkpoint?.onAbort === true && step > lastStep,
    async write(position, weights) {
      if (checkpoint === undefined) return
      assertAlive(functionName, run.model, ' while it is trained')
      const { place, keep } = checkpoint
      const { step, epoch, batch = 0 } = position
      const made = { step: step - 1, weights }
      const terms = Object.keys(weights).filter((name) => name !== 'total')
      const objective = objectiveNumbers(participants.map(objectiveNow), made, steps)
      const store = isFolder(place) ? await nextIn(place, step) : place
      await writeCheckpoint(store, run, { ...position, states: memoriesOf(run), terms, objective }, (term, value) => {
        const what = `${term.startsWith('optimizer.') ? '' : 'the weight '}\`${term}\``
        return diverged(what, { step: step - 1, epoch: epoch + Math.sign(batch), term, value })
      })
      last = performance.now()
      lastStep = step
      report({ event: 'written', name: store.name, step, epoch, batch })
      saved = `${store.name}, after ${batch > 0 ? `step ${step}` : `epoch ${epoch}`}`
      if (isFolder(place)) await keepNewest(place, keep, damaged)
    },
  }
}
