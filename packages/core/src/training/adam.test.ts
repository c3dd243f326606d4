import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { adam } from './adam.ts'

beforeAll(() => tf.setBackend('cpu'))

/** Kingma and Ba's algorithm 1 in float64, for one number. */
function reference(
  start: number,
  gradients: readonly number[],
  rate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
) {
  let [p, m, v] = [start, 0, 0]
  gradients.forEach((g, i) => {
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    p -= (rate * (m / (1 - beta1 ** (i + 1)))) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + epsilon)
  })
  return p
}

function run(start: readonly number[], gradients: readonly (readonly number[])[], options = {}): number[] {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d([...start])))
  const state = adam(options).create({ p: variable })
  gradients.forEach((gradient, step) => {
    const g = tf.tensor1d([...gradient])
    state.apply({ p: g }, step)
    g.dispose()
  })
  const result = [...variable.dataSync()]
  state.dispose()
  variable.dispose()
  return result
}

describe('adam', () => {
  test('follows algorithm 1, with epsilon outside the root also where gradients are tiny', () => {
    const starts = [0.5, -1, 2, 0.25]
    const gradients = [
      [1, -0.3, 1e-7, 0],
      [0.5, 0.2, -1e-7, 0],
      [-2, 0.1, 3e-8, 1e-9],
    ]
    const moved = run(starts, gradients)
    starts.forEach((start, i) => {
      expect(moved[i]).toBeCloseTo(
        reference(
          start,
          gradients.map((row) => row[i] ?? 0),
        ),
        6,
      )
    })
    expect(moved[2]).not.toBe(2)
  })

  test('takes its decay rates, its epsilon and a schedule of the learning rate', () => {
    const options = { learningRate: (step: number) => 0.1 / (step + 1), beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }
    const constant = run([1], [[0.3]], { ...options, learningRate: 0.1 })
    expect(constant[0]).toBeCloseTo(reference(1, [0.3], 0.1, 0.5, 0.9, 1e-3), 6)
    const first = run([1], [[0.3], [0.3]], options)[0] ?? Number.NaN
    const second = run([1], [[0.3], [0.3]], { ...options, learningRate: 0.1 })[0] ?? Number.NaN
    expect(1 - first).toBeLessThan(1 - second)
  })

  test('leaves a variable without a gradient where it is', () => {
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([3])))
    const state = adam().create({ p: variable })
    state.apply({}, 0)
    expect(variable.dataSync()[0]).toBe(3)
    state.dispose()
    variable.dispose()
  })

  test('moves nothing else, and leaks nothing over 50 steps', () => {
    const other = tf.tidy(() => tf.variable(tf.scalar(1)))
    const before = tf.memory().numTensors
    run(
      [1, 2],
      Array.from({ length: 50 }, () => [0.1, -0.1]),
    )
    expect(tf.memory().numTensors).toBe(before)
    expect(other.dataSync()[0]).toBe(1)
    other.dispose()
  })

  test.each([
    [{ learningRate: 0 }, 'learningRate'],
    [{ beta1: 1 }, 'beta1'],
    [{ epsilon: -1 }, 'epsilon'],
    [{ rate: 1 }, 'rate'],
  ])('refuses %j', (options, name) => {
    expect(() => adam(options as never)).toThrow(`\`${name}\``)
  })
})
