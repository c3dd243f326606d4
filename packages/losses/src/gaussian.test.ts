import { registerGradients } from '@ae/core'
import { centralDifferences, expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { gaussian, gaussianNegativeLogLikelihood } from './gaussian.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const mean = [0.1, -0.7, 2]
const target = [0, 0.4, 1.5]
const reference = (m: readonly number[], sigma: number) =>
  m.reduce((sum, value, i) => {
    const z = ((target[i] ?? 0) - value) / sigma
    return sum - Math.log(Math.exp((-z * z) / 2) / (sigma * Math.sqrt(2 * Math.PI)))
  }, 0)

describe('gaussianNegativeLogLikelihood', () => {
  test.each([0.1, 1, 3])('is minus the log of the density with standard deviation %s', (sigma) => {
    const value = gaussianNegativeLogLikelihood(tf.tensor2d([mean]), tf.tensor2d([target]), sigma)
    expectClose(value.dataSync(), [reference(mean, sigma)], { relative: 1e-5 })
  })

  test('is smallest at the target, where it is features log(sigma sqrt(2 pi))', () => {
    const value = gaussianNegativeLogLikelihood(tf.tensor2d([target]), tf.tensor2d([target]), 0.5)
    expectClose(value.dataSync(), [3 * Math.log(0.5 * Math.sqrt(2 * Math.PI))], { relative: 1e-6 })
  })

  test('has the gradient of central differences', async () => {
    const f = (m: tf.Tensor) => tf.sum(gaussianNegativeLogLikelihood(m, tf.tensor2d([target]), 0.5))
    const gradient = tf.grad(f)(tf.tensor2d([mean]))
    expectClose(gradient.dataSync(), await centralDifferences((m) => reference([...m], 0.5), mean), { absolute: 1e-4 })
  })
})

describe('gaussian', () => {
  test('leaves the mean as it is, in a tensor of its own', () => {
    const output = tf.tensor1d([3])
    const result = gaussian().mean(output)
    output.dispose()
    expect(result.dataSync()[0]).toBe(3)
  })

  test('refuses a standard deviation of 0', () => {
    expect(() => gaussian({ standardDeviation: 0 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`gaussian\` received a bad \`standardDeviation\`.

      Expected: a finite number above 0, 'shared' or 'perFeature'
      Received: 0
      Fix:      pass a finite number above 0, 'shared' or 'perFeature']
    `)
  })

  test('refuses a minimum together with a fixed standard deviation, and one of 0', () => {
    expect(() => gaussian({ minimumStandardDeviation: 0.1 } as never)).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`gaussian\` received a bad \`minimumStandardDeviation\`.

      Expected: nothing, unless the scale is learned: 'shared' or 'perFeature'
      Received: 0.1
      Fix:      pass nothing, unless the scale is learned: 'shared' or 'perFeature']
    `)
    expect(() => gaussian({ standardDeviation: 'shared', minimumStandardDeviation: 0 })).toThrow(
      'a finite number above 0',
    )
  })

  test('learned, begins at the minimum + log 2 and never goes below the minimum', () => {
    const { negativeLogLikelihood } = gaussian({ standardDeviation: 'perFeature', minimumStandardDeviation: 0.2 })
    const atMean = (raw: number) => negativeLogLikelihood(tf.tensor([0, raw], [1, 1, 2]), tf.zeros([1, 1])).dataSync()
    const cost = (sigma: number) => [Math.log(sigma * Math.sqrt(2 * Math.PI))]
    expectClose(atMean(0), cost(0.2 + Math.log(2)), { relative: 1e-6 })
    expectClose(atMean(-50), cost(0.2), { relative: 1e-6 })
  })

  test('learned, declares what its decoder emits and what the model shares', () => {
    const [shared, perFeature] = [
      gaussian({ standardDeviation: 'shared' }),
      gaussian({ standardDeviation: 'perFeature' }),
    ]
    expect([gaussian().parameters, gaussian().shared]).toEqual([undefined, undefined])
    expect([perFeature.parameters, perFeature.shared]).toEqual([2, undefined])
    expect([shared.parameters, shared.shared]).toEqual([2, [0]])
  })
})
