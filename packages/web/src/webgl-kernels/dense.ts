// A dense layer with its bias and activation in one draw call, and its gradient in three, or four with an activation.
import * as kernels from '@ae/core/kernels'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { activations } from './activation.ts'
import { draw, drawOne } from './draw.ts'
import { implement } from './kernel.ts'
import { productFunction } from './matrix-product.ts'
import { shorten, sumFunction } from './sums.ts'

/** `activation(x kernel + bias)`. */
export const dense = implement(kernels.dense, ({ inputs, attributes, sizes }, backend) => {
  const { activate } = activations[attributes.activation]
  return drawOne(backend, {
    inputs,
    functions: activate + productFunction('product', { getter: 'getX' }, { getter: 'getKernel' }, sizes.inSize),
    shape: [sizes.batch, sizes.outSize],
    texel: 'activate(product(at) + getBias(0, at.y).xyxy)',
  })
})

/** The gradients of kernel and bias and, if asked for, of `x`. */
export const denseGradient = implement(kernels.denseGradient, ({ inputs, attributes }, backend) => {
  const { x, kernel, output, dy } = inputs
  const { derivative } = activations[attributes.activation]
  const dSum = derivative === undefined ? dy : gradientOfSum(backend, output, dy, derivative)
  const gradients = [
    ...weightGradients(backend, x, [dSum]),
    ...(attributes.needsInput ? [inputGradient(backend, [dSum], [kernel])] : []),
  ]
  if (dSum !== dy) backend.disposeIntermediateTensorInfo(dSum)
  return gradients
})

/**
 * The gradients of kernel and bias of layers that have one input, layer by layer: two draw calls for all of them where
 * they are of one size.
 *
 * @param x `[batch, in]`
 * @param dSums `[batch, out]` of each layer: the gradients of what its activation is applied to
 */
export function weightGradients(backend: MathBackendWebGL, x: TensorInfo, dSums: readonly TensorInfo[]): TensorInfo[] {
  const [batch, inSize] = matrixShape(x)
  const kernels = draw(backend, {
    inputs: { x, ...numbered('dSum', dSums) },
    functions: dSums
      .map((_, i) =>
        productFunction(`product${i}`, { getter: 'getX', transposed: true }, { getter: `getDSum${i}` }, batch),
      )
      .join('\n'),
    outputs: dSums.map((dSum, i) => ({ shape: [inSize, matrixShape(dSum)[1]], texel: `product${i}(at)` })),
  })
  const columns = dSums.map((dSum, i) => {
    const summands = { shape: matrixShape(dSum), inputs: { [`dSum${i}`]: dSum }, texel: `getDSum${i}(row, column)` }
    return shorten(backend, summands, 'rows', `dSum${i}`)
  })
  const biases = draw(backend, {
    inputs: Object.assign({}, ...columns.map(({ summands }) => summands.inputs)),
    functions: columns.map(({ summands }, i) => sumFunction(`sums${i}`, summands, 'rows')).join('\n'),
    outputs: dSums.map((dSum, i) => ({ shape: [matrixShape(dSum)[1]], texel: `vec4(sums${i}(at.y), 0, 0)` })),
  })
  for (const short of columns) short.dispose()
  return dSums.flatMap((_, i) => [kernels[i] as TensorInfo, biases[i] as TensorInfo])
}

/** The gradient of the input of layers that have one, `[batch, in]`. */
export function inputGradient(
  backend: MathBackendWebGL,
  dSums: readonly TensorInfo[],
  kernels: readonly TensorInfo[],
): TensorInfo {
  const [batch] = matrixShape(dSums[0] as TensorInfo)
  const [inSize] = matrixShape(kernels[0] as TensorInfo)
  const products = kernels.map((kernel, i) =>
    productFunction(
      `product${i}`,
      { getter: `getDSum${i}` },
      { getter: `getKernel${i}`, transposed: true },
      matrixShape(kernel)[1],
    ),
  )
  return drawOne(backend, {
    inputs: { ...numbered('dSum', dSums), ...numbered('kernel', kernels) },
    functions: products.join('\n'),
    shape: [batch, inSize],
    texel: products.map((_, i) => `product${i}(at)`).join(' + '),
  })
}

/** The two lengths of a matrix. */
function matrixShape({ shape }: TensorInfo): [rows: number, columns: number] {
  return shape as [number, number]
}

/** The gradient of what an activation is applied to. */
function gradientOfSum(backend: MathBackendWebGL, y: TensorInfo, dy: TensorInfo, derivative: string): TensorInfo {
  const functions = `vec4 derivative(vec4 y) { return ${derivative}; }`
  return drawOne(backend, { inputs: { y, dy }, functions, shape: dy.shape, texel: 'getDy() * derivative(getY())' })
}

function numbered(name: string, tensors: readonly TensorInfo[]): Record<string, TensorInfo> {
  return Object.fromEntries(tensors.map((tensor, i) => [`${name}${i}`, tensor]))
}
