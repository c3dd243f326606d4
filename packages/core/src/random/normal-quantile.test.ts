import { expect, test } from 'vitest'
import reference from '../../../../reference/oracles/random.json' with { type: 'json' }
import { normalQuantile } from './normal-quantile.ts'

test.each(reference.probabilities)('the quantile at $probability is that of PyTorch', ({ probability, normal }) => {
  // The oracle has 9 digits.
  expect(Math.abs(normalQuantile(Number(probability)) - normal)).toBeLessThanOrEqual(5e-9 * Math.abs(normal))
})

test('quantiles are odd, and rise from one end to the other', () => {
  expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([
    Number.NEGATIVE_INFINITY,
    0,
    Number.POSITIVE_INFINITY,
  ])
  const shares = Array.from({ length: 1000 }, (_, i) => 2 ** (-1074 + 1.0735 * i))
  const quantiles = shares.map(normalQuantile)
  expect(quantiles.every((quantile, i) => i === 0 || quantile > Number(quantiles[i - 1]))).toBe(true)
  for (const share of [0.25, 2 ** -10, 2 ** -50]) expect(normalQuantile(1 - share)).toBe(-normalQuantile(share))
})

test.each([Number.NaN, -1e-300, 2, Number.POSITIVE_INFINITY])('a probability of %d is refused', (probability) => {
  expect(() => normalQuantile(probability)).toThrow('`normalQuantile` received a bad `probability`.')
})
