import type { GaussianTrace } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { bernoulli, bernoulliNegativeLogLikelihood } from './bernoulli.ts'
import { gaussianKl } from './gaussian-kl.ts'
import { klDivergence, negativeElbo, reconstruction, sum, weighted } from './objectives.ts'

beforeAll(() => tf.setBackend('cpu'))

const trace = (): GaussianTrace => {
  const target = tf.tensor2d([[0, 1, 0.5]])
  const posterior = { mean: tf.tensor2d([[0.5, -1]]), logVariance: tf.tensor2d([[0.1, -0.3]]) }
  return {
    input: target,
    target,
    code: posterior.mean,
    output: tf.tensor2d([[1, 2, 3]]),
    likelihood: bernoulli,
    posterior,
  }
}

describe('negativeElbo', () => {
  test('has the terms reconstruction and kl', () => {
    const { posterior, output, target, ...rest } = trace()
    const terms = negativeElbo()({ posterior, output, target, ...rest }, 0)
    expect(Object.keys(terms)).toEqual(['reconstruction', 'kl'])
    const kl = terms.kl as { value: tf.Tensor; weight: number }
    expectClose(kl.value.dataSync(), gaussianKl(posterior.mean, posterior.logVariance).dataSync(), { relative: 1e-6 })
    const nll = bernoulliNegativeLogLikelihood(output, target).dataSync()
    expectClose((terms.reconstruction as tf.Tensor).dataSync(), nll, { relative: 1e-6 })
    expect(kl.weight).toBe(1)
  })

  test('takes beta as a number or as a schedule of the step', () => {
    const weightAt = (beta: number | ((step: number) => number), step: number) =>
      (negativeElbo({ beta })(trace(), step).kl as { weight: number }).weight
    expect(weightAt(4, 10)).toBe(4)
    expect(weightAt((step) => Math.min(1, step / 100), 25)).toBe(0.25)
  })

  test('refuses a negative beta and an unknown option', () => {
    expect(() => negativeElbo({ beta: -1 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`negativeElbo\` received a bad \`beta\`.

      Expected: a finite number of at least 0, or a function of the step
      Received: -1
      Fix:      pass a finite number of at least 0, or a function of the step]
    `)
    expect(() => negativeElbo({ Beta: 1 } as never)).toThrow('did you mean beta?')
  })
})

describe('sum and weighted', () => {
  test('compose: weights multiply, and plain terms get one', () => {
    const objective = weighted(
      3,
      sum(
        reconstruction(),
        weighted((step) => step, klDivergence()),
      ),
    )
    const terms = objective(trace(), 5) as Record<string, { weight: number }>
    expect([terms.reconstruction?.weight, terms.kl?.weight]).toEqual([3, 15])
  })

  test('refuse two terms of one name', () => {
    expect(() => sum(reconstruction(), reconstruction())(trace(), 0)).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`sum\` received two objectives with the term \`reconstruction\`.

      Expected: terms of different names
      Received: reconstruction twice
      Fix:      give each term once, or wrap one objective to rename its term]
    `)
  })
})
