import { type Dataset, normals, ShapeError, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { bernoulli } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from '../autoencoder.ts'
import { identityModel } from '../testing/identity-model.ts'
import { codeSampler } from './code-sampler.ts'
import { gaussianSampler } from './gaussian-sampler.ts'
import { mixtureSampler } from './mixture-sampler.ts'

beforeAll(() => tf.setBackend('cpu'))

const model = identityModel(2)
const root = [
  [2, 0],
  [-1, 0.5],
] as const
const covariance = [4, -2, -2, 1.25]
const count = 4000

/** Rows of a Gaussian with the covariance above. */
function gaussianRows(mean: readonly [number, number], seed: number, rows = count): number[][] {
  const noise = normals('test', { seed }, rows * 2)
  return Array.from({ length: rows }, (_, i) => {
    const [a = 0, b = 0] = noise.subarray(2 * i, 2 * i + 2)
    return [mean[0] + root[0][0] * a, mean[1] + root[1][0] * a + root[1][1] * b]
  })
}
const dataOf = (rows: number[][]): Dataset => fromArray(rows, { shape: [2] })
const three = [...gaussianRows([0, 0], 1, 2000), ...gaussianRows([30, 0], 2, 1000), ...gaussianRows([0, 30], 3, 1000)]

function moments(codes: tf.Tensor) {
  const rows = codes.arraySync() as [number, number][]
  const mean = [0, 1].map((i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length)
  const at = (i: 0 | 1, j: 0 | 1) =>
    rows.reduce((sum, row) => sum + (row[i] - (mean[i] ?? 0)) * (row[j] - (mean[j] ?? 0)), 0) / rows.length
  return { mean, covariance: [at(0, 0), at(0, 1), at(1, 0), at(1, 1)] }
}

describe('gaussianSampler', () => {
  test('recovers mean and covariance, and draws with them', async () => {
    const sampler = await gaussianSampler(model, dataOf(gaussianRows([3, -5], 1)))
    expectClose(sampler.mean, [3, -5], { absolute: 0.15 })
    expectClose(sampler.covariance, covariance, { absolute: 0.25 })
    const drawn = moments(sampler.sample(count, { seed: 4 }))
    expectClose(drawn.mean, sampler.mean, { absolute: 0.15 })
    expectClose(drawn.covariance, sampler.covariance, { absolute: 0.3 })
  })

  test('draws the mean at temperature 0, and scales deviations by it', async () => {
    const sampler = await gaussianSampler(model, dataOf(gaussianRows([3, -5], 1)))
    expectClose(sampler.sample(1, { temperature: 0 }).dataSync(), sampler.mean, { absolute: 1e-6 })
    const [warm, cool] = [1, 0.5].map((temperature) => sampler.sample(1, { seed: 2, temperature }).dataSync())
    const expected = [...(warm ?? [])].map((value, i) => ((sampler.mean[i] ?? 0) + value) / 2)
    expectClose(cool ?? [], expected, { absolute: 1e-5 })
  })

  test('takes codes that never change', async () => {
    const sampler = await gaussianSampler(
      model,
      dataOf([
        [1, 2],
        [1, 2],
      ]),
    )
    expectClose(sampler.sample(1).dataSync(), [1, 2], { absolute: 1e-5 })
  })
})

describe('mixtureSampler', () => {
  test('recovers three clouds with their weights', async () => {
    const { components } = await mixtureSampler(model, dataOf(three), { components: 3, seed: 1 })
    const sorted = [...components].sort(
      (a, b) => (a.mean[0] ?? 0) + 2 * (a.mean[1] ?? 0) - (b.mean[0] ?? 0) - 2 * (b.mean[1] ?? 0),
    )
    expectClose(
      sorted.map(({ weight }) => weight),
      [0.5, 0.25, 0.25],
      { absolute: 0.01 },
    )
    expectClose(
      sorted.flatMap(({ mean }) => [...mean]),
      [0, 0, 30, 0, 0, 30],
      { absolute: 0.3 },
    )
    for (const component of sorted) expectClose(component.covariance, covariance, { absolute: 0.5 })
  })

  test.each(['full', 'diagonal'] as const)(
    'never lowers the log-likelihood, with a covariance that is %s',
    async (kind) => {
      const options = { components: 6, covariance: kind, tolerance: 0, iterations: 30, seed: 2 }
      const { logLikelihoods, components } = await mixtureSampler(model, dataOf(three), options)
      expect(logLikelihoods.length).toBeGreaterThan(5)
      for (const [i, value] of logLikelihoods.slice(1).entries()) {
        expect(value - (logLikelihoods[i] ?? 0)).toBeGreaterThan(-1e-9)
      }
      expectClose([components.reduce((sum, { weight }) => sum + weight, 0)], [1], { absolute: 1e-9 })
      if (kind === 'diagonal') for (const component of components) expect(component.covariance[1]).toBe(0)
    },
  )

  test('is the Gaussian when it has one component', async () => {
    const data = dataOf(gaussianRows([3, -5], 1))
    const [one, mixture] = [
      await gaussianSampler(model, data),
      await mixtureSampler(model, data, { components: 1, regularization: 1e-6 }),
    ]
    expectClose(mixture.components[0]?.covariance ?? [], one.covariance, { absolute: 1e-6 })
    expectClose(mixture.components[0]?.mean ?? [], one.mean, { absolute: 1e-9 })
  })

  test('draws from the clouds, none between them', async () => {
    const sampler = await mixtureSampler(model, dataOf(three), { components: 3, seed: 1 })
    const rows = sampler.sample(1000, { seed: 5 }).arraySync() as [number, number][]
    const cloud = ([a, b]: [number, number]) => (a > 15 ? 1 : b > 15 ? 2 : 0)
    const shares = [0, 1, 2].map((k) => rows.filter((row) => cloud(row) === k).length / rows.length)
    expectClose(shares, [0.5, 0.25, 0.25], { absolute: 0.05 })
  })

  test('takes more components than there are different codes', async () => {
    const sampler = await mixtureSampler(
      model,
      dataOf([
        [1, 2],
        [1, 2],
        [5, 5],
      ]),
      { components: 4 },
    )
    expect(sampler.components.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9)
    for (const value of sampler.sample(8).dataSync()) expect(Number.isFinite(value)).toBe(true)
  })
})

describe('codeSampler', () => {
  /** A model of 4 positions and 3 vectors whose codes are its examples. */
  const indexModel = (codeShape: readonly number[]) => ({
    codebookSize: 3,
    codeShape,
    encodeIndices: (x: tf.Tensor) => tf.cast(x, 'int32') as tf.Tensor2D,
    decodeIndices: (indices: tf.Tensor2D) => tf.cast(indices, 'float32'),
  })
  const codes = Array.from(uniforms('test', { seed: 1 }, 3000), (u) => (u < 0.25 ? [0, 1, 1, 2] : [2, 0, 0, 1]))
  const data = fromArray(codes, { shape: [4] })

  test('counts how often each vector stands at each position', async () => {
    const { shares } = await codeSampler(indexModel([4]), data)
    expectClose(shares[0] ?? [], [0.25, 0, 0.75], { absolute: 0.03 })
    expectClose(shares[3] ?? [], [0, 0.75, 0.25], { absolute: 0.03 })
  })

  test.each([[[4]], [[2, 2]]])('draws what it has seen together, positions of shape %j', async (shape) => {
    const sampler = await codeSampler(indexModel(shape), data)
    const drawn = (sampler.sample(2000, { seed: 3 }).arraySync() as number[][]).map(String)
    const share = (code: string) => drawn.filter((other) => other === code).length / drawn.length
    expect(share('0,1,1,2')).toBeGreaterThan(0.2)
    expect(share('2,0,0,1')).toBeGreaterThan(0.7)
    expect(() => sampler.sample(1, { draw: true })).toThrow('leave out `draw`')
  })

  test('draws positions one by one when they depend on nothing', async () => {
    const sampler = await codeSampler(indexModel([4]), data, { dependence: 'nothing' })
    const drawn = (sampler.sample(2000, { seed: 3 }).arraySync() as number[][]).map(String)
    const share = drawn.filter((code) => code === '2,0,0,1').length / drawn.length
    expect(Math.abs(share - 0.75 ** 4)).toBeLessThan(0.06)
  })

  test('draws the most frequent code at temperature 0', async () => {
    const sampler = await codeSampler(indexModel([2, 2]), data)
    expect(sampler.sample(2, { temperature: 0 }).arraySync()).toEqual([
      [2, 0, 0, 1],
      [2, 0, 0, 1],
    ])
  })

  test.each([[[4]], [[2, 2]]])(
    'bits are -log2 of probabilities that add up to 1, positions of shape %j',
    async (shape) => {
      const all = Array.from({ length: 81 }, (_, i) => [27, 9, 3, 1].map((power) => Math.floor(i / power) % 3))
      const { bits } = await codeSampler(indexModel(shape), data)
      const lengths = await bits(tf.tensor2d(all, [81, 4], 'int32'))
      expect(lengths.reduce((sum, length) => sum + 2 ** -length, 0)).toBeCloseTo(1, 9)
      const lengthOf = (code: string) => lengths[all.findIndex((other) => String(other) === code)]
      expectClose([lengthOf('0,1,1,2') ?? 0, lengthOf('2,0,0,1') ?? 0], [2, Math.log2(4 / 3)], { absolute: 0.1 })
      expect(lengthOf('1,1,1,1')).toBeGreaterThan(10) // never seen, yet finite
    },
  )

  test('bits add up over positions that depend on nothing', async () => {
    const { bits } = await codeSampler(indexModel([4]), data, { dependence: 'nothing' })
    const [length] = await bits(tf.tensor2d([[2, 0, 0, 1]], [1, 4], 'int32'))
    expect(length).toBeCloseTo(4 * Math.log2(4 / 3), 1)
  })

  test('bits refuses indices of another shape and of no vector', async () => {
    const { bits } = await codeSampler(indexModel([4]), data)
    await expect(bits(tf.tensor2d([[0, 1, 2]], [1, 3], 'int32'))).rejects.toThrow(ShapeError)
    await expect(bits(tf.tensor2d([[0, 1, 2, 3]], [1, 4], 'int32'))).rejects.toThrow('integers from 0 to 2')
  })

  test('refuses another dependence', async () => {
    await expect(codeSampler(indexModel([4]), data, { dependence: 'all' as never })).rejects.toThrow(
      'one of neighbours, nothing',
    )
  })
})

describe.each([
  ['gaussianSampler', () => gaussianSampler(model, dataOf(three), { limit: 500 })],
  ['mixtureSampler', () => mixtureSampler(model, dataOf(three), { limit: 500, components: 2 })],
] as const)('%s', (name, fit) => {
  test('draws the same for the same seed, and other codes for another', async () => {
    const [first, again] = [await fit(), await fit()]
    const draw = (sampler: typeof first, seed: number) => [...sampler.sample(3, { seed }).dataSync()]
    expect(draw(again, 1)).toEqual(draw(first, 1))
    expect(draw(first, 2)).not.toEqual(draw(first, 1))
  })

  test('leaks nothing, on success and on failure', async () => {
    const data = dataOf(three)
    await expectNoLeak(async () => {
      const sampler = await fit()
      sampler.sample(3).dispose()
    })
    const broken = {
      ...model,
      encode: () => {
        throw new Error('mine')
      },
    }
    await expectNoLeak(async () => {
      await expect(gaussianSampler(broken, data)).rejects.toThrow('mine')
    })
  })

  test('refuses bad options and counts', async () => {
    const sampler = await fit()
    expect(() => sampler.sample(0)).toThrow('bad `count`')
    expect(() => sampler.sample(1, { temperature: -1 })).toThrow('bad `temperature`')
    await expect(gaussianSampler(model, dataOf(three), { limit: 0 })).rejects.toThrow('bad `limit`')
    await expect(mixtureSampler(model, dataOf(three), { component: 3 } as never)).rejects.toThrow(
      'did you mean components?',
    )
    expect(name).toMatch(/Sampler$/)
  })
})

test.each([
  ['gaussianSampler', gaussianSampler],
  ['mixtureSampler', mixtureSampler],
] as const)('%s draws from p(x given the code) of any model of the package', async (_, fit) => {
  using model = autoencoder({ inputShape: [2], codeSize: 2, hidden: [3], likelihood: bernoulli })
  const sampler = await fit(model, dataOf(gaussianRows([3, -5], 1)))
  await expectNoLeak(async () => {
    const drawn = sampler.sample(50, { draw: true })
    expect(new Set(drawn.dataSync())).toEqual(new Set([0, 1]))
    drawn.dispose()
  })
})

test('samplers refuse to draw x where nothing says its distribution', async () => {
  const sampler = await gaussianSampler(model, dataOf(gaussianRows([3, -5], 1)))
  expect(() => sampler.sample(1, { draw: true })).toThrow('leave out `draw`')
  expect(() => sampler.sample(1, { draw: 1 as unknown as boolean })).toThrow('bad `draw`')
})

test('a sampler refuses data without examples', async () => {
  const empty: Dataset = { name: 'empty', shape: [2], size: 0, range: { minimum: 0, maximum: 0 }, async *batches() {} }
  await expect(gaussianSampler(model, empty)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [DatasetError: \`gaussianSampler\` received a data set without examples.

    Received: empty
    Fix:      pass a data set of at least one example]
  `)
})
