// What the types of the architectures refuse.
import * as tf from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import type { Architecture } from './architecture.ts'
import { convolutionalArchitecture } from './convolutional-architecture.ts'
import { customArchitecture } from './custom-architecture.ts'
import { denseArchitecture } from './dense-architecture.ts'

test('every architecture is one', () => {
  expectTypeOf(denseArchitecture).returns.toEqualTypeOf<Architecture>()
  expectTypeOf(convolutionalArchitecture).returns.toEqualTypeOf<Architecture>()
  expectTypeOf(customArchitecture).returns.toEqualTypeOf<Architecture>()
})

test('misuse does not compile', () => {
  // @ts-expect-error: no such way to enlarge
  convolutionalArchitecture({ upsampling: 'bilinear' })
  // @ts-expect-error: one number for all layers
  convolutionalArchitecture({ kernelSize: [3, 3] })
  // @ts-expect-error: no such activation
  denseArchitecture({ activation: 'gelu' })
  // @ts-expect-error: no such normalisation
  denseArchitecture({ normalization: true })
  const network = { outputShape: [2], variables: {}, apply: (x: tf.Tensor) => tf.relu(x) }
  // @ts-expect-error: a decoder is missing
  customArchitecture({ encoder: () => network })
  // @ts-expect-error: a network says what shape it gives
  customArchitecture({ encoder: () => ({ ...network, outputShape: undefined }), decoder: () => network })
})
