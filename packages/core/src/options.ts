// Option checks: every public function validates its options once, with a designed error.
import { OptionError } from './errors.ts'

/**
 * How one option is checked: `undefined` if the value is good, else what was expected, e.g. "a positive integer".
 */
export type OptionCheck = (value: unknown) => string | undefined

const is = (expected: string, test: (value: unknown) => boolean): OptionCheck => {
  return (value) => (test(value) ? undefined : expected)
}

/** An integer of at least 1. */
export const positiveInteger: OptionCheck = is(
  'a positive integer',
  (value) => Number.isSafeInteger(value) && Number(value) >= 1,
)

/** An integer of at least 0. */
export const nonNegativeInteger: OptionCheck = is(
  'an integer of at least 0',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
)

/** A finite number above 0. */
export const positiveNumber: OptionCheck = is(
  'a finite number above 0',
  (value) => Number.isFinite(value) && Number(value) > 0,
)

/** A finite number of at least 0. */
export const nonNegativeNumber: OptionCheck = is(
  'a finite number of at least 0',
  (value) => Number.isFinite(value) && Number(value) >= 0,
)

/** A seed: an integer from 0 to 2^53 - 1. Zero is a seed like any other. */
export const seedOption: OptionCheck = is(
  'an integer from 0 to 2^53 - 1',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
)

/** A shape of one example: positive integers, at least one. */
export const shapeOption: OptionCheck = is(
  'an array of positive integers, e.g. [28, 28, 1]',
  (value) => Array.isArray(value) && value.length > 0 && value.every((length) => positiveInteger(length) === undefined),
)

/** Layer sizes: positive integers, possibly none. */
export const sizesOption: OptionCheck = is(
  'an array of positive integers, e.g. [400]',
  (value) => Array.isArray(value) && value.every((size) => positiveInteger(size) === undefined),
)

/** Anything: the type is enough, or a later check says more. */
export const anything: OptionCheck = () => undefined

/** @returns a check that the value is one of `values` */
export function oneOf(...values: readonly string[]): OptionCheck {
  return is(`one of ${values.join(', ')}`, (value) => values.includes(String(value)))
}

/**
 * Checks an options object: no unknown names, required ones present, every value good.
 *
 * @param functionName the public function that received the options, for the message
 * @param options the object as received
 * @param checks one check an option; the names it lists are the only ones allowed
 * @param required the names that must be given
 * @throws {OptionError} on the first name or value that does not fit
 */
export function assertOptions(
  functionName: string,
  options: object,
  checks: Readonly<Record<string, OptionCheck>>,
  required: readonly string[] = [],
): void {
  const known = Object.keys(checks)
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    if (check === undefined) {
      throw new OptionError(`\`${functionName}\` has no option \`${name}\`.`, {
        facts: { Expected: known.join(', '), Received: name },
        fix: suggest(name, known),
      })
    }
    if (value === undefined) continue
    assertOption(functionName, name, value, check)
  }
  for (const name of required) {
    if ((options as Record<string, unknown>)[name] !== undefined) continue
    throw new OptionError(`\`${functionName}\` needs the option \`${name}\`.`, {
      facts: { Expected: checks[name]?.(undefined) ?? name, Received: 'undefined' },
      fix: `pass ${name}`,
    })
  }
}

/**
 * Checks one option's value.
 *
 * @param functionName the public function that received it
 * @param name the option's name
 * @param value the value as received
 * @param check what it must be
 * @throws {OptionError} when the check refuses the value
 */
export function assertOption(functionName: string, name: string, value: unknown, check: OptionCheck): void {
  const expected = check(value)
  if (expected === undefined) return
  throw new OptionError(`\`${functionName}\` received a bad \`${name}\`.`, {
    facts: { Expected: expected, Received: show(value) },
    fix: `pass ${expected}`,
  })
}

/** How a received value is printed in a message: short whatever it is, and distinguishable from its string. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (Array.isArray(value)) {
    const items = value.slice(0, 8).map((item) => (Array.isArray(item) ? '[…]' : show(item)))
    return `[${items.join(', ')}${value.length > 8 ? ', …' : ''}]`
  }
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value).slice(0, 8)
    return `{ ${names.map((name) => name.slice(0, 60)).join(', ')} }`
  }
  return String(value)
}

/** The cure for an unknown name: the nearest known one, if any is near. */
export function suggest(name: string, known: readonly string[]): string {
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0]
  if (nearest !== undefined && nearest.distance <= Math.max(2, name.length / 3))
    return `did you mean ${nearest.candidate}?`
  return `use one of ${known.join(', ')}`
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
