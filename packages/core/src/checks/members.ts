// Checks that an object that a user made or passed on has the members it needs, by name. Arguments and options share this check.
import { Variable } from '@tensorflow/tfjs-core'
import { functionOption, type OptionCheck, optional, positiveInteger, stringOption } from './options.ts'

/** Members by name: the type of each, or a check of its own. */
export type Members = Readonly<Record<string, 'function' | 'number' | 'object' | 'string' | OptionCheck>>

/**
 * The first member that a value lacks.
 *
 * @param value anything
 * @param members what it must have
 * @returns the member and what it is not, e.g. `whose batches is not a function`; empty when the value can have no
 *   members, undefined when it has all
 */
export function lackOf(value: unknown, members: Members): string | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return ''
  for (const [name, type] of Object.entries(members)) {
    const member = (value as Readonly<Record<string, unknown>>)[name]
    const isGood = typeof type === 'string' && typeof member === type && member !== null
    const expected = typeof type === 'function' ? type(member) : isGood ? undefined : withArticle(type)
    if (expected !== undefined) return `whose ${name} is not ${expected}`
  }
  return undefined
}

/** Kinds of model, at least one; see `ModelKind`. */
export const modelKindsOption: OptionCheck = (value) =>
  Array.isArray(value) && value.length > 0 && Array.from(value).every(isModelKind)
    ? undefined
    : 'at least one model factory, e.g. vae'

/** A closed interval, whose ends may be infinite. */
export const intervalOption: OptionCheck = (value) =>
  lackOf(value, { minimum: 'number', maximum: 'number' }) === undefined
    ? undefined
    : '{ minimum, maximum }, two numbers'

/** Variables of tfjs by name, possibly none. */
export const variablesOption: OptionCheck = (value) =>
  typeof value === 'object' && value !== null && Object.values(value).every((variable) => variable instanceof Variable)
    ? undefined
    : 'tf.Variables by name'

/** A likelihood; see `Likelihood`. */
export const likelihoodOption: OptionCheck = (value) =>
  lackOf(value, {
    kind: 'string',
    support: intervalOption,
    negativeLogLikelihood: 'function',
    mean: 'function',
    draw: optional(functionOption),
    config: configOption,
    parameters: optional(positiveInteger),
    shared: optional((values) => (isNumbers(values) ? undefined : 'numbers')),
  }) === undefined
    ? undefined
    : 'a likelihood, e.g. bernoulli or gaussian() of @ae/losses'

/** A backend; see `Backend`. */
export const backendOption: OptionCheck = (value) =>
  lackOf(value, { name: 'string', isAvailable: 'function', activate: 'function' }) === undefined
    ? undefined
    : 'a backend, e.g. wasm of @ae/wasm'

/** Which function reads, and what; see `ReadingContext`. */
export const contextOption: OptionCheck = (value) =>
  typeof value === 'object' &&
  lackOf(value, { caller: optional(stringOption), source: optional(stringOption) }) === undefined
    ? undefined
    : '{ caller, source }, two strings'

/** What restores a part of a model: an object with a kind. */
export const configOption: OptionCheck = (value) =>
  lackOf(value, { kind: 'string' }) === undefined ? undefined : 'an object with a kind'

function isModelKind(value: unknown): boolean {
  return lackOf(value, { kind: 'string', fromConfig: 'function', prepare: optional(functionOption) }) === undefined
}

function isNumbers(values: unknown): boolean {
  return Array.isArray(values) && Array.from(values).every(Number.isFinite)
}

function withArticle(type: string): string {
  return `${type === 'object' ? 'an' : 'a'} ${type}`
}
