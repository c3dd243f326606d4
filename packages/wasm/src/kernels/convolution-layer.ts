// A convolution layer with its bias and activation in one kernel, its whole gradient in another; and the transposed layer,
// whose input is the output of the convolution that it transposes.
import { fusedKernels } from '@ae/core'
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../heap.ts'
import { geometryOf, type Options } from './convolution.ts'
import { activationOf } from './dense.ts'
import { type Geometry, outShapeOf } from './geometry.ts'
import { imagesInput, type Shape4D, shapedInput, type WasmKernel } from './kernel.ts'
import { convolve, convolveTransposed, filterGradient } from './patches.ts'

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
    const { geometry, x, filter } = layer
    return gradients(fusedKernels.convolutionGradient, inputs, attributes, heap, layer, (dPre, dFilter, dx) => {
      filterGradient(heap, geometry, heap.address(x), dPre, dFilter)
      if (dx !== undefined) convolveTransposed(heap, geometry, dx, heap.address(filter), dPre)
    })
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
    const { geometry, x, filter } = layer
    return gradients(
      fusedKernels.transposedConvolutionGradient,
      inputs,
      attributes,
      heap,
      layer,
      (dPre, dFilter, dx) => {
        filterGradient(heap, geometry, dPre, heap.address(x), dFilter)
        if (dx !== undefined) convolve(heap, geometry, dPre, heap.address(filter), dx)
      },
    )
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

/** What both gradients share: back through the activation, the gradient of the bias, and room for the results. */
function gradients(
  name: string,
  inputs: NamedTensorInfoMap,
  attributes: NamedAttrMap,
  heap: Heap,
  { x, filter, outShape, activation }: Layer,
  rest: (dPre: number, dFilter: number, dx: number | undefined) => void,
): TensorInfo[] {
  const output = shapedInput(name, inputs, 'output', outShape)
  const dy = shapedInput(name, inputs, 'dy', outShape)
  const [batch, height, width, channels] = outShape
  const pixels = batch * height * width
  const run = (dPre: number): TensorInfo[] => {
    const needed = attributes.needsInput === true ? [x.shape] : []
    const results = heap.outputs([filter.shape, [channels], ...needed])
    const [dFilter, dBias, dx] = results.map((tensor) => heap.address(tensor))
    if (dFilter === undefined || dBias === undefined) return results
    if (activation !== 0) {
      heap.native.activationGradient(
        heap.team,
        heap.address(dy),
        heap.address(output),
        dPre,
        pixels * channels,
        activation,
      )
    }
    heap.native.columnSums(heap.team, dPre, dBias, pixels, channels, 1)
    rest(dPre, dFilter, dx)
    return results
  }
  return activation === 0 ? run(heap.address(dy)) : heap.scratch(4 * pixels * channels || 4, run)
}
