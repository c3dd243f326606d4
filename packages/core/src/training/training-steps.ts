// Runs the training steps: eagerly through tfjs, or by replaying a step that the backend has recorded.
import * as tf from '@tensorflow/tfjs-core'
import { extensionOf } from '../backend/extend-backend.ts'
import { type Batch, examplesOf } from '../dataset.ts'
import { variableGradients } from '../gradients/variable-gradients.ts'
import type { Objective, ObjectiveData, Term, Trace, Trainable } from '../model.ts'
import type { OptimizerState } from './adam.ts'
import { markAsCopy } from './labels.ts'
import { evaluateTerms, isSteady, objectiveOf, weightsOf } from './objective.ts'
import { isRepeatable } from './repeatable.ts'
import { stepSizeOf } from './step-size.ts'
import { label, type MeasuredTerms, totalOfTerms } from './terms.ts'

/** Makes the steps of one run. They may be replayed on the backend that is active when it begins, and on no other. */
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
export interface StepParts<trace extends Trace, batch extends Batch> {
  readonly model: Pick<Trainable<trace, string, batch>, 'variables' | 'state' | 'trace' | 'objective' | 'likelihood'>
  /** In place of the model's own. */
  readonly objective?: Objective<trace, string> | undefined
  readonly optimizer: OptimizerState
  readonly seed: number
}

/**
 * The steps of a run. They are replayed only if model, objective and optimiser say what may change in them, and while all three
 * are what they were when it began.
 */
export async function createTrainingSteps<trace extends Trace, batch extends Batch>(
  parts: StepParts<trace, batch>,
): Promise<TrainingSteps<batch>> {
  const { model, optimizer } = parts
  const backend = tf.backend()
  const { stepPlayer } = extensionOf(backend)
  const begin = (batch: batch) => extensionOf(backend).beginStep?.(examplesOf(batch).shape[0] ?? 0)
  const objective = objectiveOf(model, parts.objective)
  const learningRateAt = stepSizeOf(optimizer.apply)
  const isKnown = isRepeatable(model.trace) && isSteady(objective) && learningRateAt !== undefined
  if (!isKnown || stepPlayer === undefined) {
    return {
      make(batch, step) {
        if (tf.backend() === backend) begin(batch)
        return makeStep(parts, batch, step)
      },
      dispose() {},
    }
  }
  const isAsNow = membersNow(parts, objective)
  const player = await stepPlayer(variablesOf(parts))
  return {
    make(batch, step) {
      if (tf.backend() !== backend) return makeStep(parts, batch, step)
      begin(batch)
      const weights = isWatched() || !isAsNow() ? undefined : weightsOf(objective, step)
      const values = Object.values(weights ?? {})
      if (weights === undefined || !values.every(Number.isFinite)) return makeStep(parts, batch, step)
      const numbers = { step, learningRate: learningRateAt(step), weights: values }
      const means = player.play(tensorsOf(batch), numbers, (tensors) =>
        Object.values(makeStep(parts, batchOf(tensors, batch), step, weights).means),
      )
      return label(Object.keys(weights), means as tf.Scalar[], values)
    },
    dispose: () => player.dispose(),
  }
}

/** Whether tfjs has to see every op, to check or profile it. */
function isWatched(): boolean {
  return tf.env().getBool('DEBUG') || tf.engine().state.profiling
}

/** Remembers the members of the caller's objects, which may be replaced between two steps; tells whether they were not. */
function membersNow<trace extends Trace, batch extends Batch>(
  { model, optimizer }: StepParts<trace, batch>,
  { terms }: ObjectiveData<never, string>,
) {
  const { trace, objective, likelihood } = model
  const { negativeLogLikelihood, mean } = likelihood
  const { apply } = optimizer
  const ofTerms = () => Object.values<Term<never>>(terms).flatMap((term) => [term, term.settings ?? {}])
  const records = () => [model.variables, model.state ?? {}, optimizer.slots, terms, ...ofTerms()]
  const before = records().map((now) => ({ ...now }))
  return () =>
    model.trace === trace &&
    model.objective === objective &&
    model.likelihood === likelihood &&
    likelihood.negativeLogLikelihood === negativeLogLikelihood &&
    likelihood.mean === mean &&
    optimizer.apply === apply &&
    records().every((now, i) => hasSame(now, before[i] ?? {}))
}

/** Whether both have the same members. Called in every step: lists of them would be slower. */
function hasSame(some: object, others: object): boolean {
  let count = 0
  for (const name in some) {
    if (some[name as never] !== others[name as never]) return false
    count++
  }
  for (const _ in others) count--
  return count === 0
}

/** All that a step may change. */
function variablesOf<trace extends Trace, batch extends Batch>({
  model,
  optimizer,
}: StepParts<trace, batch>): tf.Variable[] {
  return [model.variables, model.state ?? {}, optimizer.slots].flatMap((named) => Object.values(named))
}

/** One step through tfjs; gives its loss terms, owned by the caller. `weights` are the step's where they are known. */
function makeStep<trace extends Trace, batch extends Batch>(
  { model, objective, optimizer, seed }: StepParts<trace, batch>,
  batch: batch,
  step: number,
  weights?: Readonly<Record<string, number>>,
): MeasuredTerms {
  let measured: MeasuredTerms | undefined
  const total = () => {
    const trace = model.trace(batch, { seed, step, training: true })
    return totalOfTerms(evaluateTerms(objectiveOf(model, objective), trace, step, weights), (terms) => {
      measured = terms
    })
  }
  try {
    tf.tidy(() => optimizer.apply(variableGradients(total, model.variables), step))
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
  if (!('examples' in like)) return examples as batch
  markAsCopy(labels as tf.Tensor, like.labels)
  return { examples, labels } as batch
}
