// The steps of one training run: by the engine of tfjs, or played again by a backend that has recorded one of the kind.
import * as tf from '@tensorflow/tfjs-core'
import type { ThreadedBackend } from '../backend/threaded-backend.ts'
import { type Batch, examplesOf } from '../dataset.ts'
import { savedVariables } from '../files/model-file.ts'
import { variableGradients } from '../gradients/variable-gradients.ts'
import type { ObjectiveData, Term, Trace } from '../model.ts'
import { evaluateTerms, isSteady, weightsOf } from './objective.ts'
import type { OptimizerState } from './optimizer.ts'
import { objectiveNow, type Participant, passOf } from './participants.ts'
import { isRepeatable } from './repeatable.ts'
import type { StepPlayingBackend } from './step-player.ts'
import { stepSizeOf } from './step-size.ts'
import { label, type MeasuredTerms, totalOfTerms } from './terms.ts'

/** Makes the steps of one run, on the backend that is active when it begins; on another one by the engine alone. */
export interface TrainingSteps<batch extends Batch> {
  /**
   * One step.
   *
   * @param batch borrowed
   * @param step optimiser steps made so far
   * @returns its loss terms, owned by the caller
   */
  make(batch: batch, step: number): MeasuredTerms
  /** Releases what was recorded. */
  dispose(): void
}

/** What a step is made of; everything is borrowed. */
export interface StepParts<trace extends Trace, batch extends Batch> extends Participant<trace, batch> {
  readonly optimizer: OptimizerState
  readonly seed: number
}

/**
 * The steps of a model, or of a player, in one run. They are played only where model, objective and optimiser say what may change in them, and while all three
 * are what they were when it began.
 */
export async function createTrainingSteps<trace extends Trace, batch extends Batch>(
  parts: StepParts<trace, batch>,
): Promise<TrainingSteps<batch>> {
  const { model, player, optimizer } = parts
  const backend: tf.KernelBackend & StepPlayingBackend & ThreadedBackend = tf.backend()
  const begin = (batch: batch) => player ?? backend.beginStep?.(examplesOf(batch).shape[0] ?? 0)
  const objective = objectiveNow(parts)
  const learningRateAt = stepSizeOf(optimizer.apply)
  const isKnown = isRepeatable(model.trace) && isSteady(objective) && learningRateAt !== undefined
  if (!isKnown || backend.createStepPlayer === undefined) {
    return {
      make(batch, step) {
        if (tf.backend() === backend) begin(batch)
        return makeStep(parts, batch, step)
      },
      dispose() {},
    }
  }
  const isAsNow = membersNow(parts, objective)
  const replay = await backend.createStepPlayer(variablesOf(parts))
  return {
    make(batch, step) {
      if (tf.backend() !== backend) return makeStep(parts, batch, step)
      begin(batch)
      const weights = isWatched() || !isAsNow() ? undefined : weightsOf(objective, step)
      const values = Object.values(weights ?? {})
      if (weights === undefined || !values.every(Number.isFinite)) return makeStep(parts, batch, step)
      const numbers = { step, learningRate: learningRateAt(step), weights: values }
      const means = replay.play(tensorsOf(batch), numbers, (tensors) =>
        Object.values(makeStep(parts, batchOf(tensors, batch), step, weights).means),
      )
      return label(Object.keys(weights), means as tf.Scalar[], values)
    },
    dispose: () => replay.dispose(),
  }
}

/** Whether the engine is to look at every op: then none may be left out. */
function isWatched(): boolean {
  return tf.env().getBool('DEBUG') || tf.engine().state.profiling
}

/** Whether a step finds the same as now in objects of others, who may put something else there between two steps. */
function membersNow<trace extends Trace, batch extends Batch>(
  { model, player, optimizer }: StepParts<trace, batch>,
  { terms }: ObjectiveData<never, string>,
) {
  const mover = player ?? model
  const { likelihood } = model
  const members = () => [model.trace, mover.objective, model.likelihood]
  const functions = () => [likelihood.negativeLogLikelihood, likelihood.mean, optimizer.apply]
  const ofTerms = () => Object.values<Term<never>>(terms).flatMap((term) => [term, term.settings ?? {}])
  const records = () => [
    savedVariables(model),
    mover.variables,
    optimizer.slots,
    members(),
    functions(),
    terms,
    ...ofTerms(),
  ]
  const before = records().map((now) => ({ ...now }))
  return () => records().every((now, i) => hasSame(now, before[i] ?? {}))
}

/** Whether both have the same members; quicker than lists of them, in every step. */
function hasSame(some: object, others: object): boolean {
  let count = 0
  for (const name in some) {
    if (some[name as never] !== others[name as never]) return false
    count++
  }
  for (const _ in others) count--
  return count === 0
}

/** All that a step may change, or read beside its batch. */
function variablesOf<trace extends Trace, batch extends Batch>({ model, optimizer }: StepParts<trace, batch>) {
  return [savedVariables(model), optimizer.slots].flatMap((named) => Object.values(named))
}

/** One step by the engine; gives its loss terms, owned by the caller. `weights` are the step's where they are known. */
function makeStep<trace extends Trace, batch extends Batch>(
  parts: StepParts<trace, batch>,
  batch: batch,
  step: number,
  weights?: Readonly<Record<string, number>>,
): MeasuredTerms {
  const { model, player, optimizer, seed } = parts
  let measured: MeasuredTerms | undefined
  const total = () => {
    const trace = passOf(parts, batch, { seed, step, training: true })
    return totalOfTerms(evaluateTerms(objectiveNow(parts), trace, step, weights), (terms) => {
      measured = terms
    })
  }
  try {
    tf.tidy(() => optimizer.apply(variableGradients(total, (player ?? model).variables), step))
    return measured as unknown as MeasuredTerms
  } catch (error) {
    tf.dispose({ ...(measured as MeasuredTerms | undefined)?.means })
    throw error
  }
}

function tensorsOf(batch: Batch): tf.Tensor[] {
  return 'examples' in batch ? [batch.examples, batch.labels] : [batch]
}

/** The batch of such tensors, as `like` is one. */
function batchOf<batch extends Batch>([examples, labels]: readonly tf.Tensor[], like: batch): batch {
  return ('examples' in like ? { examples, labels } : examples) as batch
}
