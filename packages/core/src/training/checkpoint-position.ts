// The position of a run as a checkpoint states it, and what must be the same for another run to go on from there.

import { show } from '../checks/show.ts'
import type { Batch, Dataset } from '../dataset.ts'
import { DatasetError, OptionError, WeightsError } from '../errors.ts'
import { isRecord, parseText } from '../files/safetensors-header.ts'
import type { Json } from '../json.ts'
import type { Validation } from './epoch.ts'
import type { LossSums } from './loss-log.ts'
import type { AnyObjective } from './objective.ts'
import { assertSameNumbers, isObjectiveNumbers, type ObjectiveAt } from './objective-numbers.ts'
import type { Optimizer } from './optimizer.ts'

/** What must be the same for a run to go on as if unbroken. */
export interface RunSettings {
  readonly seed: number
  readonly batchSize: number
  readonly optimizer: Optimizer
  /** Those that players bring, by player. */
  readonly players?: Readonly<Record<string, Optimizer>> | undefined
  readonly data: Pick<Dataset<Batch>, 'name' | 'size' | 'shape'>
  /** What the data give by their `checksum()`, if they have one. */
  readonly checksum: string | undefined
  /** Follows from data, batch size and model. */
  readonly stepsPerEpoch: number
}

/** What a state of an optimiser keeps besides its slots; see `OptimizerState`. */
export interface StateMemory {
  /** By which learning rates are multiplied. Defaults to 1. */
  readonly factor?: number | undefined
  readonly memory?: Json | undefined
}

/** Where a run stands, and with what it came there. */
export interface Position {
  /** Optimiser steps made. */
  readonly step: number
  /** Epochs done. */
  readonly epoch: number
  /** Batches done of the next epoch, all of them where a run was aborted within the validation after; undefined for none. */
  readonly batch?: number | undefined
  /** What the loss of those batches adds up to. */
  readonly loss?: LossSums | undefined
  /** The evaluations of the validation data after those batches; undefined for none. */
  readonly validations?: readonly Validation[] | undefined
  readonly seed: number
  readonly batchSize: number
  /** The optimiser's kind. */
  readonly optimizer: string
  /** Its options but the learning rate, which may change from run to run. */
  readonly optimizerOptions: Readonly<Record<string, Json>>
  /** The kind and the options of the optimisers that players bring, by player; undefined where none does. */
  readonly players?: Readonly<Record<string, Json>> | undefined
  readonly data: {
    readonly name: string
    readonly size: number
    readonly shape: readonly number[]
    /** Undefined where the data have none, and in files of former versions. */
    readonly checksum?: string | undefined
  }
  /** What the states of the optimisers keep besides their slots, in order; undefined for nothing. */
  readonly states?: readonly StateMemory[] | undefined
  /** The names of the objective's terms. */
  readonly terms: readonly string[]
  /** Its weights and settings at the step made last, and at later ones; undefined in files of former versions. */
  readonly objective?: readonly ObjectiveAt[] | undefined
}

/** What a run states of itself at a checkpoint. */
export type RunPosition = Pick<
  Position,
  'step' | 'epoch' | 'batch' | 'loss' | 'validations' | 'states' | 'terms' | 'objective'
>

/** The position of a run, as plain data. */
export function positionOf(
  { seed, batchSize, optimizer, players, checksum, data: { name, size, shape } }: RunSettings,
  { step, epoch, batch, loss, validations, states, terms, objective }: RunPosition,
): Position {
  return {
    step,
    epoch,
    batch,
    loss,
    validations: validations?.length ? validations : undefined,
    seed,
    batchSize,
    optimizer: optimizer.kind,
    optimizerOptions: withoutRate(optimizer),
    players: players && describedOf(players),
    data: { name, size, shape: [...shape], checksum },
    states,
    terms,
    objective,
  }
}

/** The position that a file states; undefined when it states none. */
export function parsePosition(text: string | undefined): Position | undefined {
  const position = parseText(text)
  if (!isRecord(position)) return undefined
  const {
    step,
    epoch,
    batch = 0,
    loss,
    validations = [],
    seed,
    batchSize,
    optimizer,
    optimizerOptions,
    data,
    states = [],
    terms,
    objective,
  } = position
  const isPosition =
    [step, epoch, batch, seed, batchSize].every((value) => Number.isSafeInteger(value) && Number(value) >= 0) &&
    typeof optimizer === 'string' &&
    isRecord(optimizerOptions) &&
    isRecord(data) &&
    Array.isArray(terms) &&
    (batch === 0 || isLossSums(loss)) &&
    Array.isArray(states) &&
    states.every((one) => isRecord(one) && (one.factor === undefined || Number(one.factor) > 0)) &&
    Array.isArray(validations) &&
    validations.every((one) => isRecord(one) && isRecord(one.loss)) &&
    (objective === undefined || isObjectiveNumbers(objective))
  return isPosition ? (position as unknown as Position) : undefined
}

function isLossSums(value: unknown): boolean {
  const isSum = (sum: unknown) => typeof sum === 'number' && Number.isFinite(sum)
  return isRecord(value) && Number(value.count) > 0 && isRecord(value.sums) && Object.values(value.sums).every(isSum)
}

/**
 * Refuses to go on from a position with other settings than those that led there, or from one where no run can be.
 *
 * @param position what the checkpoint states
 * @param settings those of the run that is to go on
 * @param run the run's epochs, and the store's name
 * @throws {OptionError} on a setting that differs, {@link DatasetError} on other data, {@link WeightsError} on a position
 *   that cannot be
 */
export function assertContinues(
  position: Position,
  settings: RunSettings,
  { epochs, source }: { readonly epochs: number; readonly source: string },
): void {
  const { step, epoch, batch = 0, terms } = position
  const now = positionOf(settings, { step, epoch, terms })
  const differs = (name: string, before: unknown, received: unknown, fix: string) =>
    differentOption(source, name, before, received, fix)
  for (const name of ['seed', 'batchSize', 'optimizer'] as const) {
    if (position[name] === now[name]) continue
    throw differs(name, position[name], now[name], `pass ${name}: ${show(position[name])}`)
  }
  const option =
    differing(position.optimizerOptions, now.optimizerOptions) ?? differing(position.players ?? {}, now.players ?? {})
  if (option !== undefined) {
    const { name, before, received } = option
    throw differs(`${name} of the optimizer`, before, received, `make the optimiser with ${name}: ${show(before)}`)
  }
  const isSummed = position.data.checksum !== undefined && now.data.checksum !== undefined
  const other = differing(position.data as Json, now.data as Json, isSummed ? undefined : 'checksum')
  if (other !== undefined) {
    throw new DatasetError(`\`train\` cannot resume with data of another \`${other.name}\`.`, {
      facts: { Expected: `${show(other.before)} (${source})`, Received: show(other.received) },
      fix: 'pass the data of the checkpoint, or load its model and start a new run on other data',
    })
  }
  const steps = epoch * settings.stepsPerEpoch + batch
  if (step !== steps || batch > settings.stepsPerEpoch) {
    const place = batch > 0 ? `${epoch} epochs and ${batch} batches` : `${epoch} epochs`
    throw new WeightsError(`\`train\` cannot resume from ${source}: it states a position where no run can be.`, {
      facts: {
        Expected: `${steps} steps after ${place}${batch > 0 ? `, of ${settings.stepsPerEpoch} an epoch` : ''}`,
        Received: `${step} steps`,
      },
      fix: 'resume from another checkpoint, or load its model and start a new run',
    })
  }
  const least = epoch + Math.sign(batch)
  if (least > epochs) {
    throw new OptionError('`train` cannot resume: the checkpoint is beyond `epochs`.', {
      facts: { Expected: `at least ${least} epochs, those of ${source}`, Received: String(epochs) },
      fix: `pass epochs: ${least} or more; epochs counts those before the checkpoint too`,
    })
  }
}

/**
 * Refuses to go on with an objective that is not the checkpoint's.
 *
 * @param position what the checkpoint states
 * @param objectives those of the run, and the weights of its terms at the step that the checkpoint made last
 * @param run its steps, and the store's name for the message
 * @throws {OptionError} when terms, weights or settings differ
 */
export function assertSameObjective(
  position: Position,
  objectives: { readonly objectives: readonly AnyObjective[]; readonly first: Readonly<Record<string, number>> },
  run: { readonly steps: number; readonly source: string },
): void {
  const terms = Object.keys(objectives.first)
  if (!same(position.terms, terms)) {
    throw differentOption(run.source, 'objective', position.terms, terms, 'pass the objective that has these terms')
  }
  assertSameNumbers(position.objective ?? [], objectives, run)
}

function differentOption(source: string, name: string, before: unknown, received: unknown, fix: string): OptionError {
  return new OptionError(`\`train\` cannot resume with another \`${name}\`.`, {
    facts: { Expected: `${show(before)} (${source})`, Received: show(received) },
    fix: `${fix}, or start a new run without resume`,
  })
}

/** The first option in which two differ, wherever it is nested; `ignored` names do not count. */
export function differing(
  before: Json | undefined,
  received: Json | undefined,
  ignored?: string,
  name = '',
): { readonly name: string; readonly before: Json | undefined; readonly received: Json | undefined } | undefined {
  if (!isRecord(before) || !isRecord(received)) return same(before, received) ? undefined : { name, before, received }
  for (const key of new Set([...Object.keys(before), ...Object.keys(received)])) {
    if (key === ignored) continue
    const found = differing(before[key], received[key], ignored, name === '' ? key : `${name}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

function describedOf(players: Readonly<Record<string, Optimizer>>): Position['players'] {
  const described = Object.entries(players).map(([name, optimizer]) => [
    name,
    { kind: optimizer.kind, ...withoutRate(optimizer) },
  ])
  return Object.fromEntries(described)
}

function withoutRate({ config: { learningRate: _, ...options } }: Optimizer): Position['optimizerOptions'] {
  return JSON.parse(JSON.stringify(options))
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
