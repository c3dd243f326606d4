import { expect, test } from 'vitest'
import { countInBins } from './count-in-bins.ts'

test('bins hold their lower end, and the last its upper end too', () => {
  expect(countInBins([0, 0.5, 1, 1.5, 2], { minimum: 0, maximum: 2, bins: 4 })).toEqual([1, 1, 1, 2])
})

test('values that are all the same are in the first bin', () => {
  expect(countInBins(Float32Array.of(3, 3), { minimum: 3, maximum: 3, bins: 2 })).toEqual([2, 0])
})
