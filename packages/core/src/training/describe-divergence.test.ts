import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { BatchOptions, Dataset } from '../dataset.ts'
import { TrainingDivergedError } from '../errors.ts'
import { permutation } from '../random/random.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { evaluate } from './evaluate.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const options = { epochs: 3, batchSize: 16, seed: 5 }
const brokenAt =
  (at: number) =>
  ({ output }: Trace, step: number) => ({ broken: tf.mul(tf.mean(output), step === at ? Number.NaN : 1) })

async function divergenceOf(run: Promise<unknown>) {
  const error = await run.catch((reason: unknown) => reason)
  if (!TrainingDivergedError.isInstance(error)) throw error
  return { ...error.divergence, text: error.message }
}
async function trainOn(data: Dataset, at: number) {
  using model = tinyModel()
  for await (const _ of train(model, data, { ...options, objective: brokenAt(at) }));
}
const ordered = (data: Dataset): Dataset => ({
  ...data,
  order: ({ seed = 0, epoch = 0 }: BatchOptions) => permutation('order', { seed, step: epoch }, data.size),
})

describe('a run that diverges tells the examples of the batch', () => {
  test('by their indices where the data know their order', async () => {
    // 70 examples make 5 steps: step 7 is the third of the second epoch.
    const { batch, text } = await divergenceOf(trainOn(ordered(tinyData()), 7))
    const indices = [...permutation('order', { seed: 5, step: 1 }, 70)].slice(32, 48)
    expect(batch).toEqual({ data: 'tiny', size: 16, indices, examples: undefined })
    expect(text).toContain(`Examples:        ${indices.slice(0, 8).join(', ')} and 8 more of tiny`)
  })

  test('by the values of the first ones, read again, where they do not', async () => {
    const data = tinyData()
    const before = tf.memory().numTensors
    const { batch, text } = await divergenceOf(trainOn(data, 9)) // the last of an epoch, of 6 examples
    expect(tf.memory().numTensors).toBe(before)
    expect(data.released()).toBe(3)
    let last: tf.Tensor | undefined
    for await (const one of tinyData().batches({ batchSize: 16, seed: 5, epoch: 1 })) {
      last?.dispose()
      last = one
    }
    const values = (await last?.data()) as Float32Array
    last?.dispose()
    const [minimum, maximum] = [Math.min(...values), Math.max(...values)]
    expect(batch).toEqual({
      data: 'tiny',
      size: 6,
      indices: undefined,
      examples: { values: values.slice(0, 16), shape: [4, 4], range: { minimum, maximum } },
    })
    expect(text).toContain(`Examples:        6 of tiny, with values in [${minimum}, ${maximum}]`)
  })

  test('of an evaluation by their place in stored order', async () => {
    using model = tinyModel()
    const at = { count: 0 }
    const objective = ({ output }: Trace) => ({ broken: tf.mul(tf.mean(output), at.count++ === 2 ? Number.NaN : 1) })
    const { batch } = await divergenceOf(evaluate(model, tinyData(), { batchSize: 16, objective }))
    expect(batch?.indices).toEqual(Array.from({ length: 16 }, (_, i) => 32 + i))
  })

  test('and tells the divergence itself where the data cannot be read again', async () => {
    let passes = 0
    const data = tinyData()
    const once: Dataset = {
      ...data,
      batches: (pass) => {
        if (passes++ > 0) throw new Error('it is gone')
        return data.batches(pass)
      },
    }
    const { batch, term, step } = await divergenceOf(trainOn(once, 3))
    expect([batch, term, step]).toEqual([undefined, 'broken', 3])
  })
})
