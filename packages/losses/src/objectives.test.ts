import type { GaussianTrace } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { negativeElbo } from './negative-elbo.ts'
import { klDivergence, reconstruction, sum, weighted } from './objectives.ts'
import { klSparsity } from './sparsity.ts'
import { gaussianTrace } from './testing/gaussian-trace.ts'

beforeAll(() => tf.setBackend('cpu'))

describe('sum and weighted', () => {
  test('compose: weights multiply, and plain terms get one', () => {
    const objective = weighted(
      3,
      sum(
        reconstruction(),
        weighted((step) => step, klDivergence()),
      ),
    )
    const terms = objective(gaussianTrace(), 5) as Record<string, { weight: number }>
    expect([terms.reconstruction?.weight, terms.kl?.weight]).toEqual([3, 15])
  })

  test('refuse two terms of one name', () => {
    expect(() => sum(reconstruction(), reconstruction())(gaussianTrace(), 0)).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`sum\` received two objectives with the term \`reconstruction\`.

      Expected: terms of different names
      Received: reconstruction twice
      Fix:      give each term once, or wrap one objective to rename its term]
    `)
  })

  test('tell the weights of a step beforehand, in the order of the terms', () => {
    const objective = weighted(
      3,
      sum(
        weighted((step) => step, klDivergence()),
        reconstruction(),
      ),
    )
    const terms = Object.entries<{ weight: number }>(objective(gaussianTrace(), 5) as never)
    expect(Object.entries(objective.weights?.(5) ?? {})).toEqual(terms.map(([name, { weight }]) => [name, weight]))
    expect(negativeElbo({ beta: (step) => step / 2 }).weights?.(3)).toEqual({ reconstruction: 1, kl: 1.5 })
    expect(klSparsity().weights?.(9)).toEqual({ sparsity: 1 })
  })

  test('tell none where something else may change from step to step', () => {
    const own = ({ code }: GaussianTrace, step: number) => ({ size: tf.mul(tf.sum(code), step) })
    expect(sum(reconstruction(), own).weights).toBeUndefined()
    expect(weighted(2, own).weights).toBeUndefined()
    expect(negativeElbo({ capacity: (step) => step }).weights).toBeUndefined()
  })
})
