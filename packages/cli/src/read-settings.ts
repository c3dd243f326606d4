// The texts of flags and arguments as values, each checked before a verb runs.
import type { Flag, FlagType, Verb } from './verb.ts'

/** What a text is: a value, or what was expected instead. */
export type Check = { readonly value: unknown } | { readonly expected: string }

/** Reads the text of a flag, whose choices are checked elsewhere. */
export function checkText(flag: Flag, text: string): Check {
  return readers[flag.type](text, flag)
}

/**
 * The value of a flag.
 *
 * @throws {OptionError} when the text is not one that the flag takes
 */
export async function readFlag({ name: verb }: Pick<Verb, 'name'>, flag: Flag, text: unknown): Promise<unknown> {
  if (Array.isArray(text)) return Promise.all(text.map((one) => readFlag({ name: verb }, flag, one)))
  if (typeof text !== 'string') return text
  const check = checkText(flag, text)
  if ('value' in check) return check.value
  const { assertOption } = await import('@ae/core/internal') // it is slow to load, and only needed for the message
  const received = text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  assertOption(`ae ${verb}`, `--${flag.name}`, received, () => check.expected)
  return undefined
}

const readers: Readonly<Record<FlagType, (text: string, flag: Flag) => Check>> = {
  flag: (text) => ({ value: text !== 'false' }),
  text: (text, { path }) =>
    text === '' ? { expected: path === undefined ? 'a name, a path or a text' : 'a path' } : { value: text },
  count: (text, flag) =>
    numeric(
      text,
      flag.minimum === undefined ? 'a positive integer' : `an integer${rangeOf(flag)}`,
      (value) => Number.isSafeInteger(value) && value >= 1 && isWithin(value, flag),
    ),
  counts: (text) => (text === 'none' ? { value: [] } : listOf(text, ', or none')),
  integer: (text, flag) =>
    numeric(text, `an integer${rangeOf(flag)}`, (value) => Number.isSafeInteger(value) && isWithin(value, flag)),
  number(text, flag) {
    const { words = [] } = flag
    if (words.includes(text)) return { value: text }
    const expected = [`a finite number${rangeOf(flag)}`, ...words].join(' or ')
    return numeric(text, expected, (value) => isWithin(value, flag))
  },
  shape: (text) => listOf(text, ''),
  names(text) {
    const value = text.split(',').map((name) => name.trim())
    return value.includes('') ? { expected: 'names, separated by commas' } : { value }
  },
}

function numeric(text: string, expected: string, isGood: (value: number) => boolean): Check {
  const value = numberOf(text)
  return Number.isFinite(value) && isGood(value) ? { value } : { expected }
}

function listOf(text: string, otherwise: string): Check {
  const value = text.split(',').map(numberOf)
  return value.every((length) => Number.isSafeInteger(length) && length >= 1)
    ? { value }
    : { expected: `positive integers, separated by commas, e.g. 28,28,1${otherwise}` }
}

/** `Number('')` is 0. */
function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}

function isWithin(
  value: number,
  { minimum = -Infinity, above = -Infinity, maximum = Infinity, below = Infinity }: Flag,
) {
  return value >= minimum && value > above && value <= maximum && value < below
}

/** ` of at least 1`, ` from 0 to 1`, ` above 0 and below 1`. */
export function rangeOf({
  minimum,
  above,
  maximum,
  below,
}: Pick<Flag, 'minimum' | 'above' | 'maximum' | 'below'>): string {
  const end = maximum === Number.MAX_SAFE_INTEGER ? '2^53 - 1' : maximum
  if (minimum !== undefined && end !== undefined) return ` from ${minimum} to ${end}`
  const parts = [
    minimum === undefined ? [] : [`of at least ${minimum}`],
    above === undefined ? [] : [`above ${above}`],
    end === undefined ? [] : [`of at most ${end}`],
    below === undefined ? [] : [`below ${below}`],
  ].flat()
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`
}
