import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { inputGradient } from './variable-gradients.ts'

beforeAll(() => tf.setBackend('cpu'))

describe('inputGradient', () => {
  test('is each row its own derivative, and comes with the value', () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const { value, gradient } = inputGradient((rows) => tf.sum(tf.square(rows), 1), x)
    expectClose(value.dataSync(), [5, 25])
    expectClose(gradient.dataSync(), [2, 4, 6, 8])
  })

  test('leaves nothing behind but its results, also when the function throws', () => {
    const x = tf.tensor2d([1, 2], [1, 2])
    expectNoLeak(() => {
      const { value, gradient } = inputGradient((rows) => tf.sum(tf.exp(rows), 1), x)
      tf.dispose([value, gradient])
      const failing = (rows: tf.Tensor2D): tf.Tensor1D => {
        tf.square(tf.exp(rows))
        throw new Error('mine')
      }
      expect(() => inputGradient(failing, x)).toThrow('mine')
    })
  })
})
