import { describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/evaluation.json' with { type: 'json' }
import { kolmogorovSmirnov, normalDistribution } from './kolmogorov-smirnov.ts'

describe('kolmogorovSmirnov', () => {
  test.each(oracle.kolmogorovSmirnov)("is SciPy's distance and asymptotic p-value: $statistic", (one) => {
    const { value, pValue } = kolmogorovSmirnov(one.values)
    expect(value).toBeCloseTo(one.statistic, 6)
    expect(pValue).toBeCloseTo(one.pValue, 5)
  })

  test('of one value is the larger part of the distribution beside it', () => {
    expect(kolmogorovSmirnov([0]).value).toBeCloseTo(0.5, 6)
    expect(kolmogorovSmirnov([40]).value).toBeCloseTo(1, 6)
  })

  test('refuses values that are not numbers', () => {
    expect(() => kolmogorovSmirnov([])).toThrow('bad `values`')
    expect(() => kolmogorovSmirnov([Infinity])).toThrow('bad `values`')
  })
})

test('normalDistribution is right far out in the tail', () => {
  expect(normalDistribution(-5) / 2.866515719235352e-7).toBeCloseTo(1, 6)
  expect(normalDistribution(1.959963984540054)).toBeCloseTo(0.975, 6)
})
