import { describe, expect, test } from 'vitest'
import { OptionError } from '../errors.ts'
import {
  assertOptions,
  nonNegativeNumber,
  oneOf,
  positiveInteger,
  positiveNumber,
  seedOption,
  shapeOption,
  sizesOption,
} from './options.ts'

const checks = { latentSize: positiveInteger, seed: seedOption, activation: oneOf('relu', 'tanh') }
const messageOf = (options: object, required: readonly string[] = []) => {
  try {
    assertOptions('vae', options, checks, required)
  } catch (error) {
    if (OptionError.isInstance(error)) return error.message
    throw error
  }
  return undefined
}

describe('assertOptions', () => {
  test('takes good options, and undefined for one that is left out', () => {
    expect(messageOf({ latentSize: 20, seed: 0, activation: undefined }, ['latentSize'])).toBeUndefined()
  })

  test('names the nearest option for a misspelt one', () => {
    expect(messageOf({ latentsize: 16 })).toMatchInlineSnapshot(`
      "\`vae\` has no option \`latentsize\`.

      Expected: latentSize, seed, activation
      Received: latentsize
      Fix:      did you mean latentSize?"
    `)
  })

  test('lists the options where none is near', () => {
    expect(messageOf({ colour: 1 })).toContain('use one of latentSize, seed, activation')
  })

  test('does not take inherited names for options', () => {
    expect(messageOf({ constructor: 1 })).toContain('has no option `constructor`')
  })

  test.each([0, 1.5, -1, Number.NaN, '20', null])('refuses a latentSize of %s', (latentSize) => {
    expect(messageOf({ latentSize })).toContain('Expected: a positive integer')
  })

  test('says what was received', () => {
    expect(messageOf({ latentSize: 1.5 })).toMatchInlineSnapshot(`
      "\`vae\` received a bad \`latentSize\`.

      Expected: a positive integer
      Received: 1.5
      Fix:      pass a positive integer"
    `)
  })

  test.each([null, 3, 'fast', [], new Map(), () => 0])('refuses %o, which holds no options', (options) => {
    expect(messageOf(options as object)).toContain('received options that are not a plain object')
  })

  test('shows the options that are needed where it received something else', () => {
    expect(messageOf(null as never, ['latentSize'])).toMatchInlineSnapshot(`
      "\`vae\` received options that are not a plain object.

      Expected: a plain object such as { latentSize: … }
      Received: null
      Fix:      pass { latentSize: … }"
    `)
  })

  test('takes an object without a prototype', () => {
    expect(messageOf(Object.assign(Object.create(null), { latentSize: 20 }))).toBeUndefined()
  })

  test('is quick and short about a name of a megabyte', () => {
    expect(messageOf({ ['x'.repeat(1_000_000)]: 1 })).toHaveLength(250)
  })

  test('asks for what is required', () => {
    expect(messageOf({}, ['latentSize'])).toMatchInlineSnapshot(`
      "\`vae\` needs the option \`latentSize\`.

      Expected: a positive integer
      Received: undefined
      Fix:      pass latentSize"
    `)
  })
})

describe('the checks', () => {
  test('seeds are integers from 0 to 2^53 - 1', () => {
    expect([0, 1, 2 ** 53 - 1].map(seedOption)).toEqual([undefined, undefined, undefined])
    for (const bad of [-1, 0.5, 2 ** 53, Number.POSITIVE_INFINITY, '1']) expect(seedOption(bad)).toBeDefined()
  })

  test('numbers are finite and in range', () => {
    expect(positiveNumber(0)).toBe('a finite number above 0')
    expect(nonNegativeNumber(0)).toBeUndefined()
    expect(nonNegativeNumber(Number.POSITIVE_INFINITY)).toBeDefined()
  })

  test('one of some strings is a string, not what prints as one', () => {
    const check = oneOf('none', 'batch')
    expect(check('none')).toBeUndefined()
    for (const bad of [['none'], new String('none'), { toString: () => 'none' }]) expect(check(bad)).toBeDefined()
  })

  test('the holes of an array are neither lengths nor sizes', () => {
    // biome-ignore lint/suspicious/noSparseArray: the subject of the test
    for (const check of [shapeOption, sizesOption]) expect(check([28, , 1])).toBeDefined()
  })

  test('shapes have at least one axis, sizes may have none', () => {
    expect(shapeOption([28, 28, 1])).toBeUndefined()
    expect(shapeOption([])).toBeDefined()
    expect(shapeOption([28, 0])).toBeDefined()
    expect(sizesOption([])).toBeUndefined()
    expect(sizesOption([400, 1.5])).toBeDefined()
  })
})
