import { type Dataset, type LabelledBatch, uniforms } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { binarize } from './binarize.ts'
import { fromArray } from './from-array.ts'
import { withLabels } from './with-labels.ts'

beforeAll(() => tf.setBackend('cpu'))

const grey = (values: readonly number[], size: number) => {
  const all = Float32Array.from({ length: size * values.length }, (_, i) => values[i % values.length] ?? 0)
  return fromArray(all, { shape: [values.length], labels: Int32Array.from({ length: size }, (_, i) => i) })
}
const bitsOf = async (data: Dataset, options: Parameters<Dataset['batches']>[0]) => {
  const bits: number[] = []
  for await (const batch of data.batches(options)) {
    bits.push(...batch.dataSync())
    batch.dispose()
  }
  return bits
}

describe('binarize', () => {
  test('gives 1 with the probability that the value is', async () => {
    const bits = await bitsOf(binarize(grey([0, 0.25, 0.9, 1], 2000)), { batchSize: 300 })
    expect(new Set(bits)).toEqual(new Set([0, 1]))
    const rates = [0, 1, 2, 3].map((column) => bits.filter((bit, i) => i % 4 === column && bit === 1).length / 2000)
    expect(rates[0]).toBe(0)
    expect(Math.abs((rates[1] ?? 0) - 0.25)).toBeLessThan(0.05)
    expect(Math.abs((rates[2] ?? 0) - 0.9)).toBeLessThan(0.04)
    expect(rates[3]).toBe(1)
  })

  test('draws the same bits in every pass in stored order, whatever the batch size, and others for another seed', async () => {
    const data = grey([0.5, 0.5, 0.5], 40)
    const bits = await bitsOf(binarize(data, { seed: 3 }), { batchSize: 7 })
    expect(await bitsOf(binarize(data, { seed: 3 }), { batchSize: 16 })).toEqual(bits)
    expect(await bitsOf(binarize(data, { seed: 4 }), { batchSize: 16 })).not.toEqual(bits)
  })

  test('compares values with the numbers of one stream, row by row and pass by pass', async () => {
    const data = binarize(grey([0.5, 0.5, 0.5], 9), { seed: 3 })
    const expected = (step: number) =>
      Array.from(uniforms('binarization', { seed: 3, step }, 27), (u) => Number(u < 0.5))
    expect(await bitsOf(data, { batchSize: 4 })).toEqual(expected(0))
    expect(await bitsOf(data, { batchSize: 4, seed: 8, epoch: 2 })).toEqual(expected(3))
  })

  test('draws new bits in each epoch, and the same in the same one', async () => {
    const data = binarize(grey([0.5, 0.5, 0.5], 40))
    const epoch = (n: number) => bitsOf(data, { batchSize: 8, seed: 1, epoch: n })
    expect(await epoch(0)).toEqual(await epoch(0))
    expect(await epoch(1)).not.toEqual(await epoch(0))
  })

  test('keeps labels beside their images', async () => {
    const data: Dataset<LabelledBatch> = binarize(withLabels(grey([0, 1], 5)))
    for await (const { examples, labels } of data.batches({ batchSize: 5 })) {
      expect([...examples.dataSync()]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
      expect([...labels.dataSync()]).toEqual([0, 1, 2, 3, 4])
      tf.dispose([examples, labels])
    }
  })

  test('says what it is', () => {
    const { name, shape, size, range } = binarize(grey([0.5, 0.5], 3))
    expect({ name, shape, size, range }).toMatchObject({ shape: [2], size: 3, range: { minimum: 0, maximum: 1 } })
    expect(name).toMatch(/ binarized$/)
  })

  test('leaves no tensor behind, also when a pass is left early', () =>
    expectNoLeak(async () => {
      for await (const batch of binarize(grey([0.5], 30)).batches({ batchSize: 10 })) {
        batch.dispose()
        break
      }
    }))

  test('refuses values that are not probabilities', () => {
    expect(() => binarize(grey([-1, 2], 2))).toThrowErrorMatchingInlineSnapshot(`
      [DatasetError: \`binarize\` received values that are not probabilities.

      Expected: values in [0, 1]
      Received: values in [-1, 2] (array)
      Fix:      rescale the data into [0, 1]]
    `)
    expect(() => binarize(grey([1], 2), { seed: -1 })).toThrow('`binarize` received a bad `seed`')
  })
})
