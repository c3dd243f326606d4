import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { Trainable } from '../model.ts'
import { memory } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { adam } from './adam.ts'
import type { Epoch } from './epoch.ts'
import type { Optimizer } from './optimizer.ts'
import { clip } from './optimizers/clip.ts'
import { sgd } from './optimizers/sgd.ts'
import oracle from './reduce-on-plateau.oracle.json' with { type: 'json' }
import { reduceOnPlateau } from './reduce-on-plateau.ts'
import { train } from './train.ts'

beforeAll(() => tf.setBackend('cpu'))

const weightsOf = (model: Pick<Trainable, 'variables'>) =>
  Object.values(model.variables).flatMap((v) => [...v.dataSync()])
const options = { epochs: 8, batchSize: 16, seed: 5 }
/** No epoch is an improvement on the first. */
const plateau = { monitor: 'train/total', minimumImprovement: 1e9, patience: 2, factor: 0.5 }
const report = (epoch: number, total: number): Epoch<string> => ({
  epoch,
  step: epoch,
  loss: { total },
  validation: undefined,
  validations: undefined,
  learningRate: undefined,
  seconds: 1,
  examplesPerSecond: 1,
})
async function ratesOf(run: AsyncIterable<Epoch<string>>, last = Infinity) {
  const rates: (number | undefined)[] = []
  for await (const { epoch, learningRate } of run) {
    rates.push(learningRate)
    if (epoch === last) break
  }
  return rates
}

describe('reduceOnPlateau', () => {
  test.each(oracle)("gives the rates of PyTorch's ReduceLROnPlateau with $name", ({ losses, rates, ...settings }) => {
    const { factor, patience, minimumFactor, minimumImprovement, direction } = settings
    const wrapper = reduceOnPlateau(sgd({ learningRate: 1 }), {
      factor,
      patience,
      minimumFactor,
      minimumImprovement,
      direction: direction as 'lower',
    })
    const state = wrapper.create({})
    const ours = losses.map((loss, i) => {
      state.afterEpoch?.(report(i + 1, loss))
      return state.rate?.factor
    })
    for (const [i, rate] of rates.entries()) expect(ours[i]).toBeCloseTo(rate, 12)
    state.dispose()
  })

  test('lowers the rate of a run, and of other wrappers and schedules in it', async () => {
    using model = tinyModel()
    const optimizer = clip(reduceOnPlateau(adam({ learningRate: (step) => 0.01 + step / 1e9 }), plateau), { norm: 1 })
    const rates = await ratesOf(train(model, tinyData(), { ...options, optimizer }))
    expect(rates.map((rate) => Number(rate?.toFixed(5)))).toEqual([
      0.01, 0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025, 0.00125,
    ])
  })

  test('resumes as an unbroken run goes on, to the bit, within its patience', async () => {
    const optimizer = () => reduceOnPlateau(adam({ learningRate: 0.01 }), plateau)
    using unbroken = tinyModel()
    const whole = await ratesOf(train(unbroken, tinyData(), { ...options, optimizer: optimizer() }))
    const store = memory()
    using first = tinyModel()
    await ratesOf(train(first, tinyData(), { ...options, optimizer: optimizer(), checkpoint: store }), 4)
    using second = tinyModel({ seed: 8 })
    const rest = await ratesOf(train(second, tinyData(), { ...options, optimizer: optimizer(), resume: store }))
    expect(rest).toEqual(whole.slice(4))
    expect(new Set(rest).size).toBe(3)
    expect(weightsOf(second)).toEqual(weightsOf(unbroken))
  })

  test('divides the rate by ten after ten epochs without improvement where nothing is said', () => {
    const state = reduceOnPlateau(sgd({ learningRate: 1 })).create({})
    const factors = Array.from({ length: 12 }, (_, i) => {
      state.afterEpoch?.(report(i + 1, 5))
      return state.rate?.factor
    })
    expect(factors).toEqual([...Array(10).fill(1), 0.1, 0.1])
    state.dispose()
  })

  test('works around another one, and both go on from what was saved', () => {
    const create = () => {
      const inner = reduceOnPlateau(sgd({ learningRate: 1 }), { monitor: 'train/total', patience: 2, factor: 0.5 })
      return reduceOnPlateau(inner, { monitor: 'train/total', patience: 3, factor: 0.1 }).create({})
    }
    const after = (state: ReturnType<typeof create>, epochs: readonly number[]) =>
      epochs.map((epoch) => {
        state.afterEpoch?.(report(epoch, 5))
        return state.rate?.factor
      })
    const unbroken = create()
    expect(after(unbroken, [1, 2, 3, 4, 5, 6])).toEqual(
      [1, 1, 0.5, 0.05, 0.025, 0.025].map((x) => expect.closeTo(x, 12)),
    )
    const [first, second] = [create(), create()]
    after(first, [1, 2, 3, 4])
    second.memory?.restore(JSON.parse(JSON.stringify(first.memory?.save())))
    if (second.rate && first.rate) second.rate.factor = first.rate.factor
    expect(after(second, [5, 6])).toEqual([0.025, 0.025].map((x) => expect.closeTo(x, 12)))
    for (const state of [unbroken, first, second]) state.dispose()
  })

  test('keeps what it knows where nothing was saved, and says in its config what it watches', () => {
    const optimizer = reduceOnPlateau(sgd({ learningRate: 1 }), { ...plateau, direction: 'higher' })
    expect(optimizer.config).toMatchObject({
      plateau: { factor: 0.5, patience: 2, minimumFactor: 0, monitor: 'train/total', direction: 'higher' },
    })
    const state = optimizer.create({})
    state.afterEpoch?.(report(1, 5))
    state.memory?.restore(null)
    expect(state.memory?.save()).toMatchObject({ since: 0, best: { value: 5 } })
    state.dispose()
  })

  test('refuses an optimiser whose rate it cannot lower, an unknown figure, and bad options', async () => {
    using model = tinyModel()
    const dispose = vi.fn()
    const own: Optimizer = { kind: 'own', config: {}, create: () => ({ slots: {}, apply() {}, dispose }) }
    const run = (optimizer: Optimizer) => ratesOf(train(model, tinyData(), { ...options, optimizer }))
    await expect(run(reduceOnPlateau(own))).rejects.toThrow('own, whose learning rate it cannot lower')
    expect(dispose).toHaveBeenCalledOnce()
    await expect(run(reduceOnPlateau(adam(), { monitor: 'train/kl' }))).rejects.toThrow('does not measure')
    expect(() => reduceOnPlateau(adam(), { factor: 1 })).toThrow('`factor`')
    expect(() => reduceOnPlateau({} as never)).toThrow('`optimizer`')
  })
})
