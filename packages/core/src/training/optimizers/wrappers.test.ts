import { expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import oracle from '../../../../../reference/oracles/optimizers.json' with { type: 'json' }
import { memory } from '../../stores/store.ts'
import { tinyData, tinyModel } from '../../testing/tiny-model.ts'
import { adam } from '../adam.ts'
import { evaluate } from '../evaluate.ts'
import { keepBest } from '../keep-best.ts'
import type { Optimizer } from '../optimizer.ts'
import { train } from '../train.ts'
import { accumulate } from './accumulate.ts'
import { adamW } from './adam-w.ts'
import { average, withAveragedWeights } from './average.ts'
import { clip } from './clip.ts'
import { sgd } from './sgd.ts'

beforeAll(() => tf.setBackend('cpu'))

/** An optimiser from elsewhere, of which nothing is known: gradient descent. */
const foreign: Optimizer = {
  kind: 'foreign',
  config: {},
  create: (variables) => ({
    slots: {},
    apply(gradients) {
      for (const [name, gradient] of Object.entries(gradients))
        variables[name]?.assign(tf.sub(variables[name], gradient))
    },
    dispose() {},
  }),
}

/** The variables after steps along gradients, each a list for every variable. */
function moved(optimizer: Optimizer, start: readonly number[][], steps: readonly (readonly number[][])[]) {
  const variables = Object.fromEntries(
    start.map((values, i) => [`v${i}`, tf.tidy(() => tf.variable(tf.tensor1d(values)))]),
  )
  const state = optimizer.create(variables)
  const history = steps.map((gradients, step) => {
    tf.tidy(() =>
      state.apply(Object.fromEntries(gradients.map((values, i) => [`v${i}`, tf.tensor1d([...values])])), step),
    )
    return {
      values: Object.values(variables).flatMap((variable) => [...variable.dataSync()]),
      slots: Object.fromEntries(Object.entries(state.slots).map(([name, slot]) => [name, [...slot.dataSync()]])),
    }
  })
  state.dispose()
  const last = Object.values(variables).flatMap((variable) => [...variable.dataSync()])
  tf.dispose(variables)
  return { history, last }
}

function expectNear(ours: readonly number[] = [], expected: readonly number[] = [], relative = 1e-6) {
  const largest = Math.max(...expected.map(Math.abs))
  expect(ours.length).toBe(expected.length)
  for (const [i, value] of ours.entries()) {
    expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThanOrEqual(relative * largest)
  }
}

describe('clip', () => {
  const parts = (values: readonly number[]) => [values.slice(0, 1), values.slice(1, 6), values.slice(6)]
  const zeros = parts(new Array(8).fill(0))

  test.each([
    ['an optimiser of ours', sgd({ learningRate: 1 })],
    ['one from elsewhere', foreign],
  ])('clips what %s gets as PyTorch does', (_, optimizer) =>
    expectNoLeak(async () => {
      for (const { maximum, gradient, byNorm, byValue } of oracle.clipped) {
        const clipped = (inner: Optimizer) =>
          moved(inner, zeros, [parts(gradient.values)]).last.map((value) => 0 - value)
        expectNear(clipped(clip(optimizer, { norm: maximum })), byNorm.values)
        expectNear(clipped(clip(optimizer, { value: maximum })), byValue.values)
      }
    }),
  )

  test('divides by the norm plus 1e-6, as PyTorch does', () => {
    expectNear(moved(clip(sgd({ learningRate: 1 }), { norm: 1e-6 }), [[0]], [[[1e-6]]]).last, [-0.5e-6], 1e-5)
  })

  test('clips by one after the other, the outer one first', () => {
    const gradient = [[3], [4]]
    const clipped = (inner: Optimizer) => moved(inner, [[0], [0]], [gradient]).last.map((value) => 0 - value)
    const plain = sgd({ learningRate: 1 })
    expectNear(clipped(clip(clip(plain, { norm: 1 }), { value: 3 })), [1 / Math.SQRT2, 1 / Math.SQRT2], 2e-6)
    expectNear(clipped(clip(clip(plain, { value: 0.7 }), { norm: 1 })), [0.6, 0.7], 2e-6)
  })

  test.each([
    [{}, /one of `norm` and `value`[\s\S]*Received: neither/],
    [{ norm: 1, value: 1 }, /one of `norm` and `value`[\s\S]*Received: both/],
    [{ norm: 0 }, '`norm`'],
    [{ max: 1 }, '`max`'],
  ])('refuses %j', (options, words) => {
    expect(() => clip(adam(), options as never)).toThrow(words)
  })

  test('refuses what is not an optimiser', () => {
    expect(() => clip({} as never, { norm: 1 })).toThrow('`clip` received a bad `optimizer`')
  })
})

describe('accumulate', () => {
  test.each([
    ['adam', adam({ learningRate: (step) => 0.1 / (1 + step) })],
    ['clipped adamW', clip(adamW({ learningRate: 0.1 }), { norm: 1 })],
    ['an optimiser from elsewhere', foreign],
  ])('moves by the mean of several gradients as %s does by one', (_, optimizer) => {
    const start = [[1, 2], [3]]
    const steps = [1, 2, 3, 4, 5, 6, 7].map((n) => [[n, -1 / n], [0.5 - n]])
    const means = [0, 1].map((move) =>
      start.map((values, i) =>
        values.map((_, at) =>
          steps.slice(3 * move, 3 * move + 3).reduce((sum, step) => sum + (step[i]?.[at] ?? 0) / 3, 0),
        ),
      ),
    )
    const { history } = moved(accumulate(optimizer, { steps: 3 }), start, steps)
    const expected = moved(optimizer, start, means).history
    expect(history[1]?.values).toEqual([1, 2, 3])
    expectNear(history[2]?.values, expected[0]?.values)
    expect(history[4]?.values).toEqual(history[2]?.values)
    expectNear(history[6]?.values, expected[1]?.values)
    expectNear(history[6]?.slots['accumulated.v0'], [7, -1 / 7])
  })

  test('equals a step on the large batch', async () => {
    const run = async (optimizer: Optimizer, batchSize: number) => {
      using model = tinyModel()
      const { trace } = model
      const still = { ...model, trace: (x: tf.Tensor) => trace(x, { seed: 0 }) } // noise by place in the batch would differ
      const data = tinyData({ count: 80 })
      const ordered = { ...data, batches: ({ batchSize }: { batchSize: number }) => data.batches({ batchSize }) }
      const objective = (t: ReturnType<typeof trace>) => ({
        error: tf.sum(
          tf.square(
            tf.sub(
              tf.matMul(
                tf.matMul(t.input as tf.Tensor2D, model.variables.down as tf.Tensor2D),
                model.variables.up as tf.Tensor2D,
              ),
              t.target,
            ),
          ),
          1,
        ),
      })
      for await (const _ of train(still, ordered, { batchSize, epochs: 3, optimizer, objective }));
      return Object.values(model.variables).flatMap((variable) => [...variable.dataSync()])
    }
    const together = await run(sgd({ learningRate: 0.05, momentum: 0.9 }), 40)
    expectNear(await run(accumulate(sgd({ learningRate: 0.05, momentum: 0.9 }), { steps: 4 }), 10), together, 2e-6)
  })
})

describe('average', () => {
  const { options, decay, averages } = oracle.averaged
  const [count = 0, size = 0] = averages.shape

  test.each([
    ['as AveragedModel of PyTorch', (inner: Optimizer) => average(inner, { decay })],
    ['around a clip that clips nothing', (inner: Optimizer) => average(clip(inner, { norm: 1e6 }), { decay })],
    ['within it', (inner: Optimizer) => clip(average(inner, { decay }), { norm: 1e6 })],
  ])('keeps the averages %s', (_, make) =>
    expectNoLeak(async () => {
      const steps = Array.from({ length: count }, (_, step) => [
        oracle.gradients.values.slice(step * size, (step + 1) * size),
      ])
      const { history, last } = moved(make(adamW(options)), [oracle.initial.values], steps)
      for (const [step, { slots }] of history.entries()) {
        expectNear(slots['average.v0'], averages.values.slice(step * size, (step + 1) * size), 2e-6)
      }
      expect(last).toEqual(history.at(-1)?.slots['average.v0'])
      const { last: own } = moved(average(adamW(options), { decay, adopt: false }), [oracle.initial.values], steps)
      expect(own).toEqual(history.at(-1)?.values)
    }),
  )

  test('copies the weights of the first steps, and averages what an optimiser from elsewhere moves', () => {
    const steps = [1, 1, 1, 1].map((g) => [[g]])
    const { history } = moved(average(foreign, { decay: 0.5, after: 1 }), [[0]], steps)
    expect(history.map(({ slots }) => slots['average.v0'])).toEqual([[-1], [-2], [-2.5], [-3.25]])
  })

  test('validation and withAveragedWeights see the averages, training does not, and the model has them in the end', () =>
    expectNoLeak(async () => {
      const data = tinyData()
      const run = async (
        optimizer: Optimizer,
        look: (model: ReturnType<typeof tinyModel>) => Promise<unknown> = async () => {},
      ) => {
        using model = tinyModel()
        const seen: unknown[] = []
        const losses: number[] = []
        for await (const { loss, validation } of train(model, data, {
          epochs: 3,
          batchSize: 20,
          optimizer,
          validation: data,
        })) {
          losses.push(loss.total)
          seen.push([validation?.total, await look(model)])
        }
        const [{ total }] = [await evaluate(model, data, { batchSize: 20, step: 12 })]
        return { losses, seen, total }
      }
      const total = async (model: ReturnType<typeof tinyModel>) =>
        (await withAveragedWeights(model, () => evaluate(model, data, { batchSize: 20, step: 12 }))).total
      const plain = await run(adam({ learningRate: 0.05 }))
      const averaged = await run(average(adam({ learningRate: 0.05 }), { decay: 0.9 }), total)
      expect(averaged.losses).toEqual(plain.losses)
      expect(averaged.seen.at(-1)).toEqual([averaged.total, averaged.total])
      expect(averaged.total).not.toBe(plain.total)
    }))

  test('keepBest keeps the averages that were validated, and the learning rate is reported through wrappers', () =>
    expectNoLeak(async () => {
      using model = tinyModel()
      const data = tinyData()
      const rate = (step: number) => 0.5 / (1 + step)
      const optimizer = accumulate(average(clip(adam({ learningRate: rate }), { norm: 9 }), { decay: 0.5 }), {
        steps: 2,
      })
      const epochs = train(model, data, { epochs: 4, batchSize: 35, optimizer, validation: data })
      const totals: number[] = []
      for await (const { validation, learningRate } of keepBest(epochs, model)) {
        expect(learningRate).toBe(rate(totals.length))
        totals.push(validation?.total ?? Number.NaN)
      }
      const { total } = await evaluate(model, data, { batchSize: 35 })
      expect(total).toBe(Math.min(...totals))
    }))

  test('weights are back where they were when what saw the averages fails', () =>
    expectNoLeak(async () => {
      using model = tinyModel()
      for await (const _ of train(model, tinyData(), { epochs: 1, optimizer: average(adam(), { decay: 0.9 }) })) {
        const before = Object.values(model.variables).map((variable) => [...variable.dataSync()])
        const fail = () => withAveragedWeights(model, () => Promise.reject(new Error('no')))
        await expect(fail()).rejects.toThrow('no')
        expect(Object.values(model.variables).map((variable) => [...variable.dataSync()])).toEqual(before)
      }
      await expect(withAveragedWeights(model, () => 1)).rejects.toThrow('no run with averages')
    }))
})

describe('groups', () => {
  test('have rates and decays of their own, and the first that matches counts', () => {
    const optimizer = sgd({
      learningRate: 1,
      weightDecay: 0.5,
      groups: [
        { match: /1$/, weightDecay: 0 },
        { match: (name) => name !== 'v0', learningRate: (step) => 0.25 / (1 + step) },
      ],
    })
    const { history } = moved(optimizer, [[1], [1], [1]], [[[1], [1], [1]]])
    expect(history[0]?.values).toEqual([-0.5, 0, 0.625])
    expect(optimizer.config.groups).toEqual([{ match: '/1$/', weightDecay: 0 }, { match: 'a function' }])
  })

  test('that no variable belongs to are refused, and so are other things', () => {
    const v = tf.tidy(() => tf.variable(tf.scalar(1)))
    expect(() => adam({ groups: [{ match: /bias/ }] }).create({ v })).toThrow('no variable belongs')
    expect(() => adam({ groups: [{ match: /bias/, rate: 1 } as never] })).toThrow('`groups`')
    v.dispose()
  })
})

describe('a checkpoint', () => {
  const make = (norm = 1) =>
    accumulate(average(clip(adamW({ learningRate: (step) => 0.1 / (1 + step) }), { norm }), { decay: 0.8 }), {
      steps: 3,
    })

  test('holds averages and what was accumulated: a run that resumes equals the unbroken one, to the bit', () =>
    expectNoLeak(async () => {
      const run = async (epochs: number, options: object = {}) => {
        using model = tinyModel()
        const reports: unknown[] = []
        const settings = { epochs, batchSize: 18, optimizer: make(), validation: tinyData(), ...options }
        for await (const { loss, validation } of train(model, tinyData(), settings)) reports.push([loss, validation])
        return { reports, weights: Object.values(model.variables).map((variable) => [...variable.dataSync()]) }
      }
      const whole = await run(4)
      const store = memory()
      await run(2, { checkpoint: store })
      const resumed = await run(4, { resume: store })
      expect(resumed.weights).toEqual(whole.weights)
      expect(resumed.reports).toEqual(whole.reports.slice(2))
      await expect(run(4, { resume: store, optimizer: make(2) })).rejects.toThrow('norm')
    }))
})
