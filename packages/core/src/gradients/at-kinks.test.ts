import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { registerGradients } from './register-gradients.ts'

beforeAll(registerGradients)

describe('where a function has no derivative, its gradient', () => {
  it('of relu and leakyRelu is the slope from the left, of relu6 0 at both ends', () => {
    expect(gradient(tf.relu, [-1, 0, 1])).toEqual([0, 0, 1])
    expect(gradient(tf.relu6, [0, 3, 6, 7])).toEqual([0, 1, 0, 0])
    expect(gradient((x) => tf.leakyRelu(x, 0.25), [-1, 0, 1])).toEqual([0.25, 0.25, 1])
  })

  it('of abs is 0 at 0', () => {
    expect(gradient(tf.abs, [-2, 0, 2])).toEqual([-1, 0, 1])
  })

  it('of max and min is shared equally by ties', () => {
    expect(gradient((x) => tf.max(x), [1, 3, 3, 2])).toEqual([0, 0.5, 0.5, 0])
    expect(gradient((x) => tf.min(x), [1, 1, 1, 1])).toEqual([0.25, 0.25, 0.25, 0.25])
  })

  it('of maximum and minimum goes to the first of two equal numbers', () => {
    const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([1, 3])]
    expect(
      tf
        .grads((x, y) => tf.maximum(x, y))([a, b])
        .map(numbers),
    ).toEqual([
      [1, 0],
      [0, 1],
    ])
    expect(
      tf
        .grads((x, y) => tf.minimum(x, y))([a, b])
        .map(numbers),
    ).toEqual([
      [1, 1],
      [0, 0],
    ])
  })

  it('of clipByValue is 1 at both ends of the range', () => {
    expect(gradient((x) => tf.clipByValue(x, 0, 1), [-0.5, 0, 0.5, 1, 1.5])).toEqual([0, 1, 1, 1, 0])
  })
})

describe('the gradient of', () => {
  it('gather adds up the picks of one value', () => {
    const pick = (x: tf.Tensor) => tf.mul(tf.gather(x, tf.tensor1d([2, 0, 2], 'int32')), tf.tensor1d([1, 10, 100]))
    expect(gradient(pick, [5, 6, 7])).toEqual([10, 0, 101])
  })

  it('where goes to the side that was taken, even when it is infinite', () => {
    const safe = (x: tf.Tensor) => tf.where(tf.greater(x, 0), tf.mul(x, 3), tf.square(x))
    expect(gradient(safe, [-2, 0, 2])).toEqual([-4, 0, 3])
    const [kept, dropped] = tf.grads((a, b) => tf.where(tf.tensor1d([1, 0], 'bool'), a, b))(
      [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])],
      tf.tensor1d([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]),
    ) as [tf.Tensor, tf.Tensor]
    expect([kept, dropped].map(numbers)).toEqual([
      [Number.POSITIVE_INFINITY, 0],
      [0, Number.POSITIVE_INFINITY],
    ])
  })

  it('prod is right where factors are zero', () => {
    expect(gradient((x) => tf.prod(x), [2, 0, 3])).toEqual([0, 6, 0])
    expect(gradient((x) => tf.prod(x), [0, 0, 3])).toEqual([0, 0, 0])
  })

  it('pow is finite at zero, whatever the exponent from 0 up', () => {
    expect(gradient((x) => tf.pow(x, tf.tensor1d([0, 1, 2])), [0, 0, 0])).toEqual([0, 1, 0])
    expect(gradient((b) => tf.pow(tf.tensor1d([0, 2]), b), [2, 0])).toEqual([0, Math.fround(Math.log(2))])
  })

  it('a cast to integers is 0, as for every step function', () => {
    expect(gradient((x) => tf.add(tf.cast(tf.cast(x, 'int32'), 'float32'), x), [1.5, 2.5])).toEqual([1, 1])
  })

  it('logSumExp is the softmax, also for huge and equal numbers', () => {
    expect(gradient((x) => tf.logSumExp(x), [1000, 1000])).toEqual([0.5, 0.5])
  })
})

it('a gradient that is not needed is not computed', async () => {
  const [x, weights] = [tf.ones([2, 3]), tf.ones([3, 4])]
  const { kernels } = await tf.profile(() => tf.grad((w: tf.Tensor) => tf.matMul(x, w))(weights))
  expect(kernels.filter(({ name }) => name === 'BatchMatMul')).toHaveLength(2)
})

function gradient(f: (x: tf.Tensor) => tf.Tensor, x: number[]): number[] {
  return numbers(tf.grad(f)(tf.tensor1d(x)))
}

function numbers(tensor: tf.Tensor): number[] {
  return [...tensor.dataSync()].map((value) => value + 0) // -0 is 0
}
