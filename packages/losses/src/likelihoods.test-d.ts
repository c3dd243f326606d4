import type { Likelihood } from '@ae/core'
import { expectTypeOf, test } from 'vitest'
import { categorical } from './categorical.ts'
import { discretizedLogistic } from './discretized-logistic.ts'
import { gaussian } from './gaussian.ts'
import { laplace } from './laplace.ts'

test('a scale is a number, shared or perFeature', () => {
  expectTypeOf(gaussian({ standardDeviation: 'shared', minimumStandardDeviation: 0.1 })).toEqualTypeOf<Likelihood>()
  expectTypeOf(laplace({ scale: 'perFeature', minimumScale: 0.1 })).toEqualTypeOf<Likelihood>()
  // @ts-expect-error no such way of learning
  gaussian({ standardDeviation: 'perPixel' })
  // @ts-expect-error no such way of learning
  laplace({ scale: 'learned' })
})

test('a minimum goes with a learned scale only', () => {
  // @ts-expect-error the standard deviation is fixed
  gaussian({ standardDeviation: 0.5, minimumStandardDeviation: 0.1 })
  // @ts-expect-error the scale is fixed at 1
  laplace({ minimumScale: 0.1 })
})

test('classes must be given, and are called so', () => {
  // @ts-expect-error classes are missing
  categorical({})
  // @ts-expect-error the option is classes
  categorical({ levels: 4 })
  // @ts-expect-error the option is levels
  discretizedLogistic({ classes: 4 })
})
