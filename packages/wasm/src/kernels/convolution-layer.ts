// A convolution layer with its bias and activation in one kernel, its whole gradient in another; and the transposed layer,
// whose input is the output of the convolution that it transposes.
import { fusedKernels } from '@ae/core'
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'
import { geometryOf, type Options } from './convolution.ts'
import { activationOf } from './dense.ts'
import { type Geometry, outShapeOf } from './geometry.ts'
import { imagesInput, type Shape4D, shapedInput, type WasmKernel } from './kernel.ts'
import { convolve, convolveTransposed, convolutionGradient as gradientOf } from './patches.ts'

/** `activation(conv2d(x, filter) + bias)`. */
export const convolution: WasmKernel = {
  name: fusedKernels.convolution,
  run: ({ inputs, attributes, heap }) => {
    const layer = convolutionLayer(fusedKernels.convolution, inputs, attributes)
    const bias = shapedInput(fusedKernels.convolution, inputs, 'bias', [layer.geometry.outChannels])
    const out = heap.output(layer.outShape)
    const ending = { bias: heap.address(bias), activation: layer.activation }
    convolve(heap, layer.geometry, heap.address(layer.x), heap.address(layer.filter), heap.address(out), ending)
    return out
  },
}

/** The gradients of filter and bias and, if asked for, of `x`. */
export const convolutionGradient: WasmKernel = {
  name: fusedKernels.convolutionGradient,
  run: ({ inputs, attributes, heap }) => {
    const layer = convolutionLayer(fusedKernels.convolutionGradient, inputs, attributes)
    return gradients(fusedKernels.convolutionGradient, inputs, attributes, heap, layer, false)
  },
}

/** `activation(conv2dTranspose(x, filter) + bias)`. */
export const transposedConvolution: WasmKernel = {
  name: fusedKernels.transposedConvolution,
  run: ({ inputs, attributes, heap }) => {
    const outShape = attributes.outputShape as Shape4D
    const layer = transposedLayer(fusedKernels.transposedConvolution, inputs, attributes, outShape)
    const bias = shapedInput(fusedKernels.transposedConvolution, inputs, 'bias', [layer.geometry.inChannels])
    const out = heap.output(outShape)
    const ending = { bias: heap.address(bias), activation: layer.activation }
    convolveTransposed(
      heap,
      layer.geometry,
      heap.address(out),
      heap.address(layer.filter),
      heap.address(layer.x),
      ending,
    )
    return out
  },
}

/** The gradients of filter and bias and, if asked for, of `x`. */
export const transposedConvolutionGradient: WasmKernel = {
  name: fusedKernels.transposedConvolutionGradient,
  run: ({ inputs, attributes, heap }) => {
    const [, outShape] = imagesInput(fusedKernels.transposedConvolutionGradient, inputs, 'dy')
    const layer = transposedLayer(fusedKernels.transposedConvolutionGradient, inputs, attributes, outShape)
    return gradients(fusedKernels.transposedConvolutionGradient, inputs, attributes, heap, layer, true)
  },
}

/** A layer as its kernels received it, checked. */
interface Layer {
  readonly x: TensorInfo
  readonly filter: TensorInfo
  readonly outShape: Shape4D
  readonly activation: number
  /** Of the convolution that the layer is, or that it transposes. */
  readonly geometry: Geometry
}

function convolutionLayer(name: string, inputs: NamedTensorInfoMap, attributes: NamedAttrMap): Layer {
  const [x, shape] = imagesInput(name, inputs, 'x')
  const [, filterShape] = imagesInput(name, inputs, 'filter')
  const geometry = geometryOf(name, shape, filterShape, attributes as unknown as Options)
  const filter = shapedInput(name, inputs, 'filter', filterShape.with(2, geometry.inChannels))
  return { x, filter, outShape: outShapeOf(geometry), activation: activationOf(name, attributes), geometry }
}

function transposedLayer(name: string, inputs: NamedTensorInfoMap, attributes: NamedAttrMap, outShape: Shape4D): Layer {
  const [, filterShape] = imagesInput(name, inputs, 'filter')
  const geometry = geometryOf(name, outShape, filterShape, attributes as unknown as Options)
  const filter = shapedInput(name, inputs, 'filter', filterShape.with(2, geometry.inChannels))
  const x = shapedInput(name, inputs, 'x', outShapeOf(geometry))
  return { x, filter, outShape, activation: activationOf(name, attributes), geometry }
}

/** What both gradients share: the gradients of a layer, and room for them. */
function gradients(
  name: string,
  inputs: NamedTensorInfoMap,
  attributes: NamedAttrMap,
  heap: Heap,
  { x, filter, outShape, activation, geometry }: Layer,
  transposed: boolean,
): TensorInfo[] {
  const output = shapedInput(name, inputs, 'output', outShape)
  const dy = shapedInput(name, inputs, 'dy', outShape)
  const needed = attributes.needsInput === true ? [x.shape] : []
  const results = heap.outputs([filter.shape, [outShape[3]], ...needed])
  const [dFilter = 0, dBias = 0, dInput = 0] = results.map((tensor) => heap.address(tensor))
  const addresses = {
    input: heap.address(x),
    filter: dInput === 0 ? 0 : heap.address(filter),
    output: heap.address(output),
    dy: heap.address(dy),
    ...{ dFilter, dBias, dInput },
  }
  gradientOf(heap, geometry, transposed, addresses, activation)
  return results
}
