// A dense layer with its bias and activation in one dispatch, and its whole gradient in another.
import * as kernels from '@ae/core/kernels'
import { activationCode, derivativeCode } from './activation.ts'
import { implement, output } from './kernel.ts'
import { type Product, recordProducts } from './product.ts'

/** `activation(x kernel + bias)`. */
export const dense = implement(kernels.dense, ({ inputs, attributes: { activation }, sizes }, backend) => {
  const { batch, outSize } = sizes
  const y = output(backend, [batch, outSize])
  recordProducts(backend, {
    key: `${kernels.dense.name} ${activation}`,
    reads: inputs,
    writes: { y },
    sizes,
    declarations: activationCode(activation),
    products: [{ product: sums, rows: batch, columns: outSize }],
  })
  return y
})

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
export const denseGradient = implement(kernels.denseGradient, ({ inputs, attributes, sizes }, backend) => {
  const { x, kernel, output: y, dy } = inputs
  const { batch, inSize, outSize } = sizes
  const { activation, needsInput } = attributes
  const [dKernel, dBias] = [output(backend, [inSize, outSize]), output(backend, [outSize])]
  const dx = needsInput ? output(backend, [batch, inSize]) : undefined
  const dSum: SumGradient = (row, column) => {
    const at = `${row} * sizes.outSize + ${column}`
    return derivativeCode(activation, `dy[${at}]`, `y[${at}]`)
  }
  const ofWeights = { product: weights(dSum), rows: inSize + 1, columns: outSize }
  const ofInputs = { product: ofX(dSum), rows: batch, columns: inSize }
  recordProducts(backend, {
    key: `${kernels.denseGradient.name} ${activation}${dx === undefined ? '' : ' with dx'}`,
    reads: { x, dy, ...(activation === 'linear' ? {} : { y }), ...(dx === undefined ? {} : { kernel }) },
    writes: { dKernel, dBias, ...(dx === undefined ? {} : { dx }) },
    sizes,
    products: dx === undefined ? [ofWeights] : [ofWeights, ofInputs],
  })
  return dx === undefined ? [dKernel, dBias] : [dKernel, dBias, dx]
})

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
const ofX = (dSum: SumGradient): Product => ({
  name: 'inputs',
  rows: 'sizes.batch',
  inner: 'sizes.outSize',
  columns: 'sizes.inSize',
  a: { value: dSum('row', 'inner'), neighbours: 'inner' },
  b: { value: 'kernel[column * sizes.outSize + inner]', neighbours: 'inner' },
  store: 'dx[row * sizes.inSize + column] = value;',
})
