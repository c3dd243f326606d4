// A checkpoint: a model file that also holds the optimiser's slots and the position in the run.
import * as tf from '@tensorflow/tfjs-core'
import { show } from '../checks/show.ts'
import { WeightsError } from '../errors.ts'
import { assignStored } from '../files/fill-weights.ts'
import {
  encodeModelFile,
  type ModelFile,
  readModelFile,
  type SavableModel,
  savedVariables,
} from '../files/model-file.ts'
import { adoptNotesText } from '../files/notes-text.ts'
import type { StoredTensor } from '../files/safetensors.ts'
import { typeOf } from '../files/safetensors.ts'
import { parseText } from '../files/safetensors-header.ts'
import type { Json } from '../json.ts'
import { readStore } from '../stores/read-store.ts'
import type { Store } from '../stores/store.ts'
import {
  assertContinues,
  differing,
  type Position,
  parsePosition,
  positionOf,
  type RunSettings,
} from './checkpoint-position.ts'
import { firstNotFinite } from './diverged.ts'
import type { OptimizerState } from './optimizer.ts'

export { assertSameObjective } from './checkpoint-position.ts'
export { objectiveNumbers } from './objective-numbers.ts'

/** A checkpoint that was read and found to fit. */
export interface Checkpoint extends Pick<Position, 'step' | 'epoch'> {
  readonly position: Position
  /** Values by the name of the model's variable or the optimiser's slot. */
  readonly values: ReadonlyMap<string, StoredTensor>
  /** The model's notes as the file holds them. */
  readonly notes: string | undefined
}

/** What a checkpoint is of. */
export interface CheckpointedRun {
  readonly model: SavableModel
  readonly state: Pick<OptimizerState, 'slots'>
  readonly settings: RunSettings
}

/**
 * Writes weights, slots and position to a store, whole or not at all.
 *
 * @param notFinite the error for a value that is not finite, by the name of its weight or slot: nothing is written then, for
 *   a run cannot go on from there, and the store may hold one from which it can
 */
export async function writeCheckpoint(
  store: Store,
  { model, state, settings }: CheckpointedRun,
  position: Pick<Position, 'step' | 'epoch' | 'terms' | 'objective'>,
  notFinite: (name: string, value: number) => Promise<Error>,
): Promise<void> {
  const tensors = Object.fromEntries(
    Object.entries(state.slots).map(([name, slot]) => [`${slotPrefix}${name}`, slot as tf.Tensor]),
  )
  const bytes = await encodeModelFile(model, {
    metadata: { checkpoint: JSON.stringify(positionOf(settings, position)) },
    tensors,
    async inspect(name, values) {
      const value = firstNotFinite(values)
      if (value !== undefined) throw await notFinite(name, value)
    },
  })
  await store.write(bytes)
}

/**
 * Reads a checkpoint and checks that it continues this run of this model; nothing moves yet.
 *
 * @throws {WeightsError} when the store holds no checkpoint of such a model, or one that no run can go on from
 * @throws {OptionError} when a setting is not the checkpoint's
 * @throws {DatasetError} when the data are not
 */
export async function readCheckpoint(
  store: Store,
  { model, state, settings }: CheckpointedRun,
  { epochs }: { readonly epochs: number },
): Promise<Checkpoint> {
  const read = () => readForResuming(store)
  const file = await readModelFile(await readStore('train', { name: store.name, read }), {
    caller: 'train',
    source: store.name,
  })
  const { kind, metadata, tensors } = file
  const refuse = (what: string, expected: string, received: string, fix: string) =>
    new WeightsError(`\`train\` cannot resume from ${store.name}: ${what}.`, {
      facts: { Expected: expected, Received: received },
      fix,
    })
  const position = parsePosition(metadata.checkpoint)
  if (position === undefined) {
    throw refuse('it is not a checkpoint', 'a checkpoint', 'a model', 'resume from what `checkpoint:` wrote')
  }
  if (kind !== model.kind) {
    throw refuse('it is of another kind', model.kind, show(kind), `make a model of the kind ${show(kind)}`)
  }
  assertContinues(position, settings, { epochs, source: store.name })
  const option = differingOption(file, model)
  if (option !== undefined) {
    const { name, before, received } = option
    const fix = `make the model with ${name}: ${show(before)}`
    throw refuse(`its model has another \`${name}\``, `${show(before)} (${store.name})`, show(received), fix)
  }
  for (const [name, variable] of entriesOf(model, state)) {
    const stored = tensors.get(name)
    const [expected, received] = [`${variable.dtype} [${variable.shape.join(', ')}]`, stored && describe(stored)]
    if (received === expected) continue
    const fix = 'make the model with the options of the checkpoint'
    throw refuse(`\`${name}\` does not fit the model`, expected, received ?? 'nothing of that name', fix)
  }
  for (const [name] of entriesOf(model, state)) {
    const value = firstNotFinite((tensors.get(name) as { data: ArrayLike<number> }).data)
    if (value === undefined) continue
    throw refuse(
      `\`${name}\` holds values that are not finite`,
      'finite values',
      String(value),
      'resume from another one',
    )
  }
  return { position, step: position.step, epoch: position.epoch, values: tensors, notes: metadata.notes }
}

/** What the store gives. On the first of several runs there is nothing yet: an error says what to do then. */
async function readForResuming(store: Store): Promise<Uint8Array> {
  try {
    return await store.read()
  } catch (cause) {
    if (!WeightsError.isInstance(cause)) throw cause
    throw new WeightsError(`\`train\` cannot resume from ${store.name}: it cannot be read.`, {
      facts: { Reason: cause.message.split('\n', 1)[0] ?? '' },
      fix: `leave \`resume\` out of the first run; where there is a checkpoint, ${cause.fix ?? 'see the cause'}`,
      cause,
    })
  }
}

/** Puts the checkpoint's values into the model's variables and the optimiser's slots, and its notes into a model without any. */
export function restoreCheckpoint({ values, notes }: Checkpoint, { model, state }: CheckpointedRun): void {
  tf.tidy(() => {
    for (const [name, variable] of entriesOf(model, state)) {
      const value = values.get(name)
      if (value) assignStored(variable, value)
    }
  })
  adoptNotesText(model, notes)
}

/** Everything that a checkpoint restores, by its name in the file. */
function entriesOf(model: SavableModel, state: CheckpointedRun['state']): [string, tf.Variable][] {
  const slots = Object.entries(state.slots).map(([name, slot]): [string, tf.Variable] => [slotPrefix + name, slot])
  return [...Object.entries(savedVariables(model)), ...slots]
}

/** The first option in which the file's model is not this one. Seeds differ freely: they made weights that are replaced. */
function differingOption({ config, metadata }: ModelFile, model: SavableModel) {
  const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null))
  const likelihood = parseText(metadata.likelihood) as Json | undefined
  return (
    differing(config as Json, plain(model.config), 'seed') ??
    differing({ likelihood }, { likelihood: plain(model.likelihood.config) })
  )
}

function describe(stored: Parameters<typeof typeOf>[0]): string {
  return `${typeOf(stored)} [${stored.shape.join(', ')}]`
}

const slotPrefix = 'optimizer.'
