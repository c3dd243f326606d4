import { normals } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/pictures.json' with { type: 'json' }
import { densityCoverage } from './density-coverage.ts'
import { frechetDistance } from './frechet-distance.ts'
import { kernelDistance } from './kernel-distance.ts'
import { precisionRecall } from './precision-recall.ts'

const featuresOf = ({ shape, values }: { shape: number[]; values: number[] }) => {
  const [count = 0, codeSize = 0] = shape
  return { values: Float64Array.from(values), count, codeSize }
}
const draw = (count: number, size: number, step: number) => ({
  values: normals('features', { step }, count * size),
  count,
  codeSize: size,
})

describe.each(oracle.features.map((one, i) => ({ i, ...one })))('features $i of the oracle', (one) => {
  const [features, reference] = [featuresOf(one.generated), featuresOf(one.real)]

  test('have the Fréchet distance of SciPy', async () => {
    const { value, unit, estimator } = await frechetDistance(features, reference)
    expect(value / one.frechet).toBeCloseTo(1, 6)
    expect([unit, estimator]).toEqual([
      '1',
      `Fréchet distance of Gaussians: ${features.count} pictures by ${reference.count} of the reference, ${features.codeSize} features`,
    ])
  })

  test('have the kernel distance of torchmetrics', async () => {
    const subsetSize = Math.min(features.count, reference.count)
    const first = {
      ...features,
      values: features.values.subarray(0, subsetSize * features.codeSize),
      count: subsetSize,
    }
    const second = {
      ...reference,
      values: reference.values.subarray(0, subsetSize * features.codeSize),
      count: subsetSize,
    }
    const { value, standardError } = await kernelDistance(first, second, { subsets: 1, subsetSize })
    expect(value / one.kernel).toBeCloseTo(1, 5)
    expect(standardError).toBeUndefined()
  })

  test('have the precision, recall, density and coverage of prdc', async () => {
    const { precision, recall } = await precisionRecall(features, reference, { k: one.k })
    const { density, coverage } = await densityCoverage(features, reference, { k: one.k })
    const values = [precision, recall, density, coverage].map(({ value }) => value)
    const expected = [one.precision, one.recall, one.density, one.coverage]
    for (const [i, value] of values.entries()) expect(value).toBeCloseTo(expected[i] as number, 8)
  })
})

test('features may be a tensor, rows or plain numbers', async () => {
  const { values, count, codeSize } = draw(20, 3, 0)
  const reference = draw(30, 3, 1)
  const tensor = tf.tensor2d(values, [count, codeSize])
  const rows = Array.from({ length: count }, (_, i) => values.slice(i * codeSize, (i + 1) * codeSize))
  const { value } = await frechetDistance(tensor, reference)
  expect((await frechetDistance(rows, reference)).value).toBe(value)
  expect((await frechetDistance({ values, count, codeSize }, reference)).value).toBe(value)
  expect(tensor.isDisposed).toBe(false)
})

test('a set is at no distance from itself, and a set moved by d at distance d^2', async () => {
  const set = draw(100, 4, 0)
  const moved = { ...set, values: set.values.map((value, i) => (i % 4 === 1 ? value + 3 : value)) }
  expect((await frechetDistance(set, set)).value).toBeCloseTo(0, 6)
  expect((await frechetDistance(set, moved)).value).toBeCloseTo(9, 4)
  const { precision, recall } = await precisionRecall(set, set)
  expect([precision.value, recall.value]).toEqual([1, 1])
})

test('a set of more features than pictures has a Fréchet distance', async () => {
  const { value } = await frechetDistance(draw(5, 12, 0), draw(6, 12, 1))
  expect(Number.isFinite(value)).toBe(true)
})

test('pictures that are all the same count as near only where they are', async () => {
  const same = { values: new Float32Array(20), count: 10, codeSize: 2 }
  const { precision, recall } = await precisionRecall(same, same)
  expect([precision.value, recall.value]).toEqual([1, 1])
  const apart = { ...same, values: new Float32Array(20).fill(1) }
  expect((await precisionRecall(same, apart)).precision.value).toBe(0)
})

test("the kernel distance's standard error is that of the draws of the data", async () => {
  // The distance between sets of two distributions, of 60 draws of the data: its spread is what one set's error should be.
  const measured: { value: number; standardError?: number | undefined }[] = []
  for (let step = 0; step < 60; step++) {
    const set = draw(60, 2, 2 * step)
    const other = draw(60, 2, 2 * step + 1)
    const reference = { ...other, values: other.values.map((value) => value * 1.5 + 0.5) }
    measured.push(await kernelDistance(set, reference, { subsets: 40 }))
  }
  const mean = measured.reduce((sum, { value }) => sum + value, 0) / measured.length
  const spread = Math.sqrt(measured.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (measured.length - 1))
  const error = measured.reduce((sum, { standardError = 0 }) => sum + standardError, 0) / measured.length
  expect(error / spread).toBeGreaterThan(0.75)
  expect(error / spread).toBeLessThan(1.35)
})

test('the kernel distance is the same for the same seed, and leaks no tensor', async () => {
  const [set, reference] = [draw(50, 3, 0), draw(40, 3, 1)]
  const before = tf.memory().numTensors
  const first = await kernelDistance(set, reference, { subsets: 5, subsetSize: 10 })
  expect(tf.memory().numTensors).toBe(before)
  expect(await kernelDistance(set, reference, { subsets: 5, subsetSize: 10 })).toEqual(first)
  const other = await kernelDistance(set, reference, { subsets: 5, subsetSize: 10, seed: 1 })
  expect(other.value).not.toBe(first.value)
  await expect(kernelDistance(set, reference, { subsetSize: 41 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`kernelDistance\` received a bad \`subsetSize\`.

    Expected: from 2 to 40, the rows of the smaller set
    Received: 41
    Fix:      pass subsetSize: 20]
  `)
})

test('features of different sources or sizes are refused', async () => {
  const set = draw(20, 3, 0)
  const from = (source: string) => ({ ...set, source })
  expect((await frechetDistance(from('a 1'), from('a 1'))).estimator).toContain('3 features of a 1')
  await expect(frechetDistance(from('a 1'), from('a 2'))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`frechetDistance\` received features of different sources.

    Expected: two sets from one source
    Received: a 1 and a 2
    Fix:      compute both sets in the same way, e.g. by pictureFeatures of the same version]
  `)
  await expect(frechetDistance(set, draw(20, 4, 0))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`frechetDistance\` received features of different sizes.

    Expected: as many features per picture in both
    Received: features [20, 3], reference [20, 4]
    Fix:      compute both sets with the same network]
  `)
  await expect(precisionRecall(draw(3, 3, 0), set)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`precisionRecall\` received too few \`features\`.

    Expected: at least 4
    Received: 3
    Fix:      pass 4 or more]
  `)
})
