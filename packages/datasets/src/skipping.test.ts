// A pass that begins in the middle gives the batches of the whole pass from there on, and reads no more than it must.
import '@tensorflow/tfjs-backend-cpu'
import { type Batch, batchesFrom, type Dataset, examplesOf, uniforms } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { augment } from './augment.ts'
import { binarize } from './binarize.ts'
import { concat } from './concat.ts'
import { fromArray } from './from-array.ts'
import { fromStream } from './from-stream.ts'
import { indexedDataset } from './indexed-dataset.ts'
import { map } from './map.ts'
import { split } from './split.ts'
import { weighted } from './weighted.ts'
import { withLabels } from './with-labels.ts'

beforeAll(() => tf.setBackend('cpu'))

const range = { minimum: 0, maximum: 1 }
const values = uniforms('images', {}, 50 * 16)
const labels = Array.from({ length: 50 }, (_, i) => i % 7)
const images = fromArray(values, { shape: [4, 4, 1], labels })
const items = Array.from({ length: 10 }, (_, i) => values.subarray(i * 80, (i + 1) * 80)) // 5 examples each
const labelledItems = items.map((examples, i) => ({ examples, labels: labels.slice(i * 5, i * 5 + 5) }))
const pass = { batchSize: 8, seed: 3, epoch: 2 } // 7 batches, the last of 2

const kinds: readonly (readonly [string, Dataset<Batch>])[] = [
  ['an array', images],
  ['labelled data', withLabels(images)],
  ['binarised data', binarize(images)],
  ['augmented, labelled data', augment(withLabels(images), { shift: 1, noise: 0.1 })],
  ['mapped data', map(images, (x) => tf.sub(1, x), { range })],
  ['data drawn by weight', weighted(images, { weights: labels.map((label) => label + 1) })],
  ['a part', split(images, { fractions: [0.7, 0.3], seed: 1 })[0]],
  ['data one after the other', concat(images, images)],
  ['a stream', fromStream(items, { shape: [4, 4, 1], range, size: 50 })],
  [
    'a labelled stream in a shuffle buffer',
    fromStream(labelledItems, { shape: [4, 4, 1], range, size: 50, shuffleBuffer: 20 }),
  ],
  [
    'a stream whose epochs begin anywhere',
    fromStream(items, { shape: [4, 4, 1], range, examplesPerEpoch: 30, shuffleBuffer: 7 }),
  ],
  ['data of your own', { ...images, batches: (options) => images.batches(options) }],
]

describe.each(kinds)('a pass over %s', (_, data) => {
  test('that begins at any batch goes on as the whole one', () =>
    expectNoLeak(async () => {
      for (const options of [pass, { batchSize: 8 }]) {
        const whole = await read(data.batches(options))
        for (let first = 0; first <= whole.length; first++) {
          expect(await read(batchesFrom(data, options, first))).toEqual(whole.slice(first))
        }
      }
    }))
})

test('an indexed data set reads nothing of what is left out', async () => {
  const asked: number[] = []
  const data = indexedDataset({
    name: 'counted',
    shape: [1],
    size: 50,
    range,
    read(indices) {
      asked.push(indices.length)
      return new Float32Array(indices.length)
    },
  })
  await read(batchesFrom(withLabels({ ...data, labels: Int32Array.from(labels) } as never), pass, 5))
  expect(asked).toEqual([8, 2])
})

test('a stream without a buffer begins where startAt says', async () => {
  const begun: number[] = []
  const data = fromStream(items, {
    shape: [4, 4, 1],
    range,
    size: 50,
    startAt(index) {
      begun.push(index)
      return [values.subarray(index * 16)]
    },
  })
  const whole = await read(data.batches({ batchSize: 8 }))
  begun.length = 0
  expect(await read(batchesFrom(data, { batchSize: 8 }, 4))).toEqual(whole.slice(4))
  expect(begun[0]).toBe(32)
})

async function read(batches: AsyncIterable<Batch>): Promise<(readonly [number[], number[]])[]> {
  const all: (readonly [number[], number[]])[] = []
  for await (const batch of batches) {
    all.push([[...examplesOf(batch).dataSync()], 'labels' in batch ? [...batch.labels.dataSync()] : []])
    tf.dispose(batch as tf.TensorContainer)
  }
  return all
}
