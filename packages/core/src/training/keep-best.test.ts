import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Trainable } from '../model.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { fit } from './fit.ts'
import { keepBest } from './keep-best.ts'
import { stopEarly } from './stop-early.ts'
import { train } from './train.ts'
import { trainedSteps } from './trained-steps.ts'

beforeAll(() => tf.setBackend('cpu'))

const weightsOf = (model: Pick<Trainable, 'variables'>) =>
  Object.values(model.variables).flatMap((v) => [...v.dataSync()])
const options = { epochs: 5, batchSize: 16, learningRate: 0.01, seed: 5 }
// Every epoch has a lower loss than the one before, so `higher` makes the first epoch the best one.
const worst = { monitor: 'train/total', direction: 'higher' } as const

async function afterFirstEpoch() {
  using model = tinyModel()
  for await (const _ of train(model, tinyData(), options)) return weightsOf(model)
  return []
}

describe('keepBest gives the model the weights of its best epoch', () => {
  test('at the end, with the steps of that epoch; and those of the last where that is the best', async () => {
    using model = tinyModel()
    using other = tinyModel()
    const seen: number[] = []
    for await (const { epoch } of keepBest(train(model, tinyData(), options), model, worst)) seen.push(epoch)
    expect(seen).toEqual([1, 2, 3, 4, 5])
    expect(weightsOf(model)).toEqual(await afterFirstEpoch())
    expect(trainedSteps(model)).toBe(5)
    let last: number[] = []
    for await (const _ of keepBest(train(other, tinyData(), options), other)) last = weightsOf(other)
    expect(weightsOf(other)).toEqual(last)
    expect(trainedSteps(other)).toBe(25)
  })

  test.each([
    [
      'when the loop is left',
      async (model: ReturnType<typeof tinyModel>) => {
        for await (const { epoch } of keepBest(train(model, tinyData(), options), model, worst)) if (epoch === 3) break
      },
    ],
    [
      'when it stops early',
      async (model: ReturnType<typeof tinyModel>) => {
        const epochs = keepBest(train(model, tinyData(), options), model, worst)
        for await (const _ of stopEarly(epochs, { ...worst, patience: 2 }));
      },
    ],
    [
      'when the run diverges',
      async (model: ReturnType<typeof tinyModel>) => {
        const objective = ({ output, target }: Trace, step: number) => ({
          reconstruction: tf.mul(tf.sum(tf.square(tf.sub(output, target)), 1), step === 12 ? Number.NaN : 1),
        })
        const epochs = keepBest(train(model, tinyData(), { ...options, objective }), model, worst)
        await expect(
          (async () => {
            for await (const _ of epochs);
          })(),
        ).rejects.toThrow('became NaN')
      },
    ],
    [
      'when fit is aborted, which keeps the history',
      async (model: ReturnType<typeof tinyModel>) => {
        const abort = new AbortController()
        const onEpoch = ({ epoch }: { epoch: number }) => epoch === 3 && abort.abort()
        const { stopped, epochs, best } = await fit(model, tinyData(), {
          ...options,
          keepBest: worst,
          signal: abort.signal,
          onEpoch: (report) => void onEpoch(report),
        })
        expect([stopped, epochs.length, best?.epoch]).toEqual(['aborted', 3, 1])
      },
    ],
    [
      'when what is called after an epoch fails',
      async (model: ReturnType<typeof tinyModel>) => {
        const onEpoch = ({ epoch }: { epoch: number }) => {
          if (epoch === 2) throw new Error('no')
        }
        await expect(fit(model, tinyData(), { ...options, keepBest: worst, onEpoch })).rejects.toThrow('no')
      },
    ],
  ])('%s, and leaks nothing', async (_, run) => {
    const expected = await afterFirstEpoch()
    await expectNoLeak(async () => {
      using model = tinyModel()
      await run(model)
      expect(weightsOf(model)).toEqual(expected)
    })
  })

  test('unless it was disposed of meanwhile', async () => {
    const model = tinyModel()
    const run = async () => {
      for await (const { epoch } of keepBest(train(model, tinyData(), options), model, worst)) {
        if (epoch === 2) model.dispose()
      }
    }
    await expect(run()).rejects.toThrow('disposed of while it is trained')
  })

  test('which leaves nothing behind when the loop is left then', () =>
    expectNoLeak(async () => {
      const model = tinyModel()
      for await (const { epoch } of keepBest(train(model, tinyData(), options), model, worst)) {
        if (epoch < 2) continue
        model.dispose()
        break
      }
    }))
})

test('keepBest refuses what was awaited', () => {
  using model = tinyModel()
  expect(() => keepBest(undefined as never, model)).toThrow('what train(...) returns, not awaited')
})

test('keepBest refuses a model that does not have the weights of the epoch', async () => {
  using model = tinyModel()
  using other = tinyModel()
  const run = async () => {
    for await (const _ of keepBest(train(model, tinyData(), options), other));
  }
  const error = await run().catch(String)
  expect(error).toMatchInlineSnapshot(`
    "OptionError: \`keepBest\` received a model that does not have the weights of the epoch.

    Expected: the weights after 5 steps, of epoch 1
    Received: those after 0 steps
    Fix:      pass the model that the run trains; with trainInWorker, pass that weights: 'each epoch'"
  `)
  expect(() => keepBest(train(model, tinyData()), undefined as never)).toThrow('`model`')
})

test('fit tells that it stopped early, and after which epoch the figure was best', async () => {
  using model = tinyModel()
  const { stopped, epochs, best } = await fit(model, tinyData(), { ...options, stopEarly: { ...worst, patience: 2 } })
  expect([stopped, epochs.length, best]).toEqual([
    'early',
    3,
    { epoch: 1, value: epochs[0]?.loss.total, monitor: 'train/total' },
  ])
})
