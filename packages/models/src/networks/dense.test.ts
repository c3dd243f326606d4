import { registerGradients } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { FusedActivation } from './activation.ts'
import { dense } from './dense.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const functions: Record<FusedActivation, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
}
const x = [0.5, -1, 2, 0.25, 1.5, -0.75] // [2, 3]
const weight = [1, -0.5, 0.3, 0.8, -1.2, 0.6] // [3, 2]
const bias = [0.1, -0.2]
const dy = [1, -2, 0.5, 3] // [2, 2]

/** The layer in float64, weighted by dy and summed. */
function reference(
  activation: FusedActivation,
  xs: readonly number[],
  ws: readonly number[],
  bs: readonly number[],
): number {
  let sum = 0
  for (let row = 0; row < 2; row++) {
    for (let column = 0; column < 2; column++) {
      let value = bs[column] ?? 0
      for (let k = 0; k < 3; k++) value += (xs[row * 3 + k] ?? 0) * (ws[k * 2 + column] ?? 0)
      sum += (dy[row * 2 + column] ?? 0) * functions[activation](value)
    }
  }
  return sum
}

describe.each(Object.keys(functions) as FusedActivation[])('dense with %s', (activation) => {
  const inputs = () => [tf.tensor2d(x, [2, 3]), tf.tensor2d(weight, [3, 2]), tf.tensor1d(bias)] as const
  const weighted = (inputGradient: boolean) => (a: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
    tf.sum<tf.Scalar>(
      tf.mul(
        dense(a as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D, activation, { inputGradient }),
        tf.tensor2d(dy, [2, 2]),
      ),
    )

  test('is activation(x weight + bias)', () => {
    expectClose(weighted(true)(...inputs()).dataSync(), [reference(activation, x, weight, bias)], { relative: 1e-5 })
  })

  test('has the gradients of central differences', async () => {
    const step = { step: 1 / 256 }
    const [dx, dWeight, dBias] = tf.grads(weighted(true) as never)([...inputs()]) as [tf.Tensor, tf.Tensor, tf.Tensor]
    const tolerance = { absolute: 1e-4 }
    expectClose(
      dx.dataSync(),
      await centralDifferences((p) => reference(activation, [...p], weight, bias), x, step),
      tolerance,
    )
    expectClose(
      dWeight.dataSync(),
      await centralDifferences((p) => reference(activation, x, [...p], bias), weight, step),
      tolerance,
    )
    expectClose(
      dBias.dataSync(),
      await centralDifferences((p) => reference(activation, x, weight, [...p]), bias, step),
      tolerance,
    )
  })

  test('leaves the gradient of data out when told to', () => {
    const [a, w, b] = inputs()
    const [dWeight] = tf.grads(((v: tf.Tensor) => weighted(false)(a, v, b)) as never)([w]) as [tf.Tensor]
    expect(dWeight.shape).toEqual([3, 2])
    expect(() => tf.grad((v: tf.Tensor) => weighted(false)(v, w, b))(a)).toThrow('Cannot compute gradient')
  })

  test('leaks nothing', () =>
    expectNoLeak(() => {
      tf.tidy(() => {
        tf.grads(weighted(true) as never)([...inputs()])
      })
    }))
})
