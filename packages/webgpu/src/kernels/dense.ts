// A dense layer with its bias and activation in one dispatch, and its whole gradient in another.
import { fusedKernels } from '@ae/core'
import { activationCode, activationOf, derivativeCode } from './activation.ts'
import { lengths, output, type WebgpuKernel } from './kernel.ts'
import { type Product, recordProducts } from './product.ts'

/** `activation(x kernel + bias)`. */
export const dense: WebgpuKernel = {
  name: fusedKernels.dense,
  run: ({ input, attributes, backend }) => {
    const [x, kernel, bias] = [input('x'), input('kernel'), input('bias')]
    const [batch, inSize] = lengths(x)
    const [, outSize] = lengths(kernel)
    const activation = activationOf(fusedKernels.dense, attributes)
    const y = output(backend, [batch, outSize])
    recordProducts(backend, {
      key: `${fusedKernels.dense} ${activation}`,
      reads: { x, kernel, bias },
      writes: { y },
      sizes: { batch, inSize, outSize },
      declarations: activationCode(activation),
      products: [{ product: sums, rows: batch, columns: outSize }],
    })
    return y
  },
}

const sums: Product = {
  name: 'sums',
  rows: 'sizes.batch',
  inner: 'sizes.inSize',
  columns: 'sizes.outSize',
  a: { value: 'x[row * sizes.inSize + inner]', neighbours: 'inner' },
  b: { value: 'kernel[inner * sizes.outSize + column]', neighbours: 'column' },
  store: 'y[row * sizes.outSize + column] = activate(value + bias[column]);',
}

/** The gradients of kernel and bias and, if asked for, of `x`. */
export const denseGradient: WebgpuKernel = {
  name: fusedKernels.denseGradient,
  run: ({ input, attributes, backend }) => {
    const [x, kernel, y, dy] = [input('x'), input('kernel'), input('output'), input('dy')]
    const [batch, inSize] = lengths(x)
    const [, outSize] = lengths(kernel)
    const activation = activationOf(fusedKernels.denseGradient, attributes)
    const [dKernel, dBias] = [output(backend, [inSize, outSize]), output(backend, [outSize])]
    const dx = attributes.needsInput === true ? output(backend, [batch, inSize]) : undefined
    const dSum: SumGradient = (row, column) => {
      const at = `${row} * sizes.outSize + ${column}`
      return derivativeCode(activation, `dy[${at}]`, `y[${at}]`)
    }
    const ofWeights = { product: weights(dSum), rows: inSize + 1, columns: outSize }
    const ofInputs = { product: inputs(dSum), rows: batch, columns: inSize }
    recordProducts(backend, {
      key: `${fusedKernels.denseGradient} ${activation}${dx === undefined ? '' : ' with dx'}`,
      reads: { x, dy, ...(activation === 'linear' ? {} : { y }), ...(dx === undefined ? {} : { kernel }) },
      writes: { dKernel, dBias, ...(dx === undefined ? {} : { dx }) },
      sizes: { batch, inSize, outSize },
      products: dx === undefined ? [ofWeights] : [ofWeights, ofInputs],
    })
    return dx === undefined ? [dKernel, dBias] : [dKernel, dBias, dx]
  },
}

/** An expression for the gradient of the sums before the activation. */
type SumGradient = (row: string, column: string) => string

/** x' dSum. The bias is the weight of an input that is always 1: one row more. */
const weights = (dSum: SumGradient): Product => ({
  name: 'weights',
  rows: 'sizes.inSize + 1u',
  inner: 'sizes.batch',
  columns: 'sizes.outSize',
  a: { value: 'select(1.0, x[inner * sizes.inSize + row], row < sizes.inSize)', neighbours: 'row' },
  b: { value: dSum('inner', 'column'), neighbours: 'column' },
  store: `if (row < sizes.inSize) { dKernel[row * sizes.outSize + column] = value; } else { dBias[column] = value; }`,
})

/** dSum kernel'. */
const inputs = (dSum: SumGradient): Product => ({
  name: 'inputs',
  rows: 'sizes.batch',
  inner: 'sizes.outSize',
  columns: 'sizes.inSize',
  a: { value: dSum('row', 'inner'), neighbours: 'inner' },
  b: { value: 'kernel[column * sizes.outSize + inner]', neighbours: 'inner' },
  store: 'dx[row * sizes.inSize + column] = value;',
})
