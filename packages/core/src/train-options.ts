// The options of `train`, checked when it is called: a bad one is told there, not by the first step of its generator.
import { adam, type Optimizer } from './adam.ts'
import { assertMembers } from './arguments.ts'
import type { Batch } from './dataset.ts'
import { OptionError } from './errors.ts'
import { lackOf, likelihoodOption, variablesOption } from './members.ts'
import type { Trace } from './model.ts'
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
} from './options.ts'
import type { Store } from './store.ts'
import { storeOf } from './store-of.ts'
import type { TrainOptions } from './train.ts'

/** The settings of a run: options with their defaults. */
export interface TrainSettings {
  /** The public function that trains, for messages. */
  readonly functionName: string
  readonly epochs: number
  readonly batchSize: number
  readonly seed: number
  readonly optimizer: Optimizer
  readonly checkpoint: Store | undefined
  readonly resume: Store | undefined
}

/** Checks the options of a run. Data are checked elsewhere, against the model. */
export function settingsOf<trace extends Trace, name extends string, batch extends Batch>(
  functionName: string,
  options: TrainOptions<trace, name, batch>,
): TrainSettings {
  assertOptions(functionName, options, {
    epochs: nonNegativeInteger,
    batchSize: positiveInteger,
    learningRate: anything, // by adam
    optimizer: optimizerOption,
    seed: seedOption,
    objective: functionOption,
    validation: anything, // with the data
    onProgress: functionOption,
    signal: signalOption,
    checkpoint: anything, // by storeOf
    resume: anything,
  })
  const { epochs = 10, batchSize = 128, seed = 0, optimizer, learningRate } = options
  if (optimizer !== undefined && learningRate !== undefined) {
    throw new OptionError(`\`${functionName}\` received both \`optimizer\` and \`learningRate\`.`, {
      facts: { Expected: 'one of them', Received: `optimizer ${optimizer.kind}, learningRate ${String(learningRate)}` },
      fix: 'give the rate to the optimiser, e.g. optimizer: adam({ learningRate: 0.0003 })',
    })
  }
  const store = (name: 'checkpoint' | 'resume') =>
    options[name] === undefined ? undefined : storeOf(functionName, name, options[name])
  return {
    functionName,
    epochs,
    batchSize,
    seed,
    optimizer: optimizer ?? adam({ learningRate }),
    checkpoint: store('checkpoint'),
    resume: store('resume'),
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
      objective: 'function',
    },
    fix: 'pass a model, e.g. vae({ inputShape: data.shape, latentSize: 10 }) of @ae/models',
  })
}

/** An AbortSignal, also one of another realm. */
export const signalOption: OptionCheck = (value) =>
  has(value, 'throwIfAborted') && has(value, 'addEventListener')
    ? undefined
    : 'an AbortSignal, e.g. new AbortController().signal'

/** An optimiser of these packages: `create` would be taken for one of tfjs's, which have none. */
export const optimizerOption: OptionCheck = (value) =>
  lackOf(value, { kind: 'string', config: 'object', create: 'function' }) === undefined
    ? undefined
    : 'an optimiser of @ae/core such as adam(), not one of tf.train'

function has(value: unknown, method: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[method] === 'function'
}
