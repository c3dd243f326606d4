// Gives a model the best weights of its run when the run ends.
import * as tf from '@tensorflow/tfjs-core'
import { readTensors } from '../backend/backend-loss.ts'
import { assertMembers } from '../checks/arguments.ts'
import { variablesOption } from '../checks/members.ts'
import { assertOption } from '../checks/options.ts'
import { OptionError } from '../errors.ts'
import { savedVariables, type VariableHolder } from '../files/model-file.ts'
import { asyncIterableOption, type Epoch } from './epoch.ts'
import { Monitor, type MonitorOptions } from './monitor.ts'
import { asAveraged } from './optimizers/running-averages.ts'
import { noteTrainedSteps, trainedSteps } from './trained-steps.ts'

/** Options of {@link keepBest}. */
export type KeepBestOptions = MonitorOptions

/**
 * Remembers the weights of the best epoch and gives them back to the model when the run ends: at its last epoch, by `break`,
 * by an abort and by an error. The model then also counts the steps that were made up to that epoch, where `evaluate` takes
 * scheduled coefficients. A checkpoint keeps the weights of the last epoch, so a run that resumes goes on from there.
 *
 * The copy is in the memory of the process, not of the backend: 4 bytes a weight, released when the run ends.
 *
 * @param epochs the reports of `train`, of another function that trains, or of another wrapper; closed when this one ends
 * @param model the one that the run trains
 * @param options which figure
 * @returns the same reports
 * @throws {OptionError} on a bad option; while iterating, when the run does not measure the figure
 * @throws {BackendLostError} when the backend stops computing
 * @example
 * ```ts
 * const epochs = train(model, digits, { epochs: 20, validation })
 * for await (const { epoch } of keepBest(epochs, model)) console.log(epoch)
 * ```
 */
export function keepBest<epoch extends Epoch<string>>(
  epochs: AsyncIterable<epoch>,
  model: VariableHolder,
  options: KeepBestOptions = {},
): AsyncGenerator<epoch, void, void> {
  return keepBestAs('keepBest', epochs, model, options)
}

/** {@link keepBest} for a function that names itself in errors. */
export function keepBestAs<epoch extends Epoch<string>>(
  functionName: string,
  epochs: AsyncIterable<epoch>,
  model: VariableHolder,
  options: KeepBestOptions,
): AsyncGenerator<epoch, void, void> {
  assertOption(functionName, 'epochs', epochs, asyncIterableOption)
  assertTrainedModel(functionName, model)
  return keeping(functionName, epochs, model, new Monitor(functionName, options))
}

/** Refuses what has no variables by name. */
export function assertTrainedModel(functionName: string, model: unknown): void {
  assertMembers(functionName, 'model', model, {
    expected: 'a model that is trained',
    members: { variables: variablesOption },
    fix: 'pass the model that train(...) received',
  })
}

async function* keeping<epoch extends Epoch<string>>(
  functionName: string,
  epochs: AsyncIterable<epoch>,
  model: VariableHolder,
  monitor: Monitor,
): AsyncGenerator<epoch, void, void> {
  let kept: Kept | undefined
  let failure: { readonly error: unknown } | undefined
  try {
    for await (const epoch of epochs) {
      assertHasWeights(functionName, model, epoch)
      if (monitor.take(epoch)) kept = await copyOf(model, epoch.step)
      yield epoch
    }
  } catch (error) {
    failure = { error }
  } finally {
    try {
      if (kept) restore(model, kept)
    } catch (error) {
      failure ??= { error } // a backend that was lost takes no weights: the run has told that
    }
    // biome-ignore lint/correctness/noUnsafeFinally: the first failure, the run's own before that of restoring
    if (failure) throw failure.error
  }
}

/** The weights after an epoch. */
interface Kept {
  readonly step: number
  /** In the order of `savedVariables`. */
  readonly values: readonly tf.TypedArray[]
}

/** Refuses a model that is trained elsewhere and gets its weights only when the run ends, as `trainInWorker` has it by default. */
function assertHasWeights(functionName: string, model: VariableHolder, { epoch, step }: Epoch<string>): void {
  const steps = trainedSteps(model)
  if (steps === step) return
  throw new OptionError(`\`${functionName}\` received a model that does not have the weights of the epoch.`, {
    facts: { Expected: `the weights after ${step} steps, of epoch ${epoch}`, Received: `those after ${steps} steps` },
    fix: "pass the model that the run trains; with trainInWorker, pass that weights: 'each epoch'",
  })
}

async function copyOf(model: VariableHolder, step: number): Promise<Kept> {
  // The averages, where the run keeps some: it validates with those.
  const values = await asAveraged(model.variables, () => readTensors(Object.values(savedVariables(model))))
  // What a backend gives may be its own memory (findings/tfjs-cpu-shares-arrays.sh).
  return { step, values: values.map((read) => read.slice()) }
}

function restore(model: VariableHolder, { step, values }: Kept): void {
  const variables = Object.values(savedVariables(model))
  if (variables.some(({ isDisposed }) => isDisposed)) return
  tf.tidy(() => {
    variables.forEach((variable, i) => {
      variable.assign(tf.tensor(values[i] as tf.TypedArray, variable.shape, variable.dtype))
    })
  })
  noteTrainedSteps(model, step)
}
