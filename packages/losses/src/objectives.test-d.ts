import type { GaussianTrace, Objective, ObjectiveData, Trace } from '@ae/core'
import { expectTypeOf, test } from 'vitest'
import { klDivergence, reconstruction, sum, weighted } from './objectives.ts'

test('an objective knows its terms and the trace it needs', () => {
  expectTypeOf(reconstruction()).toEqualTypeOf<ObjectiveData<Trace, 'reconstruction'>>()
  const composed = sum(reconstruction(), weighted(2, klDivergence()))
  expectTypeOf(composed).toExtend<Objective<GaussianTrace, 'reconstruction' | 'kl'>>()
  // @ts-expect-error the KL term needs a posterior
  const plain: Objective<Trace, 'reconstruction' | 'kl'> = composed
  expectTypeOf(plain).not.toBeAny()
})
