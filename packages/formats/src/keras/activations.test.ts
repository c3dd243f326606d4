import { expect, test } from 'vitest'
import { activationOfLayer } from './activations.ts'

test('LeakyReLU keeps its slope: that of Keras 3, of Keras 2, and the default', () => {
  expect(activationOfLayer('LeakyReLU', { negative_slope: 0.01 })).toEqual({ activation: 'leakyRelu(0.01)' })
  expect(activationOfLayer('LeakyReLU', { alpha: 0.20000000298023224 })).toEqual({ activation: 'leakyRelu' })
  expect(activationOfLayer('LeakyReLU', {})).toEqual({ activation: 'leakyRelu(0.3)' })
  expect(activationOfLayer('LeakyReLU', { negative_slope: -1 })).toEqual({ refused: 'LeakyReLU with the slope -1' })
})
