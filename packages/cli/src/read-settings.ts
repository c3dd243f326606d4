// The texts of flags and arguments as values, each checked before a verb runs.
import type { Flag, FlagType, Verb } from './verb.ts'

type Check = { readonly value: unknown } | { readonly expected: string }

/**
 * The value of a flag.
 *
 * @throws {OptionError} when the text is not one that the flag takes
 */
export async function readFlag({ name: verb }: Pick<Verb, 'name'>, flag: Flag, text: unknown): Promise<unknown> {
  if (Array.isArray(text)) return Promise.all(text.map((one) => readFlag({ name: verb }, flag, one)))
  if (typeof text !== 'string') return text
  const check = readers[flag.type](text, flag)
  if ('value' in check) return check.value
  const { assertOption } = await import('@ae/core/internal') // it is slow to load, and only needed for the message
  const received = text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  assertOption(`ae ${verb}`, `--${flag.name}`, received, () => check.expected)
  return undefined
}

const readers: Readonly<Record<FlagType, (text: string, flag: Flag) => Check>> = {
  flag: () => ({ value: true }),
  text: (text, { path }) =>
    text === '' ? { expected: path === undefined ? 'a name, a path or a text' : 'a path' } : { value: text },
  count: (text) => numeric(text, 'a positive integer', (value) => Number.isSafeInteger(value) && value >= 1),
  integer: (text, flag) =>
    numeric(text, `an integer${rangeOf(flag)}`, (value) => Number.isSafeInteger(value) && isWithin(value, flag)),
  number: (text, flag) => numeric(text, `a finite number${rangeOf(flag)}`, (value) => isWithin(value, flag)),
  shape(text) {
    const value = text.split(',').map(numberOf)
    return value.every((length) => Number.isSafeInteger(length) && length >= 1)
      ? { value }
      : { expected: 'positive integers, separated by commas, e.g. 28,28,1' }
  },
  names(text) {
    const value = text.split(',').map((name) => name.trim())
    return value.includes('') ? { expected: 'names, separated by commas' } : { value }
  },
}

function numeric(text: string, expected: string, isGood: (value: number) => boolean): Check {
  const value = numberOf(text)
  return Number.isFinite(value) && isGood(value) ? { value } : { expected }
}

/** `Number('')` is 0. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function isWithin(
  value: number,
  { minimum = Number.NEGATIVE_INFINITY, above = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: Flag,
): boolean {
  return value >= minimum && value > above && value <= maximum
}

function rangeOf({ minimum, above, maximum }: Flag): string {
  const end = maximum === Number.MAX_SAFE_INTEGER ? '2^53 - 1' : maximum
  if (above !== undefined) return ` above ${above}${end === undefined ? '' : ` and up to ${end}`}`
  if (minimum !== undefined) return end === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${end}`
  return end === undefined ? '' : ` of at most ${end}`
}
