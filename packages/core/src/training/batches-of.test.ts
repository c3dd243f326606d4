import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { BatchOptions, Dataset } from '../dataset.ts'
import { DatasetError } from '../errors.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { batchesOf } from './batches-of.ts'
import { evaluate } from './evaluate.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const data = tinyData({ count: 20 })
const yielding = (batches: (options: BatchOptions) => unknown): Dataset =>
  ({ ...data, size: 20, batches }) as unknown as Dataset
const of = (...batches: (() => unknown)[]) =>
  yielding(async function* () {
    for (const batch of batches) yield batch()
  })
const floats =
  (...shape: number[]) =>
  () =>
    tf.zeros(shape)

const cases: [string, Dataset][] = [
  ['no batches', of()],
  ['fewer examples than its size', of(floats(16, 4))],
  ['more examples than its size', of(floats(16, 4), floats(16, 4))],
  ['another shape', of(floats(16, 5))],
  ['no batch axis', of(floats(4))],
  ['more examples a batch than asked for', of(floats(20, 4))],
  ['an empty batch', of(floats(0, 4))],
  ['values of another type', of(() => tf.zeros([16, 4], 'int32'))],
  ['a plain array', of(() => [[1, 2, 3, 4]])],
  ['undefined', of(() => undefined)],
  ['labels that are not a tensor', of(() => ({ examples: tf.zeros([16, 4]), labels: [1] }))],
  ['fewer labels than examples', of(() => ({ examples: tf.zeros([16, 4]), labels: tf.tensor1d([1], 'int32') }))],
  [
    'a tensor that is disposed of',
    of(() => {
      const batch = tf.zeros([16, 4])
      batch.dispose()
      return batch
    }),
  ],
  ['no iterable', yielding(() => 3)],
  ['a promise of an iterable', yielding(async () => [])],
]

test.each([Number.NaN, 20.5, -1])('a data set whose size is %s is refused before it is walked', async (size) => {
  using model = tinyModel()
  const refusal = 'whose size is not an integer of at least 0'
  expect(() => train(model, { ...data, size })).toThrow(refusal)
  expect(() => train(model, data, { validation: { ...data, size } })).toThrow(refusal)
  await expect(evaluate(model, { ...data, size })).rejects.toThrow(refusal)
})

describe.each(cases)('a data set of %s', (_, bad) => {
  const refused = async (body: () => Promise<unknown>) => {
    const before = tf.memory().numTensors
    const error = await body().catch((reason: unknown) => reason)
    expect(DatasetError.isInstance(error), String(error)).toBe(true)
    expect(String(error)).toContain(data.name)
    expect(tf.memory().numTensors).toBe(before)
  }

  test('is refused by train', async () => {
    using model = tinyModel()
    await refused(async () => {
      for await (const { loss } of train(model, bad, { epochs: 1, batchSize: 16 })) expect(loss).toBe('never reported')
    })
  })

  test('is refused as validation data', async () => {
    using model = tinyModel()
    await refused(async () => {
      for await (const _ of train(model, data, { epochs: 1, batchSize: 16, validation: bad }));
    })
  })

  test('is refused by evaluate', async () => {
    using model = tinyModel()
    await refused(() => evaluate(model, bad, { batchSize: 16 }))
  })
})

test('the refusal names function, data, what was promised and what came', async () => {
  using model = tinyModel()
  await expect(evaluate(model, of())).rejects.toThrowErrorMatchingInlineSnapshot(`
    [DatasetError: \`evaluate\` received a data set that does not give what it describes.

    Data:     tiny
    Expected: 20 examples, its size
    Received: no batches
    Fix:      let \`batches\` give every example on each call; an iterator can be walked once, so make a new one each time]
  `)
  await expect(evaluate(model, of(floats(16, 4)))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [DatasetError: \`evaluate\` received a data set that does not give what it describes.

    Data:     tiny
    Expected: 20 examples, its size
    Received: 16 examples
    Fix:      let \`batches\` give every example once a pass, the smaller rest too, or state the right \`size\`]
  `)
  await expect(evaluate(model, of(floats(16, 5)), { batchSize: 16 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [DatasetError: \`evaluate\` received a data set that does not give what it describes.

    Data:     tiny
    Expected: float32 [batch, 4], a batch of 1 to 16
    Received: float32 [16, 5]
    Fix:      yield batches of the shape that \`shape\` states, with the batch axis in front]
  `)
})

test('a pass that is left early ends the pass of the data', async () => {
  const source = tinyData({ count: 20 })
  for await (const batch of batchesOf('test', source, { batchSize: 8 })) {
    batch.dispose()
    break
  }
  expect(source.released()).toBe(1)
})

test('every batch comes as the data give it, the smaller rest too', async () => {
  const counts: (number | undefined)[] = []
  for await (const batch of batchesOf('test', data, { batchSize: 8, seed: 1 })) {
    counts.push(batch.shape[0])
    batch.dispose()
  }
  expect(counts).toEqual([8, 8, 4])
})
