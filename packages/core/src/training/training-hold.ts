// Which variables are being trained, by which run: two runs at once would each undo what the other's optimiser knows.
import type { Variable } from '@tensorflow/tfjs-core'
import { AutoencoderError, DisposedError } from '../errors.ts'
import { type SavableModel, savedVariables } from '../files/model-file.ts'

/** A run that holds a model's variables until it is released. */
export interface TrainingHold {
  /** Optimiser steps made so far; whoever trains keeps it right, for the message to another run. */
  step: number
  /** Lets others train the model. A second call does nothing. */
  release(): void
}

/** Who trains what. */
export interface TrainingRun {
  /** The public function that trains, e.g. `train`. */
  readonly functionName: string
  /** The name of the data. */
  readonly data: string
  /**
   * What drives the run, e.g. its generator. The hold ends when it is garbage collected: a generator that was started and
   * dropped never runs its `finally`.
   */
  readonly owner: object
}

type Held = Pick<SavableModel, 'kind' | 'variables' | 'state' | 'players'>

interface Holder extends Pick<TrainingRun, 'functionName' | 'data'> {
  readonly kind: string
  readonly owner: WeakRef<object>
  readonly hold: TrainingHold
}

const holders = new WeakMap<Variable, Holder>()

/**
 * Holds a model's variables for one run of training. `train` and all that trains holds its model like this, so that models
 * that share variables (a denoising autoencoder and what it wraps) count as one. A training loop of your own can too.
 *
 * @param model borrowed
 * @param run who trains it; only its `owner` keeps the hold up
 * @throws {AutoencoderError} when another run holds one of the variables, naming both
 * @throws {DisposedError} when the model is disposed of
 */
export function holdForTraining(model: Held, { functionName, data, owner }: TrainingRun): TrainingHold {
  assertAlive(functionName, model)
  const variables = Object.values(savedVariables(model))
  for (const variable of variables) {
    const other = holders.get(variable)
    if (other?.owner.deref() !== undefined) throw heldBy(other, { functionName, data, kind: model.kind })
  }
  const hold: TrainingHold = {
    step: 0,
    release() {
      for (const variable of variables) if (holders.get(variable)?.hold === hold) holders.delete(variable)
    },
  }
  const holder = { functionName, data, kind: model.kind, owner: new WeakRef(owner), hold }
  for (const variable of variables) holders.set(variable, holder)
  return hold
}

/** Refuses a model that is disposed of; `when` says more, e.g. ` while training`. */
export function assertAlive(functionName: string, model: Held, when = ''): void {
  if (!Object.values(savedVariables(model)).some(({ isDisposed }) => isDisposed)) return
  throw new DisposedError(`\`${functionName}\` received a ${model.kind} that is disposed of${when}.`, {
    fix: 'call dispose() after training, or load the model again',
  })
}

function heldBy(
  other: Holder,
  { functionName, data, kind }: Pick<Holder, 'functionName' | 'data' | 'kind'>,
): AutoencoderError {
  const { step } = other.hold
  return new AutoencoderError(`\`${functionName}\` received a ${kind} that another run is training.`, {
    facts: {
      'This run': `\`${functionName}\` of the ${kind} on ${data}`,
      'Other run': `\`${other.functionName}\` of the ${other.kind} on ${other.data}, after ${step} ${step === 1 ? 'step' : 'steps'}`,
    },
    fix: 'wait until the other run has ended, or end it: leave its loop by break, or call return() on its generator; a generator that was dropped unfinished ends when it is garbage collected',
  })
}
