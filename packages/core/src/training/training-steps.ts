// Runs the training steps: eagerly through tfjs, or by replaying a step that the backend has recorded.
import * as tf from '@tensorflow/tfjs-core'
import { extensionOf } from '../backend/extend-backend.ts'
import { type Batch, examplesOf } from '../dataset.ts'
import { savedVariables } from '../files/model-file.ts'
import { variableGradients } from '../gradients/variable-gradients.ts'
import type { ObjectiveData, Term } from '../objective-types.ts'
import type { Trace } from '../trace.ts'
import { markAsCopy } from './labels.ts'
import { evaluateTerms, isSteady, weightsOf } from './objective.ts'
import type { OptimizerState } from './optimizer.ts'
import { movesOf } from './optimizers/moves.ts'
import { objectiveNow, type Participant, passOf } from './participants.ts'
import { isRepeatable } from './repeatable.ts'
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
export interface StepParts<trace extends Trace, batch extends Batch> extends Participant<trace, batch> {
  readonly optimizer: OptimizerState
  readonly seed: number
}

/**
 * The steps of a model, or of a player, in one run. They are replayed only if model, objective and optimiser say what may change in them, and while all three
 * are what they were when it began.
 */
export async function createTrainingSteps<trace extends Trace, batch extends Batch>(
  parts: StepParts<trace, batch>,
): Promise<TrainingSteps<batch>> {
  const { model, player, optimizer } = parts
  const backend = tf.backend()
  const { stepPlayer } = extensionOf(backend)
  const begin = (batch: batch) => player ?? extensionOf(backend).beginStep?.(examplesOf(batch).shape[0] ?? 0)
  const objective = objectiveNow(parts)
  const moves = movesOf(optimizer.apply)
  const isKnown = isRepeatable(model.trace) && isSteady(objective) && moves !== undefined
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
  const replay = await stepPlayer(variablesOf(parts))
  return {
    make(batch, step) {
      if (tf.backend() !== backend) return makeStep(parts, batch, step)
      begin(batch)
      const weights = isWatched() || !isAsNow() ? undefined : weightsOf(objective, step)
      const values = Object.values(weights ?? {})
      if (weights === undefined || !values.every(Number.isFinite)) return makeStep(parts, batch, step)
      const variant = moves.variantAt?.(step) ?? 0
      const numbers = { step, variant, moves: moves.numbersAt(step), weights: values }
      const means = replay.play(tensorsOf(batch), numbers, (tensors) =>
        Object.values(makeStep(parts, batchOf(tensors, batch), step, weights).means),
      )
      return label(Object.keys(weights), means as tf.Scalar[], values)
    },
    dispose: () => replay.dispose(),
  }
}

/** Whether tfjs has to see every op, to check or profile it. */
function isWatched(): boolean {
  return tf.env().getBool('DEBUG') || tf.engine().state.profiling
}

/** Remembers what the caller's objects hold, which may be replaced between two steps; tells whether it was not. */
function membersNow<trace extends Trace, batch extends Batch>(
  { model, player, optimizer }: StepParts<trace, batch>,
  { terms }: ObjectiveData<never, string>,
) {
  const { likelihood, players = {} } = model
  const ofTerms = Object.values<Term<never>>(terms).flatMap((term) => [term, term.settings ?? {}])
  const records = () => [
    [model.trace, model.likelihood, model.players, (player ?? model).objective],
    [likelihood.negativeLogLikelihood, likelihood.mean, optimizer.apply],
    model.variables,
    model.state ?? {},
    ...Object.values(players).map(({ variables }) => variables),
    optimizer.slots,
    terms,
    ...ofTerms,
  ]
  const before = records().map((now) => ({ ...now }))
  return () => records().every((now, i) => hasSame(now, before[i] as object))
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

/** All that a step may change, or read beside its batch. */
function variablesOf<trace extends Trace, batch extends Batch>({ model, optimizer }: StepParts<trace, batch>) {
  return [savedVariables(model), optimizer.slots].flatMap((named) => Object.values(named))
}

/** One step through tfjs; gives its loss terms, owned by the caller. `weights` are the step's where they are known. */
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
  if (!('examples' in like)) return examples as batch
  markAsCopy(labels as tf.Tensor, like.labels)
  return { examples, labels } as batch
}
