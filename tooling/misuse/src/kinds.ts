// What a place of a call accepts, as a test on values: a mistake is any value that the kind of its place does not accept.
import * as tf from '@tensorflow/tfjs-core'

/** What a place accepts. */
export interface Kind {
  /** For messages, e.g. `a positive integer`. */
  readonly name: string
  /** Whether a value belongs there; every other one must be refused. */
  isGood(value: unknown): boolean
  /** The places within it: the options of an options object, or the members of an object argument. */
  readonly members?: Readonly<Record<string, Kind>> | undefined
  /** For options: the required ones; names that are not in `members` are refused. Undefined for other objects. */
  readonly required?: readonly string[] | undefined
}

const kind = (name: string, isGood: (value: unknown) => boolean): Kind => ({ name, isGood })

const isInteger = (value: unknown, least: number) => Number.isSafeInteger(value) && Number(value) >= least
const isNumber = (value: unknown): value is number => Number.isFinite(value)

/** Any value: none is a mistake. */
export const anything = kind('anything', () => true)

/** An integer of at least `least`. */
export const integer = (least: number, most = Number.MAX_SAFE_INTEGER): Kind =>
  kind(`an integer from ${least} to ${most}`, (value) => isInteger(value, least) && Number(value) <= most)

export const count = integer(1)

/** How many entries an array gets. */
export const entries = integer(1, 2 ** 20)
export const seed = integer(0)

/** A finite number that passes `test`. */
export const number = (test: (value: number) => boolean = () => true): Kind =>
  kind('a number', (value) => isNumber(value) && test(value))

export const positive = number((value) => value > 0)
export const nonNegative = number((value) => value >= 0)
export const probability = number((value) => value >= 0 && value <= 1)
export const share = number((value) => value > 0 && value < 1)

export const text = kind('a string', (value) => typeof value === 'string')
export const name = kind('a name', (value) => typeof value === 'string' && value !== '')
export const flag = kind('true or false', (value) => typeof value === 'boolean')
export const callback = kind('a function', (value) => typeof value === 'function')
/** What `train` minimises: a function, or terms. */
export const objective = kind('an objective', (value) => {
  const terms = Object.values((value as { terms?: object } | null | undefined)?.terms ?? {})
  return typeof value === 'function' || (terms.length > 0 && terms.every((term) => typeof term?.value === 'function'))
})
export const bytes = kind('bytes', (value) => value instanceof Uint8Array)

/** One of the given values. */
export const oneOf = (...values: readonly unknown[]): Kind =>
  kind(`one of ${values.map(String).join(', ')}`, (value) => values.includes(value))

/** Either of two kinds. */
export const either = (a: Kind, b: Kind): Kind => kind(`${a.name}, or ${b.name}`, (v) => a.isGood(v) || b.isGood(v))

/** A number, or a function of the step. */
export const schedule = (of: Kind): Kind => either(of, callback)

/** An array with elements of one kind and without holes. */
export const listOf = (of: Kind, least = 0, most = Number.POSITIVE_INFINITY): Kind =>
  kind(
    `a list of ${of.name}`,
    (value) =>
      Array.isArray(value) &&
      value.length >= least &&
      value.length <= most &&
      Array.from(value).every((item) => of.isGood(item)),
  )

export const shape = listOf(count, 1)

/** A float32 tensor, or one of `dtype`, whose shape passes `fits`. */
export const tensor = (fits: (shape: readonly number[]) => boolean, dtype: tf.DataType | 'any' = 'float32'): Kind =>
  kind(
    'a tensor',
    (value) =>
      value instanceof tf.Tensor &&
      !value.isDisposed &&
      (dtype === 'any' ? value.dtype !== 'string' && value.dtype !== 'complex64' : value.dtype === dtype) &&
      fits(value.shape),
  )

/** A tensor `[batch, ...shape]`. */
export const batchOf = (example: readonly number[], dtype?: tf.DataType): Kind =>
  tensor(([, ...own]) => own.length === example.length && own.every((length, i) => length === example[i]), dtype)

/** An options object: a plain object with only known names, including the required ones. */
export const options = (members: Readonly<Record<string, Kind>>, required: readonly string[] = []): Kind => ({
  name: 'options',
  members,
  required,
  isGood: (value) =>
    (value === undefined && required.length === 0) ||
    (isPlain(value) &&
      required.every((name) => name in value) &&
      Object.entries(value).every(([name, option]) => option === undefined || members[name]?.isGood(option) === true)),
})

/** A place that may be left out. */
export const optional = (of: Kind): Kind => either(of, oneOf(undefined))

/** A random address: an object whose other members are ignored. */
export const address: Kind = {
  name: 'an address',
  members: { seed: optional(seed), step: optional(integer(0)) },
  isGood: (value) =>
    typeof value === 'object' &&
    value !== null &&
    ['seed', 'step'].every((name) => optional(seed).isGood((value as Record<string, unknown>)[name])),
}

/** An object that a caller makes or passes on: every member has its kind, and others are ignored. */
export const object = (name: string, members: Readonly<Record<string, Kind>>): Kind => ({
  name,
  members,
  isGood: (value) =>
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    Object.entries(members).every(([member, of]) => of.isGood((value as Record<string, unknown>)[member])),
})

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Whether a value is an array or a typed array. */
export const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
