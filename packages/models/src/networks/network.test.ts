import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { type Layer, sequence } from './network.ts'

beforeAll(() => tf.setBackend('cpu'))

const layer = (apply: (x: tf.Tensor) => tf.Tensor): Layer => ({ outputShape: [3], variables: {}, state: {}, apply })
const pass = { inputGradient: false, training: false }

it('holds what one layer gives the next until that one has read it, and no longer', () => {
  const counts: number[] = []
  const twicePlusOne = layer((x) => {
    counts.push(tf.memory().numTensors)
    return tf.add(tf.mul(x, 2), 1)
  })
  const network = sequence([3], [twicePlusOne, layer((x) => x), twicePlusOne, twicePlusOne])
  const x = tf.ones([2, 3])
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const y = network.apply(x, pass)
    expect(tf.memory().numTensors).toBe(before + 1)
    expect(y.arraySync()).toEqual(Array(2).fill([15, 15, 15]))
  })
  expect(counts).toEqual([before, before + 1, before + 1])
  expect(x.isDisposed).toBe(false)
  x.dispose()
})

it('gives its input back where it has no layers, or none that does anything', () => {
  const x = tf.ones([2, 3])
  for (const layers of [[], [layer((y) => y)]]) expect(tf.tidy(() => sequence([3], layers).apply(x, pass))).toBe(x)
  expect(x.isDisposed).toBe(false)
  x.dispose()
})
