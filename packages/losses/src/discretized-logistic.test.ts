import { expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { discretizedLogistic } from './discretized-logistic.ts'

beforeAll(() => tf.setBackend('cpu'))

test.each([
  [0.3, -1],
  [-0.2, -4],
  [1.5, 1],
  [0.5, -9],
])(
  'discretizedLogistic gives 256 levels probabilities whose sum is 1, at mean %s and log scale %s',
  (mean, logScale) => {
    const target = tf.reshape(tf.linspace(0, 1, 256), [256, 1])
    const output = tf.tile(tf.tensor3d([[[mean, logScale]]]), [256, 1, 1])
    const nats = discretizedLogistic().negativeLogLikelihood(output, target).dataSync()
    expect([...nats].reduce((sum, value) => sum + Math.exp(-value), 0)).toBeCloseTo(1, 4)
  },
)

test('discretizedLogistic costs nothing where it is sure and right', () => {
  const output = tf.tensor([100 / 255, -9.7], [1, 1, 2])
  expectClose(
    discretizedLogistic()
      .negativeLogLikelihood(output, tf.tensor2d([[100 / 255]]))
      .dataSync(),
    [0],
    { absolute: 1e-6 },
  )
})

test('discretizedLogistic has its location as mean, clipped to the data', () => {
  const output = tf.tensor([-0.5, 0, 0.25, 3, 7, -1], [1, 3, 2])
  expectClose(discretizedLogistic().mean(output).dataSync(), [0, 0.25, 1])
})

test('discretizedLogistic refuses fewer than 2 levels', () => {
  expect(() => discretizedLogistic({ levels: 1 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`discretizedLogistic\` received a bad \`levels\`.

    Expected: an integer of at least 2
    Received: 1
    Fix:      pass an integer of at least 2]
  `)
})
