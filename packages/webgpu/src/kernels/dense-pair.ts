// Two dense layers on one input, without activation: their columns side by side are those of one product.
import * as kernels from '@ae/core/kernels'
import { implement, output } from './kernel.ts'
import { type Product, recordProducts } from './product.ts'
import { bindingLimit } from './recorder.ts'

/** `x firstKernel + firstBias` and `x secondKernel + secondBias`. */
export const densePair = implement(kernels.densePair, ({ inputs, sizes }, backend) => {
  const { batch, firstSize, secondSize } = sizes
  const [first, second] = [output(backend, [batch, firstSize]), output(backend, [batch, secondSize])]
  recordProducts(backend, {
    key: kernels.densePair.name,
    reads: inputs,
    writes: { first, second },
    sizes,
    declarations: chooser('kernelAt', 'firstKernel', 'secondKernel'),
    products: [{ product: sums, rows: batch, columns: firstSize + secondSize }],
  })
  return [first, second]
})

const sums: Product = {
  name: 'sums',
  rows: 'sizes.batch',
  inner: 'sizes.inSize',
  columns: 'sizes.firstSize + sizes.secondSize',
  a: { value: 'x[row * sizes.inSize + inner]', neighbours: 'inner' },
  b: { value: 'kernelAt(inner, column)', neighbours: 'column' },
  store: storeEither(
    'first[row * sizes.firstSize + column] = value + firstBias[column];',
    'second[row * sizes.secondSize + other] = value + secondBias[other];',
  ),
}

/** The gradients of both kernels and biases and, if asked for, of `x`: one dispatch where one may bind ten tensors. */
export const densePairGradient = implement(kernels.densePairGradient, ({ inputs, attributes, sizes }, backend) => {
  const { x, firstKernel, secondKernel, firstDy, secondDy } = inputs
  const { batch, inSize, firstSize, secondSize } = sizes
  const dWeights = {
    dFirstKernel: output(backend, [inSize, firstSize]),
    dFirstBias: output(backend, [firstSize]),
    dSecondKernel: output(backend, [inSize, secondSize]),
    dSecondBias: output(backend, [secondSize]),
  }
  const ofWeights = {
    key: kernels.densePairGradient.name,
    reads: { firstDy, secondDy, x },
    writes: dWeights,
    sizes,
    declarations: dyAt,
    products: [{ product: weights, rows: inSize + 1, columns: firstSize + secondSize }],
  }
  if (!attributes.needsInput) {
    recordProducts(backend, ofWeights)
    return Object.values(dWeights)
  }
  const dx = output(backend, [batch, inSize])
  const ofInputs = {
    ...ofWeights,
    key: `${ofWeights.key}, dx`,
    reads: { firstDy, secondDy, firstKernel, secondKernel },
    writes: { dx },
    declarations: dyAt + kernelAt,
    products: [{ product: ofX, rows: batch, columns: inSize }],
  }
  if (bindingLimit(backend) < 10) {
    recordProducts(backend, ofWeights)
    recordProducts(backend, ofInputs)
  } else {
    recordProducts(backend, {
      ...ofInputs,
      key: `${ofWeights.key} with dx`,
      reads: { ...ofWeights.reads, ...ofInputs.reads },
      writes: { ...dWeights, dx },
      products: [...ofWeights.products, ...ofInputs.products],
    })
  }
  return [...Object.values(dWeights), dx]
})

const dyAt = chooser('dyAt', 'firstDy', 'secondDy')
const kernelAt = chooser('kernelAt', 'firstKernel', 'secondKernel')

/** x' dy of both; the biases are the weights of an input that is always 1: one row more. */
const weights: Product = {
  name: 'weights',
  rows: 'sizes.inSize + 1u',
  inner: 'sizes.batch',
  columns: 'sizes.firstSize + sizes.secondSize',
  a: { value: 'select(1.0, x[inner * sizes.inSize + row], row < sizes.inSize)', neighbours: 'row' },
  b: { value: 'dyAt(inner, column)', neighbours: 'column' },
  store: storeEither(
    `if (row < sizes.inSize) { dFirstKernel[row * sizes.firstSize + column] = value; }
      else { dFirstBias[column] = value; }`,
    `if (row < sizes.inSize) { dSecondKernel[row * sizes.secondSize + other] = value; }
      else { dSecondBias[other] = value; }`,
  ),
}

/** The sum of dy kernel' over both. */
const ofX: Product = {
  name: 'inputs',
  rows: 'sizes.batch',
  inner: 'sizes.firstSize + sizes.secondSize',
  columns: 'sizes.inSize',
  a: { value: 'dyAt(row, inner)', neighbours: 'inner' },
  b: { value: 'kernelAt(column, inner)', neighbours: 'inner' },
  store: 'dx[row * sizes.inSize + column] = value;',
}

/** A function of row and column of two matrices that lie side by side. */
function chooser(name: string, first: string, second: string): string {
  return `
fn ${name}(row: u32, column: u32) -> f32 {
  if (column < sizes.firstSize) { return ${first}[row * sizes.firstSize + column]; }
  return ${second}[row * sizes.secondSize + column - sizes.firstSize];
}`
}

/** One statement for a column of the first, another for one of the second, which is then its column \`other\`. */
function storeEither(first: string, second: string): string {
  return `if (column < sizes.firstSize) { ${first} }
    else { let other = column - sizes.firstSize; ${second} }`
}
