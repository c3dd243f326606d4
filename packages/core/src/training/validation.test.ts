import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { evaluate } from './evaluate.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const options = { epochs: 3, batchSize: 16, seed: 5 }
const validation = tinyData({ count: 20 })

async function collect(more: Parameters<typeof train>[2] & object) {
  using model = tinyModel()
  const reports = []
  for await (const report of train(model, tinyData(), { ...options, validation, ...more } as typeof options))
    reports.push(report)
  return reports
}
const stepsOf = (reports: Awaited<ReturnType<typeof collect>>) =>
  reports.map(({ validations, validation }) => [validations?.map(({ step }) => step), validation !== undefined])

describe('validation', () => {
  test('draws the same numbers each time: with weights that do not move, it is the same to the bit', async () => {
    const reports = await collect({ learningRate: 1e-30, validate: { everySteps: 2 } })
    const losses = reports.flatMap(({ validations = [] }) => validations.map(({ loss }) => loss.total))
    expect(losses).toHaveLength(9)
    expect(new Set(losses).size).toBe(1)
  })

  test('says when it was, in seconds since 1970', async () => {
    const before = Date.now() / 1000
    const times = (await collect({ epochs: 1 })).flatMap(({ validations = [] }) => validations.map(({ time }) => time))
    expect(times).toHaveLength(1)
    expect(times[0]).toBeGreaterThanOrEqual(before)
    expect(times[0]).toBeLessThanOrEqual(Date.now() / 1000)
  })

  test('comes every so many steps of the run, and after each epoch, each once', async () => {
    expect(stepsOf(await collect({ validate: { everySteps: 2 } }))).toEqual([
      [[2, 4, 5], true],
      [[6, 8, 10], true],
      [[12, 14, 15], true],
    ])
  })

  test('comes every so many epochs, and after the last', async () => {
    expect(stepsOf(await collect({ epochs: 5, validate: { everyEpochs: 3 } }))).toEqual([
      [[], false],
      [[], false],
      [[15], true],
      [[], false],
      [[25], true],
    ])
  })

  test('within an epoch is that of evaluate at the weights of that step', async () => {
    using model = tinyModel()
    const expected: number[] = []
    const onProgress = ({ step }: { step: number }) => {
      if (step === 2) copies.push(...Object.values(model.variables).map((v) => tf.clone(v)))
    }
    const copies: tf.Tensor[] = []
    for await (const { validations } of train(model, tinyData(), {
      ...options,
      epochs: 1,
      validation,
      validate: { everySteps: 2 },
      onProgress,
    })) {
      expected.push(...(validations ?? []).map(({ loss }) => loss.total))
    }
    Object.values(model.variables).forEach((v, i) => void v.assign(copies[i] as tf.Tensor))
    tf.dispose(copies)
    expect((await evaluate(model, validation, { batchSize: 16, seed: 5 })).total).toBe(expected[0])
    expect(expected[1]).not.toBe(expected[0])
  })

  test('that does not fit the model is refused before the first step', async () => {
    const steps: number[] = []
    const onProgress = ({ step }: { step: number }) => void steps.push(step)
    const other = {
      ...validation,
      async *batches() {
        yield tf.zeros([20, 5])
      },
    }
    await expect(collect({ validation: other as never, onProgress })).rejects.toThrow()
    expect(steps).toEqual([])
  })

  test('refuses bad intervals by the call', () => {
    using model = tinyModel()
    expect(() => train(model, tinyData(), { validation, validate: { everySteps: 0 } })).toThrow('`everySteps`')
    expect(() => train(model, tinyData(), { validate: { every: 3 } as never })).toThrow('no option `every`')
  })
})
