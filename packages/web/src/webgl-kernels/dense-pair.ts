// Two dense layers on one input, without activation: where they are of one size, one draw call for both.
import { fusedKernels } from '@ae/core'
import { inputGradient, matrixShape, weightGradients } from './dense.ts'
import { draw } from './draw.ts'
import type { WebglKernel } from './kernel.ts'
import { productFunction } from './matrix-product.ts'

/** `x firstKernel + firstBias` and `x secondKernel + secondBias`. */
export const densePair: WebglKernel = {
  name: fusedKernels.densePair,
  run: ({ input, backend }) => {
    const x = input('x')
    const [first, second] = [input('firstKernel'), input('secondKernel')]
    const [batch, inSize] = matrixShape(x)
    const product = (name: string, getter: string) => productFunction(name, { getter: 'getX' }, { getter }, inSize)
    return draw(backend, {
      inputs: { x, first, second, firstBias: input('firstBias'), secondBias: input('secondBias') },
      functions: product('firstProduct', 'getFirst') + product('secondProduct', 'getSecond'),
      outputs: [
        { shape: [batch, matrixShape(first)[1]], texel: 'firstProduct(at) + getFirstBias(0, at.y).xyxy' },
        { shape: [batch, matrixShape(second)[1]], texel: 'secondProduct(at) + getSecondBias(0, at.y).xyxy' },
      ],
    })
  },
}

/** The gradients of both kernels and biases and, if asked for, of `x`. */
export const densePairGradient: WebglKernel = {
  name: fusedKernels.densePairGradient,
  run: ({ input, attributes, backend }) => {
    const dSums = [input('firstDy'), input('secondDy')]
    const gradients = weightGradients(backend, input('x'), dSums)
    if (attributes.needsInput !== true) return gradients
    return [...gradients, inputGradient(backend, dSums, [input('firstKernel'), input('secondKernel')])]
  },
}
