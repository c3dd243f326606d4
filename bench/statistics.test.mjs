import { expect, test } from 'vitest'
import { median, quantile, ratioByRounds, rounded } from './statistics.mjs'

test('the median is the middle value, or the mean of the two in the middle, whatever their order', () => {
  expect(median([10, 1, 9])).toBe(9)
  expect(median([10, 1, 9, 2])).toBe(5.5)
})

test('a quantile lies between its two nearest values, by its distance from them', () => {
  const values = Array.from({ length: 101 }, (_, i) => 100 - i)
  expect(quantile(values, 0.99)).toBe(99)
  expect(quantile([0, 10], 0.25)).toBe(2.5)
  expect(quantile([7], 0.99)).toBe(7)
})

test('a quantile of nothing is refused', () => {
  expect(() => quantile([], 0.5)).toThrow('a quantile needs at least one value')
})

test('a ratio is unaffected by a machine that slows down from round to round', () => {
  expect(ratioByRounds([200, 100, 50], [100, 50, 25])).toBe(2)
})

test('a ratio leaves out rounds in which one of the two did not run', () => {
  expect(ratioByRounds([30, 400, 500], [10])).toBe(3)
  expect(ratioByRounds([undefined, 40], [10, 10])).toBe(4)
  expect(ratioByRounds([10], [])).toBeUndefined()
})

test('numbers keep three significant digits, and all integer digits from 100 on', () => {
  expect([0.012345, 45.678, 12345.6].map(rounded)).toEqual([0.0123, 45.7, 12346])
})
