import '@tensorflow/tfjs-backend-cpu'
import { type Batch, type Dataset, permutation } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { type IndexedParts, indexedDataset } from './indexed-dataset.ts'
import { rescale } from './rescale.ts'
import { errorText } from './testing/error-text.ts'
import { weighted } from './weighted.ts'
import { withLabels } from './with-labels.ts'

/** Ten examples `[i, -i]`, read with a delay. */
const parts: IndexedParts = {
  name: 'records',
  shape: [2],
  size: 10,
  range: { minimum: -9, maximum: 9 },
  checksum: () => 'v1',
  read: async (indices) => {
    await Promise.resolve()
    return Float32Array.from({ length: indices.length * 2 }, (_, i) => (indices[i >> 1] ?? 0) * (i % 2 ? -1 : 1))
  },
}
const labelled = { ...parts, labels: Uint8Array.from({ length: 10 }, (_, i) => 50 + i) }

async function firstValues(batches: AsyncIterable<Tensor>): Promise<number[]> {
  const values: number[] = []
  for await (const batch of batches) {
    values.push(...batch.dataSync().filter((_, i) => i % 2 === 0))
    batch.dispose()
  }
  return values
}

test('a pass reads the examples in stored order, or in the order of a seed', async () => {
  const data = indexedDataset(parts)
  expect(await firstValues(data.batches({ batchSize: 4 }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(await firstValues(data.batches({ batchSize: 3, seed: 5, epoch: 3 }))).toEqual([
    ...permutation('order', { seed: 5, step: 3 }, 10),
  ])
})

test('order tells which examples the batches of a pass hold, through what takes, changes and labels them', async () => {
  const data = indexedDataset(labelled)
  const pass = { batchSize: 3, seed: 5, epoch: 3 }
  const orderOf = async <batch extends Batch>(one: Dataset<batch>) => [
    ...Array.from((await one.order?.(pass)) ?? []),
    'in all',
  ]
  const first = data.take(7)
  expect(await orderOf(data)).toEqual([...(await firstValues(data.batches(pass))), 'in all'])
  expect(await orderOf(first)).toEqual([...(await firstValues(first.batches(pass))), 'in all'])
  expect(await orderOf(rescale(first))).toEqual(await orderOf(first))
  expect(await orderOf(withLabels(first))).toEqual(await orderOf(first))
  const drawn = weighted(first, { weights: [1, 0, 5, 0, 0, 0, 2] })
  expect(await orderOf(drawn)).toEqual([...(await firstValues(drawn.batches(pass))), 'in all'])
})

test('bytes that it reads stand for value / 255', async () => {
  const data = indexedDataset({ ...parts, read: (indices) => Uint8Array.from(indices).fill(51), shape: [1] })
  for await (const batch of data.batches({ batchSize: 10 })) {
    expect([...batch.dataSync()]).toEqual(Array(10).fill(Math.fround(0.2)))
    batch.dispose()
  }
})

test('take reads the first examples alone, with their labels, name and checksum', async () => {
  const first = indexedDataset(labelled).take(3)
  expect(first).toMatchObject({ name: 'records[:3]', size: 3, labels: new Uint8Array([50, 51, 52]) })
  expect(first.checksum?.()).toBe('v1[:3]')
  expect(await firstValues(first.batches({ batchSize: 9 }))).toEqual([0, 1, 2])
  expect(first.take(9)).toBe(first)
  expect(() => first.take(0)).toThrow('`take` received a bad `count`.')
})

test('withLabels gives each example its label', async () => {
  for await (const { examples, labels } of withLabels(indexedDataset(labelled)).batches({ batchSize: 4, seed: 1 })) {
    const values = examples.dataSync().filter((_, i) => i % 2 === 0)
    expect([...labels.dataSync()]).toEqual([...values].map((value) => 50 + value))
    examples.dispose()
    labels.dispose()
  }
})

test('no tensor stays when the consumer breaks, or read fails', () =>
  expectNoLeak(async () => {
    for await (const batch of indexedDataset(parts).batches({ batchSize: 2 })) {
      batch.dispose()
      break
    }
    const read = (indices: Uint32Array) => {
      if (indices.includes(4)) throw new Error('the disk is gone')
      return parts.read(indices)
    }
    await expect(firstValues(indexedDataset({ ...parts, read }).batches({ batchSize: 2 }))).rejects.toThrow('disk')
  }))

describe('indexedDataset refuses', () => {
  test.each([
    ['a list', () => [1, 2], /Received: \[1, 2\]/],
    ['too few values', () => new Float32Array(3), /Received: 3 values/],
    ['too many bytes', () => new Uint8Array(5), /Received: 5 values/],
  ])('%s that was read', async (_, read, received) => {
    const data = indexedDataset({ ...parts, read: read as never })
    expect(await errorText(firstValues(data.batches({ batchSize: 2 })))).toMatch(received)
  })

  test('a value that is not finite', async () => {
    const data = indexedDataset({ ...parts, read: () => Float32Array.of(1, 2, 3, Number.NaN) })
    expect(await errorText(firstValues(data.take(8).batches({ batchSize: 2 })))).toMatchInlineSnapshot(`
      "DatasetError: \`indexedDataset\` received wrong values from \`read\`.

      Data:     records
      Expected: 4 finite values, 2 for each of 2 examples
      Received: NaN: example 1, value 1 of it
      Fix:      replace NaN and Infinity first; numbers beyond 3.4e38 are infinite in float32"
    `)
  })

  test('another number of labels than of examples', async () => {
    expect(await errorText(() => indexedDataset({ ...parts, labels: new Uint8Array(9) }))).toMatchInlineSnapshot(`
      "DatasetError: \`indexedDataset\` received the wrong number of labels.

      Data:     records
      Expected: 10, one for each example
      Received: 9
      Fix:      pass the labels of the same examples"
    `)
  })

  test('no examples, and parts that are missing', async () => {
    expect(() => indexedDataset({ ...parts, size: 0 })).toThrow('`indexedDataset` received a bad `size`.')
    const { read: _, ...rest } = parts
    expect(() => indexedDataset(rest as never)).toThrow('`indexedDataset` needs the option `read`.')
  })
})
