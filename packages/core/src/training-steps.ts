// The steps of one training run: by the engine of tfjs, or played again by a backend that has recorded one of the kind.
import * as tf from '@tensorflow/tfjs-core'
import type { OptimizerState } from './adam.ts'
import { type Batch, imagesOf } from './dataset.ts'
import { OptionError } from './errors.ts'
import type { Objective, Trace, Trainable } from './model.ts'
import { isRepeatable } from './repeatable.ts'
import type { StepPlayingBackend } from './step-player.ts'
import { type MeasuredTerms, totalOfTerms } from './terms.ts'
import type { ThreadedBackend } from './threaded-backend.ts'
import { variableGradients } from './variable-gradients.ts'

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
export interface StepParts<trace extends Trace, batch extends Batch> {
  readonly model: Pick<Trainable<trace, string, batch>, 'variables' | 'state' | 'trace'>
  readonly objective: Objective<trace, string>
  readonly optimizer: OptimizerState
  readonly seed: number
}

type Weights = Readonly<Record<string, number>>

/** The steps of a run. They are played only where model, objective and optimiser say what may change in them. */
export async function createTrainingSteps<trace extends Trace, batch extends Batch>(
  parts: StepParts<trace, batch>,
): Promise<TrainingSteps<batch>> {
  const { model, objective, optimizer } = parts
  const backend: tf.KernelBackend & StepPlayingBackend & ThreadedBackend = tf.backend()
  const begin = (batch: batch) => backend.beginStep?.(imagesOf(batch).shape[0] ?? 0)
  const { weights: weightsAt } = objective
  const learningRateAt = optimizer.learningRate?.bind(optimizer)
  const isKnown = isRepeatable(model.trace) && weightsAt !== undefined && learningRateAt !== undefined
  // The engine is to look at the values of every op when it is told to debug.
  if (!isKnown || backend.createStepPlayer === undefined || tf.env().getBool('DEBUG')) {
    return {
      make(batch, step) {
        if (tf.backend() === backend) begin(batch)
        return makeStep(parts, batch, step)
      },
      dispose() {},
    }
  }
  const variables = [model.variables, model.state ?? {}, optimizer.slots].flatMap((named) => Object.values(named))
  const player = await backend.createStepPlayer(variables)
  return {
    make(batch, step) {
      if (tf.backend() !== backend) return makeStep(parts, batch, step)
      begin(batch)
      const weights: Weights = (typeof weightsAt === 'function' && weightsAt(step)) || {} // whatever else is refused
      const numbers = { step, learningRate: learningRateAt(step), weights: Object.values(weights) }
      const means = player.play(tensorsOf(batch), numbers, (tensors) =>
        Object.values(makeStep(parts, batchOf(tensors, batch), step, weights).means),
      )
      const named = Object.keys(weights).map((name, i) => [name, means[i] as tf.Scalar])
      return { means: Object.fromEntries(named), weights }
    },
    dispose: () => player.dispose(),
  }
}

/** One step by the engine; gives its loss terms, owned by the caller. */
function makeStep<trace extends Trace, batch extends Batch>(
  { model, objective, optimizer, seed }: StepParts<trace, batch>,
  batch: batch,
  step: number,
  weights?: Weights,
): MeasuredTerms {
  let measured: MeasuredTerms | undefined
  const total = () =>
    totalOfTerms(objective(model.trace(batch, { seed, step, training: true }), step), (terms) => {
      measured = terms
      if (weights !== undefined) assertSame(terms.weights, weights)
    })
  try {
    tf.tidy(() => optimizer.apply(variableGradients(total, model.variables), step))
    return measured as unknown as MeasuredTerms
  } catch (error) {
    tf.dispose({ ...(measured as MeasuredTerms | undefined)?.means })
    throw error
  }
}

function tensorsOf(batch: Batch): tf.Tensor[] {
  return 'images' in batch ? [batch.images, batch.labels] : [batch]
}

/** The batch of such tensors, as `like` is one. */
function batchOf<batch extends Batch>([images, labels]: readonly tf.Tensor[], like: batch): batch {
  return ('images' in like ? { images, labels } : images) as batch
}

function assertSame(given: Weights, promised: Weights): void {
  if (show(given) === show(promised)) return
  throw new OptionError('`train` received an objective whose `weights` are not those of its terms.', {
    facts: { Expected: show(given), Received: show(promised) },
    fix: 'let weights(step) give the weight of each term, in the order of the terms, or leave it out',
  })
}

function show(weights: Weights): string {
  return JSON.stringify(weights)
}
