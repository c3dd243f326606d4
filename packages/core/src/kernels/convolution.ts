// Convolution layers: their kernels' contracts. Padding is tfjs's `same` or `valid`.
import { layerActivation } from './dense.ts'
import type { KernelSpec } from './spec.ts'

const windows = { strides: { shape: ['vertical', 'horizontal'] }, pad: { oneOf: ['same', 'valid'] } } as const
const image = ['batch', 'height', 'width', 'inChannels'] as const
const filter = ['filterHeight', 'filterWidth', 'inChannels', 'outChannels'] as const
const map = ['batch', 'outHeight', 'outWidth', 'outChannels'] as const
const transposedFilter = ['filterHeight', 'filterWidth', 'outChannels', 'inChannels'] as const

/** Convolution layer `activation(conv2d(x, filter) + bias)`. */
export const convolution = {
  name: 'AeConvolution',
  inputs: { x: image, filter, bias: ['outChannels'] },
  attributes: { activation: layerActivation, ...windows },
  output: map,
} as const satisfies KernelSpec

/** The gradient of {@link convolution}, from its output: of the filter, of the bias and, if `needsInput`, of `x`. */
export const convolutionGradient = {
  name: 'AeConvolutionGradient',
  inputs: { x: image, filter, output: map, dy: map },
  attributes: { activation: layerActivation, ...windows, needsInput: 'boolean' },
  output: { list: [filter, ['outChannels'], { if: 'needsInput', shape: image }] },
} as const satisfies KernelSpec

/**
 * Transposed convolution layer `activation(conv2dTranspose(x, filter) + bias)`; a convolution with this filter turns `outputShape`
 * into the shape of `x`.
 */
export const transposedConvolution = {
  name: 'AeTransposedConvolution',
  inputs: { x: image, filter: transposedFilter, bias: ['outChannels'] },
  attributes: { activation: layerActivation, ...windows, outputShape: { shape: map } },
  output: map,
} as const satisfies KernelSpec

/** The gradient of {@link transposedConvolution}, from its output: of the filter, of the bias and, if `needsInput`, of `x`. */
export const transposedConvolutionGradient = {
  name: 'AeTransposedConvolutionGradient',
  inputs: { x: image, filter: transposedFilter, output: map, dy: map },
  attributes: { activation: layerActivation, ...windows, needsInput: 'boolean' },
  output: { list: [transposedFilter, ['outChannels'], { if: 'needsInput', shape: image }] },
} as const satisfies KernelSpec
