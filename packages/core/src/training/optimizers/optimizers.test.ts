import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import oracle from '../../../../../reference/oracles/optimizers.json' with { type: 'json' }
import { adam } from '../adam.ts'
import type { Optimizer } from '../optimizer.ts'
import { adagrad } from './adagrad.ts'
import { adamW } from './adam-w.ts'
import { lion } from './lion.ts'
import { rAdam } from './r-adam.ts'
import { rmsProp } from './rms-prop.ts'
import { sgd } from './sgd.ts'

beforeAll(() => tf.setBackend('cpu'))

const makers: Record<string, (options: never) => Optimizer> = { adagrad, adam, adamW, lion, rAdam, rmsProp, sgd }
const [steps = 0, count = 0] = oracle.gradients.shape

/** The parameters after each step. */
function run(optimizer: Optimizer, gradientScale = 1): number[] {
  const parameter = tf.tidy(() => tf.variable(tf.tensor1d(oracle.initial.values)))
  const state = optimizer.create({ parameter })
  const history: number[] = []
  for (let step = 0; step < steps; step++) {
    const values = oracle.gradients.values.slice(step * count, (step + 1) * count)
    const gradient = tf.tensor1d(values.map((value) => value * gradientScale))
    state.apply({ parameter: gradient }, step)
    gradient.dispose()
    history.push(...parameter.dataSync())
  }
  state.dispose()
  parameter.dispose()
  return history
}

/** Fails where float32 does not explain a difference: two roundings of the number in each step, and of each step 3e-6 of its length. */
function expectNear(ours: readonly number[], expected: readonly number[]): void {
  const start = oracle.initial.values
  const excess = expected.map((value, at) => {
    const path = Array.from(
      { length: Math.floor(at / count) + 1 },
      (_, step) => expected[step * count + (at % count)] ?? 0,
    )
    const way = path.reduce((sum, here, i) => sum + Math.abs(here - (path[i - 1] ?? start[at % count] ?? 0)), 0)
    const largest = Math.max(...path.map(Math.abs), Math.abs(start[at % count] ?? 0))
    return Math.abs((ours[at] ?? Number.NaN) - value) - path.length * 2 ** -23 * largest - 3e-6 * way
  })
  expect(Math.max(...excess)).toBeLessThanOrEqual(0)
}

test.each(Object.entries(oracle.configurations))(
  '%s agrees with PyTorch, or with its paper, over 20 steps',
  (_name, of) =>
    expectNoLeak(async () => {
      const { kind, ...options } = of.options
      expectNear(run((makers[kind] as (options: object) => Optimizer)(options)), of.parameters.values)
    }),
)

test("adam with `uncorrectedEpsilon` takes Keras' steps where gradients are as small as epsilon", () => {
  expectNear(run(adam(oracle.kerasAdam.options), 1e-6), oracle.kerasAdam.parameters.values)
  const { uncorrectedEpsilon: _, ...others } = oracle.kerasAdam.options
  expect(() => expectNear(run(adam(others), 1e-6), oracle.kerasAdam.parameters.values)).toThrow()
})
