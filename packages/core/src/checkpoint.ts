// A checkpoint: a model file that also holds the optimiser's slots and the position in the run.
import * as tf from '@tensorflow/tfjs-core'
import type { Optimizer, OptimizerState } from './adam.ts'
import { OptionError, WeightsError } from './errors.ts'
import {
  assignStored,
  decodeModelFile,
  encodeModelFile,
  fits,
  type SavableModel,
  savedVariables,
} from './model-file.ts'
import type { StoredTensor } from './safetensors.ts'
import { isRecord, parseText } from './safetensors-header.ts'
import type { Store } from './store.ts'

/** What must be the same for a run to go on as if unbroken. */
interface RunSettings {
  readonly seed: number
  readonly batchSize: number
  readonly optimizer: Optimizer
}

/** Where a run stands: optimiser steps made, and epochs done. */
interface Position {
  readonly step: number
  readonly epoch: number
}

/** A checkpoint that was read and found to fit. */
export interface Checkpoint extends Position {
  /** Values by the name of the model's variable or the optimiser's slot. */
  readonly values: ReadonlyMap<string, StoredTensor>
}

/** Writes weights, slots and position to a store, whole or not at all. */
export async function writeCheckpoint(
  store: Store,
  model: SavableModel,
  state: OptimizerState,
  { seed, batchSize, optimizer, step, epoch }: RunSettings & Position,
): Promise<void> {
  const tensors = Object.fromEntries(
    Object.entries(state.slots).map(([name, slot]) => [`${slotPrefix}${name}`, slot as tf.Tensor]),
  )
  const position = JSON.stringify({ step, epoch, seed, batchSize, optimizer: optimizer.kind })
  await store.write(await encodeModelFile(model, { metadata: { checkpoint: position }, tensors }))
}

/**
 * Reads a checkpoint and checks that it continues this run of this model; nothing moves yet.
 *
 * @throws {WeightsError} when the store holds no checkpoint of such a model
 * @throws {OptionError} when seed, batch size or optimiser are not the checkpoint's
 */
export async function readCheckpoint(
  store: Store,
  model: SavableModel,
  state: OptimizerState,
  settings: RunSettings,
): Promise<Checkpoint> {
  const { kind, metadata, tensors } = decodeModelFile(await store.read(), { caller: 'train', source: store.name })
  const refuse = (what: string, expected: string, received: string, fix: string) =>
    new WeightsError(`\`train\` cannot resume from ${store.name}: ${what}.`, {
      facts: { Expected: expected, Received: received },
      fix,
    })
  const position = parsePosition(metadata.checkpoint)
  if (position === undefined) {
    throw refuse('it is no checkpoint', 'a checkpoint', 'a model', 'resume from what `checkpoint:` wrote')
  }
  if (kind !== model.kind) throw refuse('it is of another kind', model.kind, kind, `make a model of the kind ${kind}`)
  const { optimizer, seed, batchSize } = settings
  for (const [name, now] of Object.entries({ seed, batchSize, optimizer: optimizer.kind })) {
    if (position[name] === now) continue
    throw new OptionError(`\`train\` cannot resume with another \`${name}\`.`, {
      facts: { Expected: `${position[name]} (${store.name})`, Received: String(now) },
      fix: `pass ${name}: ${position[name]}, or start a new run without resume`,
    })
  }
  for (const [name, variable] of entriesOf(model, state)) {
    const stored = tensors.get(name)
    if (stored !== undefined && fits(variable, stored)) continue
    const differs = stored?.shape.join() !== variable.shape.join()
    throw refuse(
      `\`${name}\` does not fit the model`,
      differs ? `[${variable.shape.join(', ')}]` : variable.dtype,
      stored ? (differs ? `[${stored.shape.join(', ')}]` : String(stored.dtype)) : 'nothing of that name',
      'make the model with the options of the checkpoint',
    )
  }
  return { step: position.step, epoch: position.epoch, values: tensors }
}

/** Puts the checkpoint's values into the model's variables and the optimiser's slots. */
export function restoreCheckpoint({ values }: Checkpoint, model: SavableModel, state: OptimizerState): void {
  tf.tidy(() => {
    for (const [name, variable] of entriesOf(model, state)) {
      const value = values.get(name)
      if (value) assignStored(variable, value)
    }
  })
}

/** Everything that a checkpoint restores, by its name in the file. */
function entriesOf(model: SavableModel, state: OptimizerState): [string, tf.Variable][] {
  const slots = Object.entries(state.slots).map(([name, slot]): [string, tf.Variable] => [slotPrefix + name, slot])
  return [...Object.entries(savedVariables(model)), ...slots]
}

/** The position that a file states; undefined when it states none. */
function parsePosition(text: string | undefined): (Position & Readonly<Record<string, unknown>>) | undefined {
  const position = parseText(text)
  if (!isRecord(position)) return undefined
  const { step, epoch, seed, batchSize, optimizer } = position
  const counts = [step, epoch, seed, batchSize].every((value) => Number.isSafeInteger(value) && Number(value) >= 0)
  return counts && typeof optimizer === 'string' ? (position as ReturnType<typeof parsePosition>) : undefined
}

const slotPrefix = 'optimizer.'
