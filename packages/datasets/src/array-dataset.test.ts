import '@tensorflow/tfjs-backend-cpu'
import { permutation } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import { memory, type Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { arrayDataset } from './array-dataset.ts'
import { binarize } from './binarize.ts'
import { fromArray } from './from-array.ts'
import { counting } from './testing/encode-idx.ts'
import { errorText } from './testing/error-text.ts'
import { withLabels } from './with-labels.ts'

const bytes = arrayDataset({
  name: 'bytes',
  shape: [2, 3, 1],
  values: counting(60),
  labels: Uint8Array.from({ length: 10 }, (_, i) => 10 + i),
})
const floats = arrayDataset({
  name: 'floats',
  shape: [2],
  values: Float32Array.from({ length: 14 }, (_, i) => i - 3.5),
  labels: undefined,
})

async function read(batches: AsyncIterable<Tensor>): Promise<{ shapes: number[][]; values: number[] }> {
  const shapes: number[][] = []
  const values: number[] = []
  for await (const batch of batches) {
    shapes.push([...batch.shape])
    values.push(...batch.dataSync())
    batch.dispose()
  }
  return { shapes, values }
}

/** The first value of each example tells which one it is. */
async function orderOfBytes(options: { batchSize: number; seed?: number; epoch?: number }): Promise<number[]> {
  const { values } = await read(bytes.batches(options))
  return values.filter((_, i) => i % 6 === 0).map((value) => Math.round((value * 255) / 6))
}

test('a dataset says its shape, size and range', () => {
  expect(bytes).toMatchObject({ name: 'bytes', shape: [2, 3, 1], size: 10, range: { minimum: 0 } })
  expect(bytes.range.maximum).toBeCloseTo(59 / 255, 6)
  expect(floats).toMatchObject({ shape: [2], size: 7, range: { minimum: -3.5, maximum: 9.5 } })
})

test('the range of bytes that reach 0 and 255 is 0 to 1', () => {
  const { range } = arrayDataset({
    name: 'x',
    shape: [1],
    values: new Uint8Array([7, 255, 9, 0, 3]),
    labels: undefined,
  })
  expect(range).toEqual({ minimum: 0, maximum: 1 })
})

test('batches of bytes hold value / 255 in stored order, the last one smaller', async () => {
  const { shapes, values } = await read(bytes.batches({ batchSize: 4 }))
  expect(shapes).toEqual([
    [4, 2, 3, 1],
    [4, 2, 3, 1],
    [2, 2, 3, 1],
  ])
  expect(values).toEqual([...Float32Array.from(counting(60), (byte) => byte / 255)])
})

test('batches of floats hold the values as they are', async () => {
  const { shapes, values } = await read(floats.batches({ batchSize: 3 }))
  expect(shapes).toEqual([
    [3, 2],
    [3, 2],
    [1, 2],
  ])
  expect(values).toEqual(Array.from({ length: 14 }, (_, i) => i - 3.5))
})

test('batches are float32, and one larger than the data holds all of it', async () => {
  for await (const batch of bytes.batches({ batchSize: 100 })) {
    expect(batch.dtype).toBe('float32')
    expect(batch.shape).toEqual([10, 2, 3, 1])
    batch.dispose()
  }
})

test('a seed shuffles by the stream `order`, with the epoch as its step, whatever the batch size', async () => {
  expect(await orderOfBytes({ batchSize: 4, seed: 5, epoch: 3 })).toEqual([
    ...permutation('order', { seed: 5, step: 3 }, 10),
  ])
  expect(await orderOfBytes({ batchSize: 7, seed: 5, epoch: 3 })).toEqual([
    ...permutation('order', { seed: 5, step: 3 }, 10),
  ])
  expect(await orderOfBytes({ batchSize: 4, seed: 0 })).toEqual([...permutation('order', { seed: 0, step: 0 }, 10)])
  expect(await orderOfBytes({ batchSize: 4, seed: 5, epoch: 4 })).not.toEqual(
    await orderOfBytes({ batchSize: 4, seed: 5, epoch: 3 }),
  )
})

test('one call of batches can be read twice', async () => {
  const batches = bytes.batches({ batchSize: 4, seed: 1 })
  expect(await read(batches)).toEqual(await read(batches))
})

test('take keeps the first examples with their labels, and says so in the name', async () => {
  const first = bytes.take(3)
  expect(first).toMatchObject({ name: 'bytes[:3]', size: 3, labels: new Uint8Array([10, 11, 12]) })
  expect(first.range.maximum).toBeCloseTo(17 / 255, 6)
  expect((await read(first.batches({ batchSize: 9 }))).values).toHaveLength(18)
  expect(first.take(2).name).toBe('bytes[:2]')
  expect(floats.take(1).labels).toBeUndefined()
})

test('take of as many as there are, or more, is the dataset itself', () => {
  expect(bytes.take(10)).toBe(bytes)
  expect(bytes.take(11)).toBe(bytes)
})

describe('a pass leaves no tensor behind', () => {
  test('when it is whole', async () => {
    await expectNoLeak(async () => {
      await read(bytes.batches({ batchSize: 3, seed: 1 }))
    })
  })
  test('when the consumer breaks', async () => {
    await expectNoLeak(async () => {
      for await (const batch of bytes.batches({ batchSize: 1 })) {
        batch.dispose()
        break
      }
    })
  })
  test('when the consumer throws', async () => {
    const consume = async () => {
      for await (const batch of bytes.batches({ batchSize: 1 })) {
        batch.dispose()
        throw new Error('consumer')
      }
    }
    await expectNoLeak(async () => {
      await expect(consume()).rejects.toThrow('consumer')
    })
  })
  test('when nobody reads it', () => {
    expectNoLeak(() => {
      bytes.batches({ batchSize: 1 })
    })
  })
})

test('a pass holds two batches at a time: one with the receiver, one ahead', async () => {
  const before = memory().numTensors
  const counts: number[] = []
  for await (const batch of bytes.batches({ batchSize: 2 })) {
    counts.push(memory().numTensors - before)
    batch.dispose()
  }
  expect(counts).toEqual([2, 2, 2, 2, 1])
})

describe('a dataset refuses', () => {
  test.each([0, 1.5, -1, Number.NaN])('a batch size of %s', (batchSize) => {
    expect(() => bytes.batches({ batchSize })).toThrow('`batches` received a bad `batchSize`.')
  })
  test('a missing batch size', async () => {
    expect(await errorText(() => bytes.batches({} as never))).toMatchInlineSnapshot(`
      "OptionError: \`batches\` needs the option \`batchSize\`.

      Expected: a positive integer
      Received: undefined
      Fix:      pass batchSize"
    `)
  })
  test('an unknown option', async () => {
    expect(await errorText(() => bytes.batches({ batchsize: 3 } as never))).toMatchInlineSnapshot(`
      "OptionError: \`batches\` has no option \`batchsize\`.

      Expected: batchSize, seed, epoch
      Received: batchsize
      Fix:      did you mean batchSize?"
    `)
  })
  test('a bad seed', () => {
    expect(() => bytes.batches({ batchSize: 1, seed: -1 })).toThrow('`batches` received a bad `seed`.')
  })
  test('a count that is no count', async () => {
    expect(await errorText(() => bytes.take(0))).toMatchInlineSnapshot(`
      "OptionError: \`take\` received a bad \`count\`.

      Expected: a positive integer
      Received: 0
      Fix:      pass a positive integer"
    `)
  })
})

test('a checksum is of what the data hold, and of labels and bits where batches have them', () => {
  const make = (values: number[], labels: number[]) =>
    fromArray(
      values.map((value) => [value]),
      { shape: [1], labels },
    )
  const data = make([0, 0.5, 1], [0, 1, 2])
  const [other, relabelled] = [make([0, 1, 0.5], [0, 1, 2]), make([0, 0.5, 1], [0, 2, 1])]
  const sums = [
    data,
    other,
    data.take(2),
    withLabels(data),
    withLabels(relabelled),
    binarize(data),
    binarize(data, { seed: 1 }),
  ].map((dataset) => dataset.checksum?.())
  expect(new Set(sums).size).toBe(sums.length)
  expect(sums[0]).toBe('crc32:d5415c4e')
  expect(relabelled.checksum?.()).toBe(sums[0])
  expect(make([0, 0.5, 1], [0, 1, 2]).checksum?.()).toBe(sums[0])
})
