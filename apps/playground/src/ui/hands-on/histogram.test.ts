import { expect, test } from 'vitest'
import { histogramOf, shareBelow, verdict } from './histogram.ts'

const typical = Float32Array.from({ length: 100 }, (_, index) => index)

test('a histogram counts values in equal bins, and leaves out the long end', () => {
  const { low, high, counts } = histogramOf(typical, 50, 7)
  expect([low, high]).toEqual([0, 98])
  expect(counts).toEqual([14, 14, 14, 14, 14, 14, 15])
})

test('the range of a histogram reaches a value outside of it', () => {
  expect(histogramOf(typical, 300, 3)).toMatchObject({ low: 0, high: 300, counts: [100, 0, 0] })
  expect(histogramOf(typical, -10, 3).low).toBe(-10)
})

test('shareBelow is the rank of a score, and verdict says what it means', () => {
  expect(shareBelow(typical, 97)).toBe(0.97)
  expect(shareBelow(new Float32Array(), 1)).toBe(0)
  expect([0.5, 0.8, 0.97, 0.995].map(verdict)).toEqual([
    'as the data usually is',
    'a little unusual',
    'unusual',
    'nothing like the data: an anomaly',
  ])
})
