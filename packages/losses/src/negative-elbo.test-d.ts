import type { GaussianTrace, ObjectiveData } from '@ae/core'
import { expectTypeOf, test } from 'vitest'
import { negativeElbo } from './negative-elbo.ts'

test('the names of the terms follow from the options', () => {
  type Plain = ObjectiveData<GaussianTrace, 'reconstruction' | 'kl'>
  type Limited = ObjectiveData<GaussianTrace, 'reconstruction' | 'kl' | 'penalty'>
  expectTypeOf(negativeElbo()).toEqualTypeOf<Plain>()
  expectTypeOf(negativeElbo({ beta: 4 })).toEqualTypeOf<Plain>()
  expectTypeOf(negativeElbo({ freeBits: 0.5 })).toEqualTypeOf<Limited>()
  expectTypeOf(negativeElbo({ beta: 100, capacity: (step) => step / 1000 })).toEqualTypeOf<Limited>()
})

test('a misspelt option, free bits together with a capacity, and free bits by a schedule do not compile', () => {
  // @ts-expect-error the option is beta
  negativeElbo({ Beta: 1 })
  // @ts-expect-error one of them
  negativeElbo({ freeBits: 1, capacity: 1 })
  // @ts-expect-error a number
  negativeElbo({ freeBits: (step: number) => step })
})
