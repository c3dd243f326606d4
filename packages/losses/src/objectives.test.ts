import { type GaussianTrace, type ObjectiveData, termsOf } from '@ae/core'
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
    const terms = termsOf(objective, gaussianTrace(), 5) as Record<string, { weight: number }>
    expect([terms.reconstruction?.weight, terms.kl?.weight]).toEqual([3, 15])
  })

  test('refuse two terms of the same name', () => {
    expect(() => sum(reconstruction(), reconstruction())).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`sum\` received two objectives with the term \`reconstruction\`.

      Expected: terms of different names
      Received: reconstruction twice
      Fix:      give each term once, or wrap one objective to rename its term]
    `)
  })

  test('refuse it of a function when that is called, and what is not a term', () => {
    const again = () => ({ reconstruction: tf.scalar(1) })
    expect(() => termsOf(sum(reconstruction(), again), gaussianTrace())).toThrow('`sum` received two objectives with')
    expect(() =>
      termsOf(
        weighted(2, () => ({ mine: 1 as never })),
        gaussianTrace(),
      ),
    ).toThrow('Term:     mine')
  })

  test('of data are data: terms in their order, with weights that are numbers or schedules, and settings', () => {
    const objective = weighted(
      3,
      sum(
        weighted((step) => step, klDivergence()),
        klSparsity({ rate: 0.1 }),
      ),
    ) as ObjectiveData<GaussianTrace, 'kl' | 'sparsity'>
    expect(Object.keys(objective.terms)).toEqual(['kl', 'sparsity'])
    const { kl, sparsity } = objective.terms
    expect([(kl.weight as (step: number) => number)(5), sparsity.weight]).toEqual([15, 3])
    expect([kl.settings, sparsity.settings]).toEqual([undefined, { rate: 0.1 }])
    expect(negativeElbo({ beta: 2, capacity: 4 }).terms.penalty).toMatchObject({ weight: 2, settings: { capacity: 4 } })
  })

  test('of a function are a function, whose weights count as well', () => {
    const own = ({ code }: GaussianTrace, step: number) => ({ size: tf.mul(tf.sum(code), step) })
    const objective = sum(reconstruction(), weighted(2, own))
    expect(objective).toBeTypeOf('function')
    expect(termsOf(objective, gaussianTrace(), 3).size).toMatchObject({ weight: 2 })
  })

  test('refuse a weight that is not finite at a step, by its name', () => {
    const objective = weighted((step) => 1 / step, klDivergence())
    expect(() => termsOf(objective, gaussianTrace(), 0)).toThrow('`weighted` received a bad `weight(0)`')
    expect(() => weighted(1, {} as never)).toThrow('`weighted` received a bad `objective`')
  })
})
