import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeModelFile } from '../files/model-file.ts'
import { load, save } from '../files/save.ts'
import { memory } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { evaluate } from './evaluate.ts'
import { linear } from './schedules.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const beta = linear({ from: 0, to: 1, steps: 8 })
const annealed = ({ output, target, code }: Trace, step: number) => ({
  reconstruction: tf.sum<tf.Tensor1D>(tf.square(tf.sub(output, target)), 1),
  size: { value: tf.sum<tf.Tensor1D>(tf.square(code), 1), weight: beta(step) },
})
const options = { epochs: 2, batchSize: 16, objective: annealed }
const finish = async (run: AsyncIterable<unknown>) => {
  for await (const _ of run);
}
const weightOf = ({ total, reconstruction = 0, size = 1 }: Readonly<Record<string, number>>) =>
  ((total ?? 0) - reconstruction) / size
const tiny = Object.assign(tinyModel, {
  kind: 'tiny',
  fromConfig: (config: object) => tinyModel(config),
})

describe('evaluate takes a schedule', () => {
  test('at the steps that the model was trained, and so agrees with the validation of its last epoch', async () => {
    using model = tinyModel()
    const validation = tinyData({ count: 20 })
    for await (const report of train(model, tinyData(), { ...options, validation })) {
      const values = await evaluate(model, validation, { objective: annealed, batchSize: 16 })
      expect(values).toEqual(report.validation)
      expect(weightOf(values)).toBeCloseTo(beta(report.step), 5) // 5 steps: 5/8, 10 steps: 1
    }
  })

  test('at step 0 before training, and at the step that it is given', async () => {
    using model = tinyModel()
    expect(weightOf(await evaluate(model, tinyData(), { objective: annealed }))).toBeCloseTo(0, 5)
    expect(weightOf(await evaluate(model, tinyData(), { objective: annealed, step: 4 }))).toBeCloseTo(0.5, 5)
    await finish(train(model, tinyData(), options))
    expect(weightOf(await evaluate(model, tinyData(), { objective: annealed, step: 0 }))).toBeCloseTo(0, 5)
  })

  test('at the steps of the last run, also when it was broken off or refused', async () => {
    using model = tinyModel()
    await finish(train(model, tinyData(), options))
    for await (const _ of train(model, tinyData(), options)) break
    expect(weightOf(await evaluate(model, tinyData(), { objective: annealed }))).toBeCloseTo(5 / 8, 5)
    await expect(finish(train(model, tinyData(), { ...options, resume: memory() }))).rejects.toThrow('cannot be read')
    expect(weightOf(await evaluate(model, tinyData(), { objective: annealed }))).toBeCloseTo(5 / 8, 5)
  })

  test('at the steps of a saved model and of a checkpoint, through another save', async () => {
    using model = tinyModel()
    const [saved, checkpoint, again] = [memory(), memory(), memory()]
    for await (const _ of train(model, tinyData(), { ...options, checkpoint })) break
    const expected = await evaluate(model, tinyData(), { objective: annealed })
    await save(model, saved)
    using loaded = await load(saved, tiny)
    await save(loaded, again)
    expect(await again.read()).toEqual(await saved.read())
    using fromCheckpoint = await load(checkpoint, tiny)
    for (const other of [loaded, fromCheckpoint]) {
      expect(await evaluate(other, tinyData(), { objective: annealed })).toEqual(expected)
    }
    expect(decodeModelFile(await saved.read()).metadata.trainedSteps).toBe('5')
  })

  test('at the steps of a run that was resumed', async () => {
    using model = tinyModel()
    const checkpoint = memory()
    for await (const _ of train(model, tinyData(), { ...options, checkpoint })) break
    using other = tinyModel()
    await finish(train(other, tinyData(), { ...options, epochs: 1, resume: checkpoint }))
    expect(weightOf(await evaluate(other, tinyData(), { objective: annealed }))).toBeCloseTo(5 / 8, 5)
  })
})

test('evaluate gives a mean that does not depend on the batch size, to 1e-6 of it', async () => {
  using model = tinyModel()
  const data = tinyData({ count: 301 })
  const noisy = ({ input, code }: Trace) => ({
    noise: tf.sum<tf.Tensor1D>(tf.abs(tf.sub(code, model.encode(input))), 1),
  })
  const whole = await evaluate(model, data, { batchSize: 301, objective: noisy })
  for (const batchSize of [1, 7, 256, 500]) {
    const { noise } = await evaluate(model, data, { batchSize, objective: noisy })
    expect(Math.abs(noise / whole.noise - 1), `${batchSize}`).toBeLessThan(1e-6)
  }
})

test.each([
  [{ step: -1 }, '`step`'],
  [{ step: 1.5 }, '`step`'],
  [{ objective: 'kl' }, '`objective`'],
  [{ signal: {} }, '`signal`'],
])('evaluate refuses the option %j', async (bad, name) => {
  using model = tinyModel()
  await expect(evaluate(model, tinyData(), bad as never)).rejects.toThrow(`\`evaluate\` received a bad ${name}.`)
})

test('evaluate refuses a model that is disposed of, also while it runs', async () => {
  const model = tinyModel()
  const source = tinyData()
  const data = {
    ...source,
    async *batches(batchOptions: Parameters<typeof source.batches>[0]) {
      for await (const batch of source.batches(batchOptions)) {
        yield batch
        model.dispose()
      }
    },
  }
  const before = tf.memory().numTensors
  await expect(evaluate(model, data, { batchSize: 16 })).rejects.toThrow('disposed of while it is evaluated')
  expect(tf.memory().numTensors).toBe(before - 2)
  await expect(evaluate(model, tinyData())).rejects.toThrow('`evaluate` received a tiny that is disposed of.')
})
