import { OptionError } from '@ae/core'
import { describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/ranking.json' with { type: 'json' }
import { averagePrecision, rocAuc } from './ranking.ts'
import { threshold } from './threshold.ts'

describe.each(oracle.cases.map((one, i) => ({ i, ...one })))('scores $i of the oracle', (one) => {
  test('have the ROC AUC and the average precision of scikit-learn', () => {
    expect(rocAuc(one.scores, one.labels)).toBeCloseTo(one.rocAuc, 8)
    expect(averagePrecision(one.scores, one.labels)).toBeCloseTo(one.averagePrecision, 8)
    const labels = one.labels.map((label) => label === 1)
    expect(rocAuc(Float32Array.from(one.scores), labels)).toBeCloseTo(one.rocAuc, 8)
  })

  test('have the quantiles of NumPy', () => {
    for (const [quantile, expected] of Object.entries(one.quantiles)) {
      expect(threshold(one.scores, { quantile: Number(quantile) })).toBeCloseTo(expected, 7)
      if (Number(quantile) > 0 && Number(quantile) < 1) {
        expect(threshold(one.scores, { contamination: 1 - Number(quantile) })).toBeCloseTo(expected, 7)
      }
    }
  })
})

test('a tie between an anomaly and a normal example counts half', () => {
  expect(rocAuc([1, 1], [0, 1])).toBe(0.5)
  expect(rocAuc([2, 1], [1, 0])).toBe(1)
  expect(rocAuc([2, 1], [0, 1])).toBe(0)
  expect(rocAuc([3, 1, 1, 0], [true, false, true, false])).toBe(0.875)
})

test('infinite scores are scores', () => {
  const scores = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY]
  expect(rocAuc(scores, [1, 1, 0, 0])).toBe(1)
  expect(threshold(scores, { quantile: 1 })).toBe(Number.POSITIVE_INFINITY)
})

test('a threshold leaves its arguments as they are', () => {
  const scores = [3, 1, 2]
  expect(threshold(scores, { quantile: 0.5 })).toBe(2)
  expect(scores).toEqual([3, 1, 2])
})

test.each<[string, () => unknown]>([
  ['scores with NaN', () => rocAuc([1, Number.NaN], [0, 1])],
  ['no scores', () => rocAuc([], [])],
  ['labels of three classes', () => rocAuc([1, 2, 3], [0, 1, 2])],
  ['too few labels', () => averagePrecision([1, 2, 3], [0, 1])],
  ['labels of one class', () => rocAuc([1, 2], [0, 0])],
  ['a quantile above 1', () => threshold([1], { quantile: 1.5 })],
  ['a contamination of 0', () => threshold([1], { contamination: 0 })],
  ['scores in a string', () => threshold('12' as never, { quantile: 0.5 })],
])('%s are refused', (_title, run) => {
  expect(run).toThrow(OptionError)
})

test('threshold refuses both of its options, and neither', () => {
  expect(() => threshold([1], { quantile: 0.5, contamination: 0.5 } as never)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`threshold\` needs one of \`quantile\` and \`contamination\`.

    Expected: one of them
    Received: both
    Fix:      pass { quantile: 0.99 } for the scores of normal data, or { contamination } if that share of them are anomalies]
  `)
  expect(() => threshold([1], {} as never)).toThrow('needs one of `quantile` and `contamination`')
  expect(() => rocAuc([1, 2], [1, 1])).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`rocAuc\` received labels of one class.

    Expected: anomalies and normal examples
    Received: 2 of 1
    Fix:      score normal examples and anomalies together]
  `)
})
