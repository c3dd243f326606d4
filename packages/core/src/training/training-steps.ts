// The steps of one training run: by the engine of tfjs, or played again by a backend that has recorded one of the kind.
import * as tf from '@tensorflow/tfjs-core'
import type { ThreadedBackend } from '../backend/threaded-backend.ts'
import { type Batch, examplesOf } from '../dataset.ts'
import { OptionError } from '../errors.ts'
import { variableGradients } from '../gradients/variable-gradients.ts'
import type { Objective, Trace, Trainable } from '../model.ts'
import type { OptimizerState } from './adam.ts'
import { isRepeatable } from './repeatable.ts'
import type { StepPlayingBackend } from './step-player.ts'
import { stepSizeOf } from './step-size.ts'
import { type MeasuredTerms, totalOfTerms } from './terms.ts'

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
  readonly model: Pick<Trainable<trace, string, batch>, 'variables' | 'state' | 'trace' | 'objective' | 'likelihood'>
  readonly objective: Objective<trace, string>
  readonly optimizer: OptimizerState
  readonly seed: number
}

type Weights = Readonly<Record<string, number>>

/**
 * The steps of a run. They are played only where model, objective and optimiser say what may change in them, and while all three
 * are what they were when it began.
 */
export async function createTrainingSteps<trace extends Trace, batch extends Batch>(
  parts: StepParts<trace, batch>,
): Promise<TrainingSteps<batch>> {
  const { model, objective, optimizer } = parts
  const backend: tf.KernelBackend & StepPlayingBackend & ThreadedBackend = tf.backend()
  const begin = (batch: batch) => backend.beginStep?.(examplesOf(batch).shape[0] ?? 0)
  const { weights: weightsAt } = objective
  const learningRateAt = stepSizeOf(optimizer.apply)
  const isKnown = isRepeatable(model.trace) && weightsAt !== undefined && learningRateAt !== undefined
  if (!isKnown || backend.createStepPlayer === undefined) {
    return {
      make(batch, step) {
        if (tf.backend() === backend) begin(batch)
        return makeStep(parts, batch, step)
      },
      dispose() {},
    }
  }
  const isAsNow = membersNow(parts)
  const player = await backend.createStepPlayer(variablesOf(parts))
  const promiseAt = (step: number): Weights => (typeof weightsAt === 'function' && weightsAt(step)) || {} // whatever else is refused
  let terms: readonly string[] | undefined // of the steps so far
  let isPromiseKept = true
  return {
    make(batch, step) {
      if (tf.backend() !== backend) return makeStep(parts, batch, step)
      begin(batch)
      if (isWatched() || !isAsNow() || !isPromiseKept) return makeStep(parts, batch, step)
      const promised = promiseAt(step)
      let weights = promised
      const compare = (given: Weights) => {
        weights = given
        if (show(given) === show(promised)) return
        if (show(promiseAt(step)) === show(promised)) throw brokenPromise(given, promised)
        isPromiseKept = false // a schedule that is another each time it is asked
      }
      const [names, values] = [Object.keys(promised), Object.values(promised)]
      if (!isSame(names, terms ?? names) || !values.every(Number.isFinite)) return makeStep(parts, batch, step, compare)
      const numbers = { step, learningRate: learningRateAt(step), weights: values }
      const means = player.play(tensorsOf(batch), numbers, (tensors) =>
        Object.values(makeStep(parts, batchOf(tensors, batch), step, compare).means),
      )
      terms = names
      return {
        means: Object.fromEntries(Object.keys(weights).map((name, i) => [name, means[i] as tf.Scalar])),
        weights,
      }
    },
    dispose: () => player.dispose(),
  }
}

/** Whether the engine is to look at every op: then none may be left out. */
function isWatched(): boolean {
  return tf.env().getBool('DEBUG') || tf.engine().state.profiling
}

/** Whether a step finds the same as now in objects of others, who may put something else there between two steps. */
function membersNow<trace extends Trace, batch extends Batch>({ model, optimizer }: StepParts<trace, batch>) {
  const { trace, objective, likelihood } = model
  const { negativeLogLikelihood, mean } = likelihood
  const { apply } = optimizer
  const variables = () => [model.variables, model.state ?? {}, optimizer.slots]
  const named = variables().map((now) => ({ ...now }))
  return () =>
    model.trace === trace &&
    model.objective === objective &&
    model.likelihood === likelihood &&
    likelihood.negativeLogLikelihood === negativeLogLikelihood &&
    likelihood.mean === mean &&
    optimizer.apply === apply &&
    variables().every((now, i) => hasSame(now, named[i] ?? {}))
}

/** Whether both have the same members; quicker than lists of them, in every step. */
function hasSame(some: Readonly<Record<string, unknown>>, others: Readonly<Record<string, unknown>>): boolean {
  let count = 0
  for (const name in some) {
    if (some[name] !== others[name]) return false
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

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i])
}

/** One step by the engine; gives its loss terms, owned by the caller. */
function makeStep<trace extends Trace, batch extends Batch>(
  { model, objective, optimizer, seed }: StepParts<trace, batch>,
  batch: batch,
  step: number,
  onTerms?: (weights: Weights) => void,
): MeasuredTerms {
  let measured: MeasuredTerms | undefined
  const total = () =>
    totalOfTerms(objective(model.trace(batch, { seed, step, training: true }), step), (terms) => {
      measured = terms
      onTerms?.(terms.weights)
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
  return 'examples' in batch ? [batch.examples, batch.labels] : [batch]
}

/** The batch of such tensors, as `like` is one. */
function batchOf<batch extends Batch>([examples, labels]: readonly tf.Tensor[], like: batch): batch {
  return ('examples' in like ? { examples, labels } : examples) as batch
}

function brokenPromise(given: Weights, promised: Weights): OptionError {
  return new OptionError('`train` received an objective whose `weights` are not those of its terms.', {
    facts: { Expected: show(given), Received: show(promised) },
    fix: 'let weights(step) give the weight of each term, in the order of the terms, or leave it out',
  })
}

function show(weights: Weights): string {
  return JSON.stringify(weights)
}
