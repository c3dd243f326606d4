// Two dense layers on one input, without activation: where they are of one size, one draw call for both.
import * as kernels from '@ae/core/kernels'
import { inputGradient, weightGradients } from './dense.ts'
import { draw } from './draw.ts'
import { implement } from './kernel.ts'
import { productFunction } from './matrix-product.ts'

/** `x firstKernel + firstBias` and `x secondKernel + secondBias`. */
export const densePair = implement(kernels.densePair, ({ inputs, sizes }, backend) => {
  const { batch, inSize, firstSize, secondSize } = sizes
  const product = (name: string, getter: string) => productFunction(name, { getter: 'getX' }, { getter }, inSize)
  return draw(backend, {
    inputs,
    functions: product('firstProduct', 'getFirstKernel') + product('secondProduct', 'getSecondKernel'),
    outputs: [
      { shape: [batch, firstSize], texel: 'firstProduct(at) + getFirstBias(0, at.y).xyxy' },
      { shape: [batch, secondSize], texel: 'secondProduct(at) + getSecondBias(0, at.y).xyxy' },
    ],
  })
})

/** The gradients of both kernels and biases and, if asked for, of `x`. */
export const densePairGradient = implement(kernels.densePairGradient, ({ inputs, attributes }, backend) => {
  const dSums = [inputs.firstDy, inputs.secondDy]
  const gradients = weightGradients(backend, inputs.x, dSums)
  if (!attributes.needsInput) return gradients
  return [...gradients, inputGradient(backend, dSums, [inputs.firstKernel, inputs.secondKernel])]
})
