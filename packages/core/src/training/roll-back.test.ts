import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { TrainingDivergedError } from '../errors.ts'
import type { Trainable } from '../model.ts'
import { memory } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { Trace } from '../trace.ts'
import { adam } from './adam.ts'
import { fit } from './fit.ts'
import type { Optimizer } from './optimizer.ts'

beforeAll(() => tf.setBackend('cpu'))

const weightsOf = (model: Pick<Trainable, 'variables'>) =>
  Object.values(model.variables).flatMap((v) => [...v.dataSync()])
const options = { epochs: 4, batchSize: 16, learningRate: 0.01, seed: 5 }

/** Diverges at `step` as often as `times` says, as a rate that is too high does. */
function diverging(step: number, times = 1) {
  let left = times
  return ({ output, target }: Trace, at: number) => ({
    reconstruction: tf.mul(
      tf.sum<tf.Tensor1D>(tf.square(tf.sub(output, target)), 1),
      at === step && left-- > 0 ? Number.NaN : 1,
    ),
  })
}

describe('rollBack', () => {
  test('goes on from the last checkpoint with a lower rate, as a run that resumes from there would', async () => {
    using model = tinyModel()
    const rollBack = { times: 1, factor: 0.5 }
    const history = await fit(model, tinyData(), { ...options, objective: diverging(12), rollBack })
    expect(history.epochs.map(({ epoch, learningRate }) => [epoch, learningRate])).toEqual([
      [1, 0.01],
      [2, 0.01],
      [3, 0.005],
      [4, 0.005],
    ])
    expect(history.rollBacks).toEqual([
      {
        step: 12,
        epoch: 3,
        term: 'reconstruction',
        value: 'NaN',
        batch: expect.objectContaining({ size: 16 }),
        checkpoint: 'memory, after epoch 2',
        factor: 0.5,
      },
    ])
    const store = memory()
    using first = tinyModel()
    using second = tinyModel({ seed: 8 })
    await fit(first, tinyData(), { ...options, epochs: 2, objective: diverging(-1), checkpoint: store })
    await fit(second, tinyData(), { ...options, learningRate: 0.005, objective: diverging(-1), resume: store })
    expect(weightsOf(model)).toEqual(weightsOf(second))
  })

  test('goes on from the only checkpoint there is, and not from where the run resumed', async () => {
    const store = memory()
    using first = tinyModel()
    await fit(first, tinyData(), { ...options, epochs: 1, objective: diverging(-1), checkpoint: store })
    using model = tinyModel()
    const more = { ...options, resume: store, objective: diverging(12), rollBack: { times: 1 } }
    const { epochs } = await fit(model, tinyData(), more)
    expect(epochs.map(({ epoch }) => epoch)).toEqual([2, 3, 4])
  })

  test('begins anew where there is no checkpoint yet, each time with a lower rate', async () => {
    using model = tinyModel()
    using slow = tinyModel()
    const rollBack = { times: 2 }
    const { rollBacks } = await fit(model, tinyData(), { ...options, objective: diverging(3, 2), rollBack })
    expect(rollBacks.map(({ factor, checkpoint }) => [factor, checkpoint])).toEqual([
      [0.5, undefined],
      [0.25, undefined],
    ])
    await fit(slow, tinyData(), { ...options, learningRate: 0.0025, objective: diverging(-1) })
    expect(weightsOf(model)).toEqual(weightsOf(slow))
  })

  test('lowers the rate further each time, and a checkpoint keeps it', async () => {
    const store = memory()
    using model = tinyModel()
    const more = { ...options, checkpoint: store }
    const twice = { ...more, objective: diverging(12, 2), rollBack: { times: 3 } }
    expect((await fit(model, tinyData(), twice)).epochs.map(({ learningRate }) => learningRate)).toEqual([
      0.01, 0.01, 0.0025, 0.0025,
    ])
    using other = tinyModel()
    const next = { ...options, epochs: 5, resume: store, objective: diverging(-1) }
    expect((await fit(other, tinyData(), next)).epochs[0]?.learningRate).toBe(0.0025)
  })

  test('gives up after as many times as it may, and leaks nothing', async () => {
    await expectNoLeak(async () => {
      using model = tinyModel()
      const run = fit(model, tinyData(), { ...options, objective: diverging(7, 9), rollBack: { times: 2 } })
      expect(TrainingDivergedError.isInstance(await run.catch((error: unknown) => error))).toBe(true)
    })
  })

  test('may go back with the same rate, and leaves nothing of an optimiser of its own', () =>
    expectNoLeak(async () => {
      using model = tinyModel()
      const more = { epochs: 1, batchSize: 16, optimizer: adam({ learningRate: 0.01 }), objective: diverging(3) }
      const { rollBacks } = await fit(model, tinyData(), { ...more, rollBack: { times: 1, factor: 1 } })
      expect(rollBacks.map(({ factor }) => factor)).toEqual([1])
    }))

  test('refuses bad options, and an optimiser whose rate it cannot lower', async () => {
    using model = tinyModel()
    await expect(fit(model, tinyData(), { rollBack: {} as never })).rejects.toThrow('needs the option `times`')
    for (const factor of [2, 0, Number.NaN]) {
      await expect(fit(model, tinyData(), { rollBack: { times: 1, factor } })).rejects.toThrow('`factor`')
    }
    const optimizer: Optimizer = {
      kind: 'own',
      config: {},
      create: () => ({ slots: {}, apply() {}, dispose() {} }),
    }
    const error = await fit(model, tinyData(), { optimizer, rollBack: { times: 1 } }).catch(String)
    expect(error).toMatchInlineSnapshot(`
      "OptionError: \`fit\` received \`rollBack\` and an optimiser whose learning rate it cannot lower.

      Expected: an optimiser whose state has a \`rate\`
      Received: "own"
      Fix:      let its create return rate: { factor: 1 } too, and multiply its step size by rate.factor in each step"
    `)
  })
})
