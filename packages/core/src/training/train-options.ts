// The options of `train`, checked when it is called: a bad one is told there, not by the first step of its generator.
import type { Tensor } from '@tensorflow/tfjs-core'
import { assertMembers } from '../checks/arguments.ts'
import { lackOf, likelihoodOption, variablesOption } from '../checks/members.ts'
import {
  anything,
  assertOptions,
  functionOption,
  nonNegativeInteger,
  type OptionCheck,
  optional,
  positiveInteger,
  seedOption,
  shapeOption,
} from '../checks/options.ts'
import type { Batch, Dataset } from '../dataset.ts'
import { OptionError } from '../errors.ts'
import type { Objective, Schedule } from '../objective-types.ts'
import type { Folder } from '../stores/folder.ts'
import type { Store } from '../stores/store.ts'
import type { Trace } from '../trace.ts'
import { type CheckpointPlan, planOf, type Resume, resumeOf } from './checkpoint-options.ts'
import type { CheckpointReport } from './checkpoint-plan.ts'
import type { Progress } from './epoch.ts'
import { objectiveOption } from './objective.ts'
import { type Optimizer, optimizerOption } from './optimizer.ts'
import { learningRateOption } from './schedules.ts'

/** When a run evaluates its validation data. */
export interface ValidateOptions {
  /** Evaluates after every so many epochs, a positive integer, and after the last. Defaults to 1. */
  readonly everyEpochs?: number | undefined
  /** Evaluates every so many steps too, a positive integer: for epochs that take long. Defaults to never. */
  readonly everySteps?: number | undefined
}

/** Options of {@link train}. */
export interface TrainOptions<trace extends Trace, name extends string, batch extends Batch = Tensor> {
  /** Passes over the data, an integer of at least 0. Defaults to 10. */
  readonly epochs?: number | undefined
  /**
   * Examples a step, a positive integer, at least the model's `minimumBatch`. The last step of an epoch takes what remains;
   * where that is fewer than `minimumBatch`, those examples are left out, others in each epoch. Defaults to 128.
   */
  readonly batchSize?: number | undefined
  /** Adam's step size, above 0, or a function of the steps made so far; not that of players with an optimiser. Defaults to 0.001. */
  readonly learningRate?: Schedule | undefined
  /** Another optimiser than Adam with its defaults; then leave `learningRate` out. A player that brings one keeps it. */
  readonly optimizer?: Optimizer | undefined
  /** Seeds the order of the data and everything random in the forward pass. Defaults to 0. */
  readonly seed?: number | undefined
  /** What to minimise. Defaults to the model's own objective; its players minimise theirs anyway. */
  readonly objective?: Objective<NoInfer<trace>, name> | undefined
  /** Evaluated after each epoch, or as `validate` says; with the same random numbers each time. Defaults to none. */
  readonly validation?: Dataset<batch> | undefined
  /** When the validation data are evaluated. Defaults to after each epoch. */
  readonly validate?: ValidateOptions | undefined
  /** Called after each batch; keep it quick. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Stops between two batches: the generator then throws the signal's reason; the model keeps its last step. */
  readonly signal?: AbortSignal | undefined
  /**
   * Where to write weights, optimiser state and position: a store, or in Node the path of a file, which is written after each
   * epoch; or a plan of `checkpointEvery`. Values that are not finite are never written: the last good checkpoint stays.
   */
  readonly checkpoint?: Store | CheckpointPlan | string | undefined
  /**
   * A checkpoint to go on from, a store or in Node the path of a file: what follows equals an unbroken run. Of a folder, or its path,
   * the newest whole checkpoint is taken. Model, data, objective with its weights, seed, batch size and optimiser must be the
   * checkpoint's. `epochs` may be more, and the learning rate another.
   *
   * Leave it out of a first run: where there is no checkpoint, training does not begin. A plan of `checkpointEvery` on a folder
   * begins anew there, so that one program serves the first run and all others.
   */
  readonly resume?: Store | Folder | CheckpointPlan | string | undefined
  /** Called when a checkpoint is safely written, passed over because it is damaged, or gone on from; keep it quick. */
  readonly onCheckpoint?: ((report: CheckpointReport) => void) | undefined
}

/** The settings of a run: options with their defaults. */
export interface TrainSettings {
  /** The public function that trains, for messages. */
  readonly functionName: string
  readonly epochs: number
  readonly batchSize: number
  readonly seed: number
  readonly validate: ValidateOptions
  /** Undefined for Adam with its defaults, which is loaded when training begins. */
  readonly optimizer: Optimizer | undefined
  /** Adam's. */
  readonly learningRate: Schedule | undefined
  readonly checkpoint: CheckpointPlan | undefined
  readonly resume: Resume | undefined
}

/** Checks the options of a run. Data are checked elsewhere, against the model. */
export function settingsOf<trace extends Trace, name extends string, batch extends Batch>(
  functionName: string,
  options: TrainOptions<trace, name, batch>,
): TrainSettings {
  assertOptions(functionName, options, trainChecks)
  const { epochs = 10, batchSize = 128, seed = 0, optimizer, learningRate, validate = {}, checkpoint, resume } = options
  assertOptions(functionName, validate, { everyEpochs: positiveInteger, everySteps: positiveInteger })
  if (optimizer !== undefined && learningRate !== undefined) {
    throw new OptionError(`\`${functionName}\` received both \`optimizer\` and \`learningRate\`.`, {
      facts: { Expected: 'one of them', Received: `optimizer ${optimizer.kind}, learningRate ${String(learningRate)}` },
      fix: 'give the rate to the optimiser, e.g. optimizer: adam({ learningRate: 0.0003 })',
    })
  }
  return {
    functionName,
    epochs,
    batchSize,
    seed,
    validate,
    optimizer,
    learningRate,
    checkpoint: checkpoint === undefined ? undefined : planOf(functionName, checkpoint),
    resume: resume === undefined ? undefined : resumeOf(functionName, resume),
  }
}

/**
 * Refuses what cannot be trained.
 *
 * @param functionName the public function that received it, for the message
 * @param model as received
 * @throws {OptionError} when a member is missing that training needs
 */
export function assertTrainable(functionName: string, model: unknown): void {
  assertMembers(functionName, 'model', model, {
    expected: 'a model that can be trained',
    members: {
      kind: 'string',
      config: 'object',
      inputShape: shapeOption,
      likelihood: likelihoodOption,
      variables: variablesOption,
      state: optional(variablesOption),
      trace: 'function',
      objective: objectiveOption,
      players: optional(playersOption),
    },
    fix: 'pass a model, e.g. vae({ inputShape: data.shape, latentSize: 10 }) of @ae/models',
  })
}

/** Players by name; see `Player`. */
const playersOption: OptionCheck = (value) => {
  const members = {
    variables: variablesOption,
    objective: objectiveOption,
    optimizer: optional(optimizerOption),
  }
  return typeof value === 'object' && Object.values(value ?? [0]).every((one) => lackOf(one, members) === undefined)
    ? undefined
    : 'players by name, e.g. { discriminator: { variables, objective } }'
}

/** An AbortSignal, also one of another realm. */
export const signalOption: OptionCheck = (value) =>
  has(value, 'throwIfAborted') && has(value, 'addEventListener')
    ? undefined
    : 'an AbortSignal, e.g. new AbortController().signal'

/** The checks of {@link TrainOptions}. */
export const trainChecks: Readonly<Record<keyof TrainOptions<Trace, string>, OptionCheck>> = {
  epochs: nonNegativeInteger,
  batchSize: positiveInteger,
  learningRate: learningRateOption,
  optimizer: optimizerOption,
  seed: seedOption,
  objective: objectiveOption,
  validation: anything, // with the data
  validate: anything, // below
  onProgress: functionOption,
  signal: signalOption,
  checkpoint: anything, // by planOf and resumeOf
  resume: anything,
  onCheckpoint: functionOption,
}

function has(value: unknown, method: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[method] === 'function'
}
