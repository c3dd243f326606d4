import { OptionError } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import { describe, expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/representation.json' with { type: 'json' }
import { adjustedRandIndex, normalizedMutualInformation } from './agreement.ts'
import { kMeans, lloyd } from './k-means.ts'

const { codes, start, clusters, centers, inertia, bestInertia } = oracle.kMeans

test('rounds of k-means from the same start end where those of scikit-learn do', async () => {
  const rows = { values: Float64Array.from(codes.flat()), count: codes.length, codeSize: 2 }
  const found = await lloyd(rows, Float64Array.from(start), 300)
  expect([...found.clusters]).toEqual(clusters)
  expectClose(found.centers, centers, { absolute: 1e-8 })
  expect(found.inertia).toBeCloseTo(inertia, 6)
})

test('k-means finds the least inertia that scikit-learn finds in 100 starts, the same each time', async () => {
  const found = await kMeans(codes, { clusters: 5, seed: 2 })
  expect(found.inertia).toBeCloseTo(bestInertia, 6)
  expect(await kMeans(codes, { clusters: 5, seed: 2 })).toEqual(found)
})

test('a center without codes takes the code that is farthest from its own', async () => {
  const rows = { values: Float64Array.of(0, 1, 10), count: 3, codeSize: 1 }
  const found = await lloyd(rows, Float64Array.of(0, 100), 300)
  expect([...found.clusters]).toEqual([0, 0, 1])
  expect([...found.centers]).toEqual([0.5, 10])
})

test('as many clusters as different codes have an inertia of 0', async () => {
  expect((await kMeans([[1], [2], [4], [4]], { clusters: 3 })).inertia).toBe(0)
  await expect(kMeans([[1], [2], [4], [4]], { clusters: 4 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`kMeans\` received fewer different codes than \`clusters\`.

    Expected: at least 4 different codes
    Received: 3 among 4
    Fix:      pass clusters: 3 or fewer, or more codes]
  `)
})

describe.each(oracle.agreement.map((one, i) => ({ i, ...one })))('groups $i', (one) => {
  test('agree as scikit-learn has it', () => {
    expect(adjustedRandIndex(one.labels, one.clusters)).toBeCloseTo(one.adjustedRandIndex, 8)
    for (const [average, expected] of Object.entries(one.normalizedMutualInformation)) {
      const options = { average: average as 'arithmetic' | 'geometric' | 'minimum' | 'maximum' }
      expect(normalizedMutualInformation(one.labels, one.clusters, options)).toBeCloseTo(expected, 8)
      expect(normalizedMutualInformation(one.clusters, one.labels, options)).toBeCloseTo(expected, 8)
    }
  })
})

test('without an average the mutual information is divided by the mean of the entropies', () => {
  const {
    labels,
    clusters,
    normalizedMutualInformation: expected,
  } = oracle.agreement.at(-1) as (typeof oracle.agreement)[0]
  expect(normalizedMutualInformation(labels, clusters)).toBeCloseTo(expected.arithmetic, 8)
})

test('more clusters than codes are refused', async () => {
  await expect(kMeans([[1], [2]], { clusters: 2 ** 50 })).rejects.toThrow(OptionError)
})

test.each<[string, () => unknown]>([
  ['two lengths', () => adjustedRandIndex([1, 2], [1])],
  ['labels that are not integers', () => normalizedMutualInformation([1, 0.5], [1, 2])],
  ['no labels', () => adjustedRandIndex([], [])],
  ['an unknown average', () => normalizedMutualInformation([1], [1], { average: 'mean' } as never)],
])('%s are refused', (_title, run) => {
  expect(run).toThrow(OptionError)
})
