import { expect, test } from 'vitest'
import { type Range, rangeOf, ticksOf } from './ticks.ts'

const texts = (range: Range, most: number) => ticksOf(range, most).map(({ text }) => text)

test('ticks are multiples of 1, 2 or 5 times a power of ten, with no digit too many', () => {
  expect(texts([-3.2, 3.1], 7)).toEqual(['-3', '-2', '-1', '0', '1', '2', '3'])
  expect(texts([0, 1], 5)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1.0'])
  expect(texts([0.011, 0.034], 5)).toEqual(['0.015', '0.020', '0.025', '0.030'])
  expect(texts([90, 210], 3)).toEqual(['100', '150', '200'])
  expect(texts([0, 9], 1)).toEqual(['0'])
})

test('ticks far from 1 are written with an exponent', () => {
  expect(texts([0, 2.1e-7], 3)).toEqual(['0', '1e-7', '2e-7'])
  expect(texts([1.9e6, 2.6e6], 4)).toEqual(['2.0e+6', '2.2e+6', '2.4e+6', '2.6e+6'])
})

test('ticks lie within the range, however it lies', () => {
  for (let power = -12; power <= 12; power++) {
    for (const low of [-3.7, -0.2, 0, 0.9]) {
      const range: Range = [low * 10 ** power, (low + 2.3) * 10 ** power]
      for (const most of [3, 5, 10]) {
        const ticks = ticksOf(range, most)
        expect(ticks.length).toBeGreaterThanOrEqual(1)
        expect(ticks.length).toBeLessThanOrEqual(most + 1)
        for (const { value, text } of ticks) {
          expect(value >= range[0] && value <= range[1]).toBe(true)
          expect(Math.abs(Number(text) - value)).toBeLessThan(1e-9 * 10 ** power)
        }
      }
    }
  }
})

test('rangeOf leaves a margin of 4% on both sides', () => {
  expect(rangeOf([10, 20, 5])).toEqual([4.4, 20.6])
})

test('rangeOf opens a range around numbers that are equal, or so but for rounding', () => {
  expect(rangeOf([0])).toEqual([-1, 1])
  expect(rangeOf([4, 4])).toEqual([2, 6])
  expect(rangeOf([-4])).toEqual([-6, -2])
  const [low, high] = rangeOf([1e9, 1e9 + 1])
  expect([low, high]).toEqual([5e8, 1.5e9 + 1])
})
