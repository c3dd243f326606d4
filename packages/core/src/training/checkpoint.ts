// A checkpoint: a model file that also holds the optimiser's slots and the position in the run.
import * as tf from '@tensorflow/tfjs-core'
import { show } from '../checks/show.ts'
import { WeightsError } from '../errors.ts'
import { assignStored } from '../files/fill-weights.ts'
import { encodeModelFile, type ModelFile, type SavableModel, savedVariables } from '../files/model-file.ts'
import { adoptNotesText, setHistoryText } from '../files/notes-text.ts'
import type { StoredTensor } from '../files/safetensors.ts'
import { typeOf } from '../files/safetensors.ts'
import { parseText } from '../files/safetensors-header.ts'
import type { Json } from '../json.ts'
import type { Store } from '../stores/store.ts'
import { findCheckpoint } from './checkpoint-files.ts'
import type { Resume } from './checkpoint-options.ts'
import type { CheckpointReport } from './checkpoint-plan.ts'
import {
  assertContinues,
  differing,
  type Position,
  positionOf,
  type RunPosition,
  type RunSettings,
  type StateMemory,
} from './checkpoint-position.ts'
import { firstNotFinite } from './diverged.ts'
import type { OptimizerState } from './optimizer.ts'

/** A checkpoint that was read and found to fit. */
export interface Checkpoint {
  /** The name of its store. */
  readonly source: string
  readonly position: Position
  /** Values by the name of the model's variable or the optimiser's slot. */
  readonly values: ReadonlyMap<string, StoredTensor>
  /** The model's notes as the file holds them. */
  readonly notes: string | undefined
  /** The epochs before it, likewise. */
  readonly history: string | undefined
}

/** What a checkpoint is of. */
export interface CheckpointedRun {
  readonly model: SavableModel
  readonly state: Pick<OptimizerState, 'slots'>
  /** Those of the model and its players. */
  readonly states: readonly Pick<OptimizerState, 'rate' | 'memory'>[]
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
  position: RunPosition,
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
 * @param report told of each file that is passed over
 * @returns undefined where there is none and none is needed
 * @throws {WeightsError} when there is no whole checkpoint of such a model, or it is one that no run can go on from
 * @throws {OptionError} when a setting is not the checkpoint's
 * @throws {DatasetError} when the data are not
 */
export async function readCheckpoint(
  resume: Resume,
  { model, state, settings }: CheckpointedRun,
  { epochs, report }: { readonly epochs: number; readonly report: (report: CheckpointReport) => void },
): Promise<Checkpoint | undefined> {
  const found = await findCheckpoint('train', resume, report)
  if (found === undefined) return undefined
  const { store, file, position } = found
  const { kind, metadata, tensors } = file
  const refuse = (what: string, expected: string, received: string, fix: string) =>
    new WeightsError(`\`train\` cannot resume from ${store.name}: ${what}.`, {
      facts: { Expected: expected, Received: received },
      fix,
    })
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
  return { source: store.name, position, values: tensors, notes: metadata.notes, history: metadata.history }
}

/** Puts the checkpoint's values into the model's variables and the optimiser's slots, and its notes into a model without any. */
export function restoreCheckpoint(
  { position, values, notes, history }: Checkpoint,
  { model, state, states }: CheckpointedRun,
): void {
  tf.tidy(() => {
    for (const [name, variable] of entriesOf(model, state)) {
      const value = values.get(name)
      if (value) assignStored(variable, value)
    }
  })
  states.forEach(({ rate, memory }, i) => {
    const { factor = 1, memory: before } = position.states?.[i] ?? {}
    if (rate) rate.factor = factor
    if (before !== undefined) memory?.restore(before)
  })
  adoptNotesText(model, notes)
  setHistoryText(model, history)
}

/** What the states of a run keep besides their slots; undefined for nothing. */
export function memoriesOf({ states }: Pick<CheckpointedRun, 'states'>): readonly StateMemory[] | undefined {
  const memories = states.map(({ rate, memory }) => ({
    factor: rate?.factor === 1 ? undefined : rate?.factor,
    memory: memory?.save(),
  }))
  return memories.some(({ factor, memory }) => (factor ?? memory) !== undefined) ? memories : undefined
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
