// What a saved model says about its data and its use: names of classes, the transform of its columns, a threshold, metrics.
import { assertMembers } from './checks/arguments.ts'
import { lackOf, variablesOption } from './checks/members.ts'
import { assertOptions, finiteNumber, nonNegativeInteger, type OptionCheck, optional } from './checks/options.ts'
import { show } from './checks/show.ts'
import { WeightsError } from './errors.ts'
import {
  adoptNotesText,
  historyText,
  notesText,
  setHistoryText,
  setNotesText,
  type WithVariables,
} from './files/notes-text.ts'
import { isRecord, parseText, type ReadingContext } from './files/safetensors-header.ts'
import type { Trainable } from './model.ts'
import type { NotedEpoch, Notes } from './notes-types.ts'

/**
 * Writes notes to a model: `save` and checkpoints keep them, `load` restores them. Models that share variables, such as a
 * denoising autoencoder and the model that it wraps, share their notes.
 *
 * @param model at least one variable
 * @param notes copied; each member replaces the model's, one that is `undefined` removes it, and those left out stay
 * @throws {OptionError} when `model` is not a model, or `notes` has an unknown member or one that JSON cannot hold
 * @example
 * ```ts
 * annotate(model, { threshold: 31.4, metrics: { rocAuc: 0.97 } })
 * ```
 */
export function annotate(model: Pick<Trainable, 'variables'>, notes: Notes): void {
  assertAnnotatable('annotate', model)
  assertOptions('annotate', notes, checks)
  const { history } = { history: readHistory(historyText(model)), ...notes }
  setNotesText(model, JSON.stringify({ ...readNotes(notesText(model)), ...notes, history: undefined }))
  setHistoryText(model, history && JSON.stringify(history))
}

/**
 * The notes of a model: those of its file, of the data that trained it first, and of {@link annotate}.
 *
 * @param model borrowed
 * @returns a copy; without members if there are none
 * @throws {WeightsError} when the model's file holds notes that are malformed
 * @throws {OptionError} when `model` is not a model
 */
export function notesOf(model: Pick<Trainable, 'variables'>): Notes {
  assertAnnotatable('notesOf', model)
  const texts = { notes: notesText(model), history: historyText(model) }
  return parseNotes(texts, { caller: 'notesOf', source: "the model's file" })
}

/**
 * Notes as the texts of a file hold them.
 *
 * @param texts undefined for none
 * @param context how errors name the caller and the file
 * @throws {WeightsError} when a text is malformed
 */
export function parseNotes(
  texts: { readonly notes?: string | undefined; readonly history?: string | undefined },
  { caller, source }: Required<ReadingContext>,
): Notes {
  const refuse = (text: string | undefined) =>
    new WeightsError(`\`${caller}\` cannot read the notes of ${source}: they are malformed.`, {
      facts: { Expected: `JSON, { ${Object.keys(checks).join(', ')} }`, Received: show(text) },
      fix: 'write them again: annotate(model, notes) replaces malformed notes',
    })
  const notes = readNotes(texts.notes)
  if (notes === undefined) throw refuse(texts.notes)
  if (texts.history === undefined) return notes
  const history = readHistory(texts.history)
  if (history === undefined) throw refuse(texts.history)
  return { ...notes, history }
}

/**
 * Notes an epoch of a run that has just ended.
 *
 * @param model its history goes on with it, after the epochs that came before
 * @param epoch the epoch; totals are rounded
 */
export function noteEpoch(model: WithVariables, { total, validation, ...epoch }: NotedEpoch): void {
  const before = readHistory(historyText(model))?.filter((other) => other.epoch < epoch.epoch) ?? []
  const rounded = (value: number) => Number(value.toPrecision(7))
  const after = validation !== undefined && Number.isFinite(validation) ? { validation: rounded(validation) } : {}
  const history = [...before, { ...epoch, total: rounded(total), ...after }]
  while (history.length > mostEpochs) history.splice(history.indexOf(bestEpoch(history) as NotedEpoch) === 1 ? 2 : 1, 1)
  setHistoryText(model, JSON.stringify(history))
}

/** More are not noted: a file's header stays short. */
const mostEpochs = 100

/** The epoch with the lowest objective: of the validation data where that was measured, the first of equals; undefined if there is none. */
export function bestEpoch(history: readonly NotedEpoch[]): NotedEpoch | undefined {
  const isValidated = history.some(({ validation }) => validation !== undefined)
  const objectiveOf = ({ total, validation = Infinity }: NotedEpoch) => (isValidated ? validation : total)
  return history.reduce<NotedEpoch | undefined>(
    (best, epoch) => (best === undefined || objectiveOf(epoch) < objectiveOf(best) ? epoch : best),
    undefined,
  )
}

/**
 * Gives the notes of a data set to the model that it trains, unless that has its own.
 *
 * @param functionName the public function that trains, for the message
 * @param model its notes may change
 * @param notes borrowed
 * @throws {OptionError} when the data set's notes are bad
 */
export function adoptNotes(functionName: string, model: WithVariables, notes: Notes): void {
  assertOptions(functionName, notes, checks)
  adoptNotesText(model, JSON.stringify({ ...notes, history: undefined }))
}

/** Undefined if the text is malformed. Members of later versions are kept. */
function readNotes(text = '{}'): Notes | undefined {
  const notes = parseText(text)
  const members = Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, optional(check)]))
  return isRecord(notes) && lackOf(notes, members) === undefined ? notes : undefined
}

/** Undefined if there is none, or the text is malformed. */
function readHistory(text: string | undefined): readonly NotedEpoch[] | undefined {
  const history = text === undefined ? undefined : parseText(text)
  return isHistory(history) ? history : undefined
}

/** Epochs in their order; further members are those of later versions. */
function isHistory(value: unknown): value is readonly NotedEpoch[] {
  let last = 0
  return (
    Array.isArray(value) &&
    isJson(value) &&
    Array.from(value).every((item) => {
      const isNext = isRecord(item) && Number.isSafeInteger(item.epoch) && Number(item.epoch) > last
      last = isNext ? Number(item.epoch) : last
      return isNext && lackOf(item, epochMembers) === undefined
    })
  )
}

const epochMembers = { step: nonNegativeInteger, total: finiteNumber, validation: optional(finiteNumber) }

function assertAnnotatable(functionName: string, model: unknown): void {
  assertMembers(functionName, 'model', model, {
    expected: 'a model with variables',
    members: {
      variables: (value) =>
        variablesOption(value) ?? (Object.keys(value as object).length > 0 ? undefined : 'at least one'),
    },
    fix: 'pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
}

/** Values that JSON gives back as they were, at most 100 deep: an object that holds itself has no end. */
function isJson(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) {
    return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  }
  const isPlain = Array.isArray(value) || [null, Object.prototype].includes(Object.getPrototypeOf(value))
  return (
    isPlain &&
    depth < 100 &&
    Array.from(Object.values(value)).every((item) => item === undefined || isJson(item, depth + 1))
  )
}

const jsonOption: OptionCheck = (value) =>
  isJson(value) ? undefined : 'JSON: null, booleans, finite numbers, strings, and arrays and plain objects of them'

const checks: Readonly<Record<keyof Notes, OptionCheck>> = {
  classNames: (value) =>
    Array.isArray(value) && Array.from(value).every((name) => typeof name === 'string')
      ? undefined
      : 'an array of strings',
  transform: jsonOption,
  threshold: finiteNumber,
  score: jsonOption,
  metrics: (value) =>
    isRecord(value) && isJson(value) && Object.values(value).every(Number.isFinite)
      ? undefined
      : 'finite numbers by name, e.g. { rocAuc: 0.97 }',
  history: (value) =>
    isHistory(value)
      ? undefined
      : 'epochs in their order, e.g. [{ epoch: 1, step: 468, total: 152.7, validation: 128.4 }]',
}
