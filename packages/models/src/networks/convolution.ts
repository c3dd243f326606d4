// Convolutions of images as ops with their own gradients: activation(conv2d(x, filter) + bias), and the transposed one.
// Both pad as tfjs's `same` does: with zeros, evenly, the odd one at the end.
import { runFused, withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Activation, activate, activationGradient, type FusedActivation, withActivation } from './activation.ts'

/** Options of {@link convolution}. */
export interface ConvolutionOptions {
  /** Pixels from one window to the next: vertical, horizontal. */
  readonly strides: readonly [number, number]
  /** Whether a gradient flows into `x`; data needs none, and leaving it out saves a convolution. */
  readonly inputGradient: boolean
}

/** Options of {@link transposedConvolution}. */
export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** Height and width of the output; divided by the strides and rounded up they are those of `x`. */
  readonly size: readonly [number, number]
}

/**
 * activation(conv2d(x, filter) + bias), with `same` padding.
 *
 * @param x `[batch, height, width, in]`, borrowed
 * @param filter `[filterHeight, filterWidth, in, out]`, borrowed
 * @param bias `[out]`, borrowed
 * @param activation applied to each value
 * @returns `[batch, ceil(height / vertical stride), ceil(width / horizontal stride), out]`, owned by the caller
 */
export function convolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  activation: Activation,
  { strides, inputGradient }: ConvolutionOptions,
): tf.Tensor4D {
  return withActivation(activation, (fused) => {
    const attributes = { activation: fused, strides, pad: 'same' } as const
    const forward = () =>
      runFused('AeConvolution', { x, filter, bias }, attributes, () =>
        activate(tf.add(convolve(x, filter, strides), bias), fused),
      )
    return layer(x, filter, bias, inputGradient, forward, (inputs) =>
      runFused('AeConvolutionGradient', inputs, { ...attributes, needsInput: inputGradient }, () =>
        composedGradient(inputs, fused, inputGradient, {
          byFilter: (dSum) => filterGradient(inputs.x, dSum, filter, strides),
          byInput: (dSum) => convolveTransposed(dSum, inputs.filter, x.shape, strides),
        }),
      ),
    )
  })
}

/**
 * activation(conv2dTranspose(x, filter) + bias): the transpose of the convolution with `same` padding that turns an
 * image of the given size into one of the size of `x`.
 *
 * @param x `[batch, height, width, in]`, borrowed
 * @param filter `[filterHeight, filterWidth, out, in]`, borrowed
 * @param bias `[out]`, borrowed
 * @param activation applied to each value
 * @returns `[batch, ...size, out]`, owned by the caller
 */
export function transposedConvolution(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  activation: Activation,
  { strides, size, inputGradient }: TransposedConvolutionOptions,
): tf.Tensor4D {
  return withActivation(activation, (fused) => {
    const outputShape: Shape4D = [x.shape[0], ...size, filter.shape[2]]
    const attributes = { activation: fused, strides, pad: 'same' } as const
    const forward = () =>
      runFused('AeTransposedConvolution', { x, filter, bias }, { ...attributes, outputShape }, () =>
        activate(tf.add(convolveTransposed(x, filter, outputShape, strides), bias), fused),
      )
    return layer(x, filter, bias, inputGradient, forward, (inputs) =>
      runFused('AeTransposedConvolutionGradient', inputs, { ...attributes, needsInput: inputGradient }, () =>
        composedGradient(inputs, fused, inputGradient, {
          byFilter: (dSum) => filterGradient(dSum, inputs.x, filter, strides),
          byInput: (dSum) => convolve(dSum, inputs.filter, strides),
        }),
      ),
    )
  })
}

type Shape4D = tf.Tensor4D['shape']
type GradientInputs = Readonly<Record<'x' | 'filter' | 'output' | 'dy', tf.Tensor4D>>

/** What both directions share: which inputs have a gradient, and what the gradient needs. */
function layer(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  inputGradient: boolean,
  forward: () => tf.Tensor4D,
  gradient: (inputs: GradientInputs) => tf.Tensor[],
): tf.Tensor4D {
  return withGradient(inputGradient ? [filter, bias, x] : [filter, bias], () => {
    const value = forward()
    return {
      value,
      saved: [x, filter, value],
      gradient: (dy, [x, filter, output]) => gradient({ x, filter, output, dy } as GradientInputs),
    }
  })
}

function composedGradient(
  { output, dy }: GradientInputs,
  activation: FusedActivation,
  needsInput: boolean,
  { byFilter, byInput }: Readonly<Record<'byFilter' | 'byInput', (dSum: tf.Tensor4D) => tf.Tensor>>,
): tf.Tensor[] {
  const dSum = activationGradient(output, dy, activation) // as the output
  const gradients = [byFilter(dSum), tf.sum(dSum, [0, 1, 2])]
  return needsInput ? [...gradients, byInput(dSum)] : gradients
}

// tfjs's kernels themselves: `tf.conv2d` and its like bring checks of what the layers have checked, and tfjs exports none for
// the gradient of a filter.

function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, strides: readonly [number, number]): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2D, { x, filter }, { ...windows(strides), dilations: [1, 1] })
}

function convolveTransposed(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  outputShape: Shape4D,
  strides: readonly [number, number],
): tf.Tensor4D {
  const attributes = { ...windows(strides), inputShape: outputShape }
  return tf.engine().runKernel(tf.Conv2DBackpropInput, { dy: x, filter }, attributes)
}

/** The gradient of a convolution's filter. */
function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  { shape }: tf.Tensor4D,
  strides: readonly [number, number],
): tf.Tensor4D {
  return tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, { ...windows(strides), filterShape: shape })
}

/** How the filter moves: as every layer of this package has it. */
function windows(strides: readonly [number, number]) {
  return { strides: [...strides], pad: 'same', dataFormat: 'NHWC' }
}
