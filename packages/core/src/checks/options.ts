// Option checks: every public function validates its options once, with a designed error.
import { OptionError } from '../errors.ts'
import { printable } from './printable.ts'
import { show } from './show.ts'

/**
 * How one option is checked: `undefined` if the value is good, else what was expected, e.g. "a positive integer".
 */
export type OptionCheck = (value: unknown) => string | undefined

const is = (expected: string, test: (value: unknown) => boolean): OptionCheck => {
  return (value) => (test(value) ? undefined : expected)
}

const integerFrom = (lowest: number, expected: string) =>
  is(expected, (value) => Number.isSafeInteger(value) && Number(value) >= lowest)

/** An integer of at least 1. */
export const positiveInteger: OptionCheck = /* @__PURE__ */ integerFrom(1, 'a positive integer')

/** How many entries an array gets: more than 2^20 would be a mistake, and memory has an end. */
export const countOption: OptionCheck = /* @__PURE__ */ is(
  'an integer from 1 to 2^20',
  (value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 2 ** 20,
)

/** An integer of at least 0. */
export const nonNegativeInteger: OptionCheck = /* @__PURE__ */ integerFrom(0, 'an integer of at least 0')

/** A finite number. */
export const finiteNumber: OptionCheck = /* @__PURE__ */ is('a finite number', Number.isFinite)

/** A finite number above 0. */
export const positiveNumber: OptionCheck = /* @__PURE__ */ is(
  'a finite number above 0',
  (value) => Number.isFinite(value) && Number(value) > 0,
)

/** A finite number of at least 0. */
export const nonNegativeNumber: OptionCheck = /* @__PURE__ */ is(
  'a finite number of at least 0',
  (value) => Number.isFinite(value) && Number(value) >= 0,
)

/** A number from 0 to 1. */
export const probabilityOption: OptionCheck = /* @__PURE__ */ is(
  'a probability in [0, 1]',
  (value) => Number.isFinite(value) && Number(value) >= 0 && Number(value) <= 1,
)

/** A number above 0 and below 1. */
export const openShare: OptionCheck = /* @__PURE__ */ is(
  'a number above 0 and below 1',
  (value) => Number.isFinite(value) && Number(value) > 0 && Number(value) < 1,
)

/** A seed: an integer from 0 to 2^53 - 1. Zero is a seed like any other. */
export const seedOption: OptionCheck = /* @__PURE__ */ integerFrom(0, 'an integer from 0 to 2^53 - 1')

/** A shape of one example: positive integers, at least one. */
export const shapeOption: OptionCheck = /* @__PURE__ */ is(
  'an array of positive integers, e.g. [28, 28, 1]',
  (value) => Array.isArray(value) && value.length > 0 && everyOf(value, positiveInteger),
)

/** Layer sizes: positive integers, possibly none. */
export const sizesOption: OptionCheck = /* @__PURE__ */ is(
  'an array of positive integers, e.g. [400]',
  (value) => Array.isArray(value) && everyOf(value, positiveInteger),
)

/** A check that lets a value be left out. */
export function optional(check: OptionCheck): OptionCheck {
  return (value) => (value === undefined ? undefined : check(value))
}

/** A string. */
export const stringOption: OptionCheck = (value) => (typeof value === 'string' ? undefined : 'a string')

/** True or false. */
export const flagOption: OptionCheck = (value) => (typeof value === 'boolean' ? undefined : 'true or false')

/** A function. */
export const functionOption: OptionCheck = (value) => (typeof value === 'function' ? undefined : 'a function')

/** A string that is not empty. */
export const nameOption: OptionCheck = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'a string that is not empty'

/** Bytes; a Node `Buffer` is accepted too. */
export const bytesOption: OptionCheck = (value) => (value instanceof Uint8Array ? undefined : 'bytes, as a Uint8Array')

/** Anything: the static type is enough, or a later check is stricter. */
export const anything: OptionCheck = () => undefined

/** @returns a check that the value is one of the strings `values`; it refuses anything else, even if it prints as one */
export function oneOf(...values: readonly string[]): OptionCheck {
  return is(`one of ${values.join(', ')}`, (value) => typeof value === 'string' && values.includes(value))
}

/** Whether every element passes, including the holes of an array, which `every` would skip. */
function everyOf(values: readonly unknown[], check: OptionCheck): boolean {
  return Array.from(values).every((value) => check(value) === undefined)
}

/**
 * Checks an options object: it is a plain object without unknown names, the required ones are there, and every value is good.
 *
 * @param functionName the public function that received the options, for the message
 * @param options as received, of any type
 * @param checks one check per option; no other names are allowed
 * @param required the names that must be given
 * @throws {OptionError} when it is not an object of options, and on the first name or value that does not fit
 */
export function assertOptions(
  functionName: string,
  options: unknown,
  checks: Readonly<Record<string, OptionCheck>>,
  required: readonly string[] = [],
): void {
  const known = Object.keys(checks)
  if (!isRecord(options)) {
    const example = `{ ${(required.length > 0 ? required : known.slice(0, 1)).map((name) => `${name}: …`).join(', ')} }`
    throw new OptionError(`\`${functionName}\` received options that are not a plain object.`, {
      facts: { Expected: `a plain object such as ${example}`, Received: show(options) },
      fix: `pass ${example}${required.length > 0 ? '' : ', or leave the options out'}`,
    })
  }
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    if (check === undefined) {
      throw new OptionError(`\`${functionName}\` has no option \`${printable(name, 60)}\`.`, {
        facts: { Expected: known.join(', '), Received: printable(name, 60) },
        fix: suggest(name, known),
      })
    }
    if (value === undefined) continue
    assertOption(functionName, name, value, check)
  }
  for (const name of required) {
    if (options[name] !== undefined) continue
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

/** Whether a value can hold options: a plain object, not an array, a tensor, a date or another instance of a class. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null // or a plain object of another realm
}

/** The fix for an unknown name: the nearest known one, if any is near. */
export function suggest(name: string, known: readonly string[]): string {
  const isNear = (distance: number) => distance <= Math.max(2, name.length / 3)
  const nearest = known
    .filter((candidate) => isNear(Math.abs(candidate.length - name.length))) // avoids comparing with a very long name
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0]
  if (nearest !== undefined && isNear(nearest.distance)) return `did you mean ${nearest.candidate}?`
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
