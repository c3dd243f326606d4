// A convolution layer with its bias and activation in one kernel, its whole gradient in another; and the transposed layer,
// whose input is the output of the convolution that it transposes.
import type { KernelCall } from '@ae/core'
import { wrongShape } from '@ae/core/internal'
import * as kernels from '@ae/core/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'
import { geometryOf } from './convolution.ts'
import { activationCodes } from './dense.ts'
import { type Geometry, outShapeOf } from './geometry.ts'
import { implement, type Shape4D } from './kernel.ts'
import { convolve, convolveTransposed, convolutionGradient as gradientOf } from './patches.ts'
import type { Ending } from './product.ts'

/** `activation(conv2d(x, filter) + bias)`. */
export const convolution = implement(kernels.convolution, ({ inputs, attributes }, { heap }) => {
  const { x, filter, bias } = inputs
  const geometry = windowsOver(kernels.convolution.name, x.shape, filter, attributes)
  const out = heap.output(outShapeOf(geometry))
  const ending = endingOf(heap, bias, attributes)
  convolve(heap, geometry, heap.address(x), heap.address(filter), heap.address(out), ending)
  return out
})

/** The gradients of filter and bias and, if asked for, of `x`. */
export const convolutionGradient = implement(kernels.convolutionGradient, ({ inputs, attributes }, { heap }) => {
  const { name } = kernels.convolutionGradient
  const geometry = windowsOver(name, inputs.x.shape, inputs.filter, attributes)
  assertWindows(name, 'output', inputs.output, geometry)
  return gradients(heap, { inputs, attributes }, geometry, false)
})

/** `activation(conv2dTranspose(x, filter) + bias)`. */
export const transposedConvolution = implement(kernels.transposedConvolution, ({ inputs, attributes }, { heap }) => {
  const { name } = kernels.transposedConvolution
  const { x, filter, bias } = inputs
  const geometry = windowsOver(name, attributes.outputShape, filter, attributes)
  assertWindows(name, 'x', x, geometry)
  const out = heap.output(attributes.outputShape)
  const ending = endingOf(heap, bias, attributes)
  convolveTransposed(heap, geometry, heap.address(out), heap.address(filter), heap.address(x), ending)
  return out
})

/** The gradients of filter and bias and, if asked for, of `x`. */
export const transposedConvolutionGradient = implement(
  kernels.transposedConvolutionGradient,
  ({ inputs, attributes }, { heap }) => {
    const { name } = kernels.transposedConvolutionGradient
    const geometry = windowsOver(name, inputs.dy.shape, inputs.filter, attributes)
    assertWindows(name, 'x', inputs.x, geometry)
    return gradients(heap, { inputs, attributes }, geometry, true)
  },
)

type Gradient = Pick<KernelCall<typeof kernels.convolutionGradient>, 'inputs' | 'attributes'>
type Attributes = Pick<Gradient['attributes'], 'activation' | 'strides' | 'pad'>

/** Where the windows lie of the convolution that a layer is, or that it transposes. */
function windowsOver(
  name: string,
  images: readonly number[],
  filter: TensorInfo,
  { strides, pad }: Attributes,
): Geometry {
  return geometryOf(name, images as Shape4D, filter.shape as Shape4D, { strides: strides as [number, number], pad })
}

/** Asserts that a tensor has a number for each window. */
function assertWindows(name: string, input: string, { shape }: TensorInfo, geometry: Geometry): void {
  const expected = outShapeOf(geometry)
  if (expected.some((length, axis) => length !== shape[axis])) throw wrongShape(name, input, expected, shape)
}

function endingOf(heap: Heap, bias: TensorInfo, { activation }: Attributes): Ending {
  return { bias: heap.address(bias), activation: activationCodes[activation] }
}

/** What both gradients share: the gradients of a layer, and room for them. */
function gradients(
  heap: Heap,
  { inputs, attributes }: Gradient,
  geometry: Geometry,
  transposed: boolean,
): TensorInfo[] {
  const { x, filter, output, dy } = inputs
  const needed = attributes.needsInput ? [x.shape] : []
  const results = heap.outputs([filter.shape, dy.shape.slice(3), ...needed])
  const [dFilter = 0, dBias = 0, dInput = 0] = results.map((tensor) => heap.address(tensor))
  const addresses = {
    input: heap.address(x),
    filter: dInput === 0 ? 0 : heap.address(filter),
    output: heap.address(output),
    dy: heap.address(dy),
    ...{ dFilter, dBias, dInput },
  }
  gradientOf(heap, geometry, transposed, addresses, activationCodes[attributes.activation])
  return results
}
