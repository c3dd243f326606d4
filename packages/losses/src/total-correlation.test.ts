import { type GaussianTrace, registerGradients, termsOf } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/bounds.json' with { type: 'json' }
import { bernoulli } from './bernoulli.ts'
import { betaTotalCorrelation } from './total-correlation.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const { inputs, upstream, value, gradients } = oracle.totalCorrelation
const names = ['code', 'mean', 'logVariance'] as const
const terms = ['mutualInformation', 'totalCorrelation', 'dimensionWiseKl'] as const
const tolerance = { absolute: 2e-5, relative: 2e-5 }
const read = (name: (typeof names)[number]) => tf.tensor2d([...inputs[name].values], [4, 3])
const all = () => names.map(read) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
const weight = { alpha: 1, beta: 1, gamma: 1 }

const traceOf = (code: tf.Tensor2D, mean: tf.Tensor2D, logVariance: tf.Tensor2D): GaussianTrace => {
  const target = tf.fill([4, 2], 0.25)
  return {
    input: target,
    target,
    code,
    output: tf.ones([4, 2]),
    likelihood: bernoulli,
    posterior: { mean, logVariance },
  }
}
/** The three terms after `reconstruction`, [3, batch]. */
const decompose = (...tensors: tf.Tensor2D[]): tf.Tensor2D => {
  const objective = betaTotalCorrelation({ exampleCount: 1000, ...weight })
  const measured = termsOf(objective, traceOf(...(tensors as ReturnType<typeof all>)))
  return tf.stack(terms.map((name) => measured[name].value)) as tf.Tensor2D
}
const weighted = (...tensors: tf.Tensor2D[]) =>
  tf.sum<tf.Scalar>(tf.mul(decompose(...tensors), tf.tensor2d([...upstream.values], [3, 4])))

describe('betaTotalCorrelation', () => {
  test('has the terms of PyTorch', () => {
    expectClose(decompose(...all()).dataSync(), value.values, tolerance)
  })

  test('has the gradients of PyTorch in code and posterior', () => {
    tf.grads(weighted as never)(all()).forEach((gradient, i) => {
      expectClose(gradient.dataSync(), gradients[names[i] ?? 'code'].values, tolerance)
    })
  })

  test('has the gradients of central differences', async () => {
    const [code, mean, logVariance] = all()
    const f = (v: tf.Tensor2D) => weighted(code, mean, v)
    const differences = await centralDifferences(
      (v) => f(tf.tensor2d(v, [4, 3])).dataSync()[0] ?? 0,
      logVariance.dataSync(),
    )
    expectClose(
      tf
        .grad(f as never)(logVariance)
        .dataSync(),
      differences,
      { absolute: 5e-4 },
    )
  })

  test('takes log q(z | x) - log p(z) apart: the terms add up to it', () => {
    const [code, mean, logVariance] = all()
    const square = (x: tf.Tensor) => tf.square(x)
    const ratio = tf.mul(
      tf.sum(tf.sub(square(code), tf.add(logVariance, tf.div(square(tf.sub(code, mean)), tf.exp(logVariance)))), 1),
      0.5,
    )
    expectClose(tf.sum(decompose(code, mean, logVariance), 0).dataSync(), ratio.dataSync(), tolerance)
  })

  test('finds no total correlation beyond the bias of the estimate where all posteriors are the prior', () => {
    const [code] = all()
    const [, totalCorrelation] = tf.unstack(decompose(code, tf.zeros([4, 3]), tf.zeros([4, 3])))
    const bias = (3 - 1) * Math.log(1000) // each log q is below the truth by log(exampleCount)
    expectClose(totalCorrelation?.dataSync() ?? [], [bias, bias, bias, bias], { absolute: 1e-4 })
  })

  test('weighs them with alpha, beta and gamma, by default 1, 6 and 1', () => {
    const weightsOf = (options: object) => {
      const measured = termsOf(betaTotalCorrelation({ exampleCount: 10, ...options }), traceOf(...all()))
      return terms.map((name) => measured[name].weight)
    }
    expect(weightsOf({})).toEqual([1, 6, 1])
    expect(weightsOf({ alpha: 0, beta: 2.5, gamma: 3 })).toEqual([0, 2.5, 3])
  })

  test('leaks nothing', () =>
    expectNoLeak(() => {
      tf.tidy(() => {
        tf.grads(weighted as never)(all())
      })
    }))

  test('refuses bad weights, and to guess the number of examples', () => {
    expect(() => betaTotalCorrelation({ exampleCount: 10, beta: -1 })).toThrow(
      '`betaTotalCorrelation` received a bad `beta`',
    )
    expect(() => betaTotalCorrelation({} as never)).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`betaTotalCorrelation\` needs the option \`exampleCount\`.

      Expected: a positive integer
      Received: undefined
      Fix:      pass exampleCount]
    `)
  })
})
