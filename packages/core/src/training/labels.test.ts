// Labels out of range, before anything learns from them.
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Dataset, LabelledBatch } from '../dataset.ts'
import { DatasetError } from '../errors.ts'
import type { Trainable } from '../model.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { evaluate } from './evaluate.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const classes = 3
const good = Array.from({ length: tinyData().size }, (_, i) => i % classes)

/** The tiny model, which takes labels and needs none. */
function labelled(): Trainable<Trace, 'reconstruction', LabelledBatch> {
  const model = tinyModel()
  return { ...model, classes, trace: ({ examples }, options) => model.trace(examples, options) }
}

/** The tiny data with these labels, which it says or keeps to itself. */
function withLabels(labels: readonly number[], says: boolean): Dataset<LabelledBatch> {
  const data = tinyData()
  return {
    ...data,
    ...(says && { labels }),
    async *batches(options) {
      let start = 0
      for await (const examples of data.batches({ batchSize: options.batchSize })) {
        const count = examples.shape[0] ?? 0
        const dtype = labels.every(Number.isInteger) ? 'int32' : 'float32'
        yield { examples, labels: tf.tensor1d(labels.slice(start, start + count), dtype) }
        start += count
      }
    },
  }
}

/** What a run says, and how many steps it made and tensors it left. */
async function outcome(data: Dataset<LabelledBatch>, validation?: Dataset<LabelledBatch>) {
  const model = labelled()
  const before = tf.memory().numTensors
  const weights = () => Object.values(model.variables).flatMap((variable) => [...variable.dataSync()])
  const initial = weights()
  let steps = 0
  const run = async () => {
    const options = { epochs: 1, batchSize: 16, validation, onProgress: () => void steps++ }
    for await (const _ of train(model, data, options));
  }
  const error = await run().catch((error: unknown) => error)
  const moved = weights().some((weight, i) => weight !== initial[i])
  const left = tf.memory().numTensors - before
  model.dispose()
  return { error, steps, moved, left }
}

describe.each([
  ['that the data set says', true],
  ['that are in the batches alone', false],
])('a label out of range, of labels %s,', (_, says) => {
  test.each([3, -1, 0.5, Number.NaN, 1e9])('as %s, is refused before anything moves', async (label) => {
    const { error, steps, moved, left } = await outcome(withLabels(good.with(5, label), says))
    expect(error).toBeInstanceOf(DatasetError)
    expect(String(error)).toContain(`${label}, the label of example 5 of `)
    expect({ steps, moved, left }).toEqual({ steps: 0, moved: false, left: 0 })
  })

  test('is refused by evaluate, which leaves nothing behind', async () => {
    const model = labelled()
    const before = tf.memory().numTensors
    await expect(evaluate(model, withLabels(good.with(5, 7), says))).rejects.toThrow('`evaluate` received a label')
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
  })

  test('is none among good labels', async () => {
    expect(await outcome(withLabels(good, says))).toEqual({ error: undefined, steps: 5, moved: true, left: 0 })
  })

  test.each([
    ['count from 1', good.map((label) => label + 1), 'subtract 1 from each label: they count from 0'],
    ['are of more classes', good.with(2, 9), 'make the model with classes: 10, or leave these examples out'],
    ['are negative', good.with(2, -1), 'label each example with the number of its class, an integer from 0 to 2'],
  ])('is told with what helps when labels %s', async (_, labels, fix) => {
    const data = { ...withLabels(labels, says), name: 'digits' }
    expect(String((await outcome(data)).error)).toContain(`Fix:      ${fix}`)
  })
})

test.each([5, 17])(
  'a label out of range that the batches alone have, of example %i, is refused before its step',
  async (at) => {
    const data = { ...withLabels(good.with(at, 9), false), labels: good }
    const { error, steps, moved, left } = await outcome(data)
    expect(String(error)).toContain(`9, the label of example ${at % 16} of batch ${Math.floor(at / 16)} of tiny`)
    expect({ steps, moved, left }).toEqual({ steps: Math.floor(at / 16), moved: at >= 16, left: 0 })
    const model = labelled()
    await expect(evaluate(model, data)).rejects.toThrow('`evaluate` received a label')
    model.dispose()
  },
)

test('a label out of range that the batches of the validation data alone have is refused before the first step', async () => {
  const validation = { ...withLabels(good.with(3, 9), false), labels: good }
  const { error, steps, left } = await outcome(withLabels(good, true), validation)
  expect(String(error)).toContain('9, the label of example 3 of batch 0 of tiny')
  expect({ steps, left }).toEqual({ steps: 0, left: 0 })
})

test('labels that are fewer than the examples are refused', async () => {
  const { error, steps } = await outcome({ ...withLabels(good, false), labels: good.slice(1) })
  expect(String(error)).toContain('Expected: 70, one per example\nReceived: 69 (tiny)')
  expect(steps).toBe(0)
})

test('a label out of range in the validation data is refused before the first step', async () => {
  const { error, steps } = await outcome(withLabels(good, true), withLabels(good.with(0, 8), true))
  expect(String(error)).toMatchInlineSnapshot(`
    "DatasetError: \`train\` received a label that the model has no class for.

    Expected: integers from 0 to 2
    Received: 8, the label of example 0 of tiny
    Fix:      make the model with classes: 9, or leave these examples out"
  `)
  expect(steps).toBe(0)
})
