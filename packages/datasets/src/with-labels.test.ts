import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { describe, expect, test } from 'vitest'
import { augment } from './augment.ts'
import { binarize } from './binarize.ts'
import { concat } from './concat.ts'
import { fromArray } from './from-array.ts'
import { indexedDataset } from './indexed-dataset.ts'
import { map } from './map.ts'
import { rescale } from './rescale.ts'
import { standardize } from './standardize.ts'
import { skip } from './take.ts'
import { counting } from './testing/encode-idx.ts'
import { errorText } from './testing/error-text.ts'
import { weighted } from './weighted.ts'
import { withLabels } from './with-labels.ts'

// Image i holds the byte i alone, and its label is 100 + i.
const labelled = fromArray(counting(11), {
  shape: [1, 1, 1],
  labels: Array.from({ length: 11 }, (_, i) => 100 + i),
  name: 'ten',
})

test.each([{ batchSize: 4 }, { batchSize: 4, seed: 3 }, { batchSize: 3, seed: 3, epoch: 2 }])(
  'withLabels gives each image its label, in the order of the images: %o',
  async (options) => {
    const alone: number[] = []
    for await (const images of labelled.batches(options)) {
      alone.push(...images.dataSync())
      images.dispose()
    }
    const beside: number[] = []
    for await (const { examples, labels } of withLabels(labelled).batches(options)) {
      expect(labels.dtype).toBe('int32')
      expect(labels.shape).toEqual([examples.shape[0]])
      const indices = [...examples.dataSync()].map((value) => Math.round(value * 255))
      expect([...labels.dataSync()]).toEqual(indices.map((i) => 100 + i))
      beside.push(...examples.dataSync())
      examples.dispose()
      labels.dispose()
    }
    expect(beside).toEqual(alone)
  },
)

test('withLabels keeps name, shape, size and range', () => {
  const { name, shape, size, range } = withLabels(labelled)
  expect({ name, shape, size, range }).toEqual({ name: 'ten', shape: [1, 1, 1], size: 11, range: labelled.range })
})

test('withLabels and binarize keep the notes of their data', () => {
  const notes = { classNames: ['cat', 'dog'] }
  expect(withLabels({ ...labelled, notes }).notes).toBe(notes)
  expect(binarize({ ...labelled, notes }).notes).toBe(notes)
})

test('withLabels names the classes, for the models that the data trains', async () => {
  const points = fromArray([0, 1, 2], { shape: [1], labels: [1, 0, 1] })
  expect(withLabels(points, { classNames: ['cat', 'dog'] }).notes).toEqual({ classNames: ['cat', 'dog'] })
  expect(await errorText(() => withLabels(points, { classNames: ['cat'] }))).toMatchInlineSnapshot(`
    "DatasetError: \`withLabels\` received a label without a name.

    Data:     array
    Expected: labels from 0 to 0, for 1 classNames
    Received: 1 at index 0
    Fix:      pass a name for each label, in their order"
  `)
})

test('choices and changes keep the notes; values in other units lose the transform of the former ones', () => {
  const notes = { classNames: ['cat', 'dog'], transform: { mean: 3 } }
  const points = indexedDataset({
    name: 'points',
    shape: [1],
    size: 3,
    range: { minimum: 0, maximum: 1 },
    labels: Uint8Array.of(1, 0, 1),
    notes,
    read: (indices) => Float32Array.from(indices),
  })
  const moments = { mean: [1], standardDeviation: [1] }
  const others = [
    points.take(2),
    skip(points, 1),
    concat(points, points),
    weighted(points),
    augment(points, { noise: 1 }),
  ]
  for (const other of others) expect(other.notes).toEqual(notes)
  for (const other of [map(points, (x) => x, { range: points.range }), rescale(points), standardize(points, moments)]) {
    expect(other.notes).toEqual({ classNames: ['cat', 'dog'] })
  }
  expect(concat(points, fromArray([1], { shape: [1] })).notes).toBeUndefined()
})

test('withLabels follows take', async () => {
  const seen: number[] = []
  for await (const { examples, labels } of withLabels(labelled.take(3)).batches({ batchSize: 2, seed: 1 })) {
    seen.push(...labels.dataSync())
    examples.dispose()
    labels.dispose()
  }
  expect(seen.sort()).toEqual([100, 101, 102])
})

describe('withLabels leaves no tensor behind', () => {
  test('after break', async () => {
    await expectNoLeak(async () => {
      for await (const { examples, labels } of withLabels(labelled).batches({ batchSize: 2 })) {
        examples.dispose()
        labels.dispose()
        break
      }
    })
  })
  test('after the consumer throws', async () => {
    const consume = async () => {
      for await (const { examples, labels } of withLabels(labelled).batches({ batchSize: 2 })) {
        examples.dispose()
        labels.dispose()
        throw new Error('consumer')
      }
    }
    await expectNoLeak(async () => {
      await expect(consume()).rejects.toThrow('consumer')
    })
  })
})

test('withLabels refuses a dataset without labels', async () => {
  const plain = fromArray(counting(4), { shape: [2] })
  // @ts-expect-error its labels may be undefined
  expect(await errorText(() => withLabels(plain))).toMatchInlineSnapshot(`
    "DatasetError: \`withLabels\` received a dataset without labels.

    Received: array
    Fix:      pass \`labels\` to fromIdx or fromArray"
  `)
})

test('withLabels says the labels, and refuses what is none where anyone made the data set', async () => {
  expect(withLabels(labelled).labels).toBe(labelled.labels)
  const text = await errorText(() => withLabels({ ...labelled, labels: [0.5, 1] as never }))
  expect(text).toMatchInlineSnapshot(`
    "DatasetError: \`withLabels\` received a label that is not an integer.

    Expected: integers of 32 bits
    Received: 0.5 at index 0
    Fix:      give each example the number of its class: 0 for the first, 1 for the second and so on"
  `)
  expect(() => withLabels({ ...labelled, labels: [0, 1] as never })).toThrow('received the wrong number of labels')
  expect(() => withLabels({ ...labelled, labels: 'ab' as never })).toThrow('`withLabels` received a bad `labels`')
  expect(() => withLabels(Promise.resolve(labelled) as never)).toThrow('await it first')
})

test('withLabels refuses a bad batch size when it is asked, not when it is read', () => {
  expect(() => withLabels(labelled).batches({ batchSize: 0 })).toThrow('`batches` received a bad `batchSize`.')
})
