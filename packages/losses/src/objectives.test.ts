import type { GaussianTrace } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { bernoulli } from './bernoulli.ts'
import { klDivergence, reconstruction, sum, weighted } from './objectives.ts'

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
