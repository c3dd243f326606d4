import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Trainable } from '../model.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { fit } from './fit.ts'
import { historyOf } from './history.ts'
import type { LogRecord } from './logger.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const weightsOf = (model: Pick<Trainable, 'variables'>) =>
  Object.values(model.variables).flatMap((v) => [...v.dataSync()])
const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed: 5 }

describe('fit', () => {
  test('trains as a loop over train does, and gives its reports', async () => {
    using one = tinyModel()
    using other = tinyModel()
    const validation = tinyData({ count: 20 })
    const losses = []
    for await (const { loss, validation: measured } of train(one, tinyData(), { ...options, validation })) {
      losses.push({ loss, validation: measured })
    }
    const history = await fit(other, tinyData(), { ...options, validation })
    expect(history.epochs.map(({ loss, validation: measured }) => ({ loss, validation: measured }))).toEqual(losses)
    expect(weightsOf(other)).toEqual(weightsOf(one))
    expect(history.stopped).toBe('finished')
    expect(history.best).toEqual({ epoch: 3, value: losses[2]?.validation?.total, monitor: 'validation/total' })
    expect(JSON.parse(JSON.stringify(history))).toEqual(history)
  })

  test('gives its figures to loggers by name, and closes them', async () => {
    using model = tinyModel()
    const records: LogRecord[] = []
    let closed = 0
    const log = { write: (record: LogRecord) => void records.push(record), close: () => void closed++ }
    await fit(model, tinyData(), { ...options, epochs: 2, log: [log, log] })
    expect(records.map(({ step, epoch }) => [step, epoch])).toEqual([
      [5, 1],
      [5, 1],
      [10, 2],
      [10, 2],
    ])
    expect(Object.keys(records[0]?.scalars ?? {})).toEqual([
      'train/reconstruction',
      'train/total',
      'learningRate',
      'examplesPerSecond',
    ])
    expect(records[0]?.scalars.learningRate).toBe(0.01)
    expect(closed).toBe(2)
  })

  test('leaks nothing', async () => {
    await expectNoLeak(async () => {
      using model = tinyModel()
      await fit(model, tinyData(), { ...options, keepBest: true, stopEarly: { patience: 1 } })
    })
  })

  test('knows its own options and those of train', async () => {
    using model = tinyModel()
    await expect(fit(model, tinyData(), { keepbest: true } as never)).rejects.toThrow('did you mean keepBest?')
    await expect(fit(model, tinyData(), { epoch: 3 } as never)).rejects.toThrow('did you mean epochs?')
    await expect(fit(model, tinyData(), { onEpoch: 3 as never })).rejects.toThrow('`onEpoch`')
  })
})

test('historyOf does for the reports of any run what fit does for those of train', async () => {
  using one = tinyModel()
  using other = tinyModel()
  const worst = { monitor: 'train/total', direction: 'higher' } as const
  const after = { keepBest: worst, stopEarly: { ...worst, patience: 1 } }
  const expected = await fit(one, tinyData(), { ...options, ...after })
  const history = await historyOf(train(other, tinyData(), options), other, after)
  const plain = ({ epochs, ...rest }: typeof history) => ({ ...rest, losses: epochs.map(({ loss }) => loss) })
  expect(plain(history)).toEqual(plain(expected))
  expect(history.stopped).toBe('early')
  expect(weightsOf(other)).toEqual(weightsOf(one))
  await expect(historyOf(train(other, tinyData()), other, { epochs: 3 } as never)).rejects.toThrow('no option `epochs`')
})
