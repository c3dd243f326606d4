import { describe, expect, test } from 'vitest'
import { cosine, cyclical, linear } from './schedules.ts'

const at = (schedule: (step: number) => number, steps: readonly number[]) => steps.map((step) => schedule(step))
const rounded = (values: readonly number[]) => values.map((value) => Math.round(value * 1e6) / 1e6)

describe('linear', () => {
  test('goes straight from one value to the other, and stays there', () => {
    const schedule = linear({ from: 1, to: 3, steps: 10 })
    expect(at(schedule, [0, 1, 5, 9, 10, 11, 1e6])).toEqual([1, 1.2, 2, 2.8, 3, 3, 3])
  })

  test('goes down too, and ends exactly', () => {
    expect(at(linear({ from: 1e-3, to: 1e-5, steps: 3 }), [0, 3])).toEqual([1e-3, 1e-5])
  })

  test('refuses what is missing, misspelt or not a number', () => {
    expect(() => linear({ from: 0, to: Number.NaN, steps: 10 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`linear\` received a bad \`to\`.

      Expected: a finite number
      Received: NaN
      Fix:      pass a finite number]
    `)
    expect(() => linear({ from: 0, to: 1, steps: 0 })).toThrow('a positive integer')
    expect(() => linear({ from: 0, steps: 10 } as never)).toThrow('`linear` needs the option `to`')
    expect(() => linear({ from: 0, to: 1, step: 10 } as never)).toThrow('did you mean steps?')
  })
})

describe('cosine', () => {
  test('is half a wave: flat at both ends, halfway in the middle', () => {
    const schedule = cosine({ from: 2, to: 0, steps: 100 })
    expect(rounded(at(schedule, [0, 25, 50, 75, 100, 200]))).toEqual([2, 1.707107, 1, 0.292893, 0, 0])
    expect(schedule(0) - schedule(1)).toBeLessThan(1e-3)
  })

  test('names itself in its errors', () => {
    expect(() => cosine({ from: 0, to: 1, steps: 1.5 })).toThrow('`cosine` received a bad `steps`')
  })
})

describe('cyclical', () => {
  test('rises and stays in each cycle, and stays after the last', () => {
    const schedule = cyclical({ steps: 40, cycles: 2 })
    expect(rounded(at(schedule, [0, 5, 10, 19, 20, 25, 30, 39, 40, 100]))).toEqual([0, 0.5, 1, 1, 0, 0.5, 1, 1, 1, 1])
  })

  test('takes other ends, another ramp, and cycles that the steps do not divide into', () => {
    const schedule = cyclical({ from: 1, to: 3, steps: 10, cycles: 4, rampFraction: 1 })
    expect(rounded(at(schedule, [0, 1, 2, 3, 9, 10]))).toEqual([1, 1.8, 2.6, 1.4, 2.2, 3])
  })

  test('refuses a ramp of no length and missing cycles', () => {
    expect(() => cyclical({ steps: 10, cycles: 2, rampFraction: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`cyclical\` received a bad \`rampFraction\`.

      Expected: a number above 0 and at most 1
      Received: 0
      Fix:      pass a number above 0 and at most 1]
    `)
    expect(() => cyclical({ steps: 10 } as never)).toThrow('`cyclical` needs the option `cycles`')
    expect(() => cyclical({ steps: 10, cycles: 0 })).toThrow('`cycles`')
  })
})
