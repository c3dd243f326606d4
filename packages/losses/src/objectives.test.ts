import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { klDivergence, reconstruction, sum, weighted } from './objectives.ts'
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
})
