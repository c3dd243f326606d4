// Convolutional layers with PyTorch's default initialisation, for images [height, width, channels] and, as images of one
// column, for signals [length, channels].
import { reshape, type Shape, sizeOfShape } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Activation } from './activation.ts'
import { convolution, transposedConvolution } from './convolution.ts'
import { uniformVariable } from './initialization.ts'
import { layerEnding } from './layer-ending.ts'
import type { Layer, PassOptions } from './network.ts'
import type { Normalization } from './normalization.ts'
import { upsample } from './upsample.ts'

/** What a convolutional layer is made of. */
export interface ConvolutionLayerOptions {
  /** The prefix of its variables' names, e.g. `encoder.0`: `name.weight`, `name.bias`. */
  readonly name: string
  /** The shape of one input: `[height, width, channels]` or `[length, channels]`. */
  readonly inputShape: Shape
  /** The shape of one output, as many lengths; what follows them are its channels, possibly on two axes. */
  readonly outputShape: Shape
  /** Height and width of the filter. */
  readonly kernelSize: number
  /** By how much the lengths shrink or, for a layer that enlarges, grow. */
  readonly stride: number
  /** Between the sums and the activation. */
  readonly normalization: Normalization
  /** What the normalisation adds to the variance. Defaults to 1e-5. */
  readonly epsilon?: number | undefined
  /** Applied to each output. */
  readonly activation: Activation
  /** Seeds the initial weights. */
  readonly seed: number
}

/** A convolution; its weight is `[kernelSize, kernelSize, in, out]`. */
export function convolutionLayer(options: ConvolutionLayerOptions): Layer {
  const { from, to, window, strides } = planes(options)
  const filterShape = [...window, from.channels, to.channels]
  return filterLayer(options, filterShape, from.channels, (x, filter, bias, activation, { inputGradient }) =>
    convolution(x, filter, bias, activation, { strides, inputGradient }),
  )
}

/** A transposed convolution; its weight is `[kernelSize, kernelSize, out, in]`. */
export function transposedConvolutionLayer(options: ConvolutionLayerOptions): Layer {
  const { from, to, window, strides } = planes(options)
  const filterShape = [...window, to.channels, from.channels]
  // PyTorch counts the fan in of nn.ConvTranspose2d over its output channels: the second axis of the weight is theirs.
  return filterLayer(options, filterShape, to.channels, (x, filter, bias, activation, { inputGradient }) =>
    transposedConvolution(x, filter, bias, activation, { strides, size: to.size, inputGradient }),
  )
}

/** Pixels repeated, then a convolution; its weight is `[kernelSize, kernelSize, in, out]`. */
export function resizedConvolutionLayer(options: ConvolutionLayerOptions): Layer {
  const { from, to, window, strides } = planes(options)
  const filterShape = [...window, from.channels, to.channels]
  return filterLayer(options, filterShape, from.channels, (x, filter, bias, activation, { inputGradient }) =>
    convolution(upsample(x, strides, to.size), filter, bias, activation, { strides: [1, 1], inputGradient }),
  )
}

/** A layer as the kernels see it: height and width, and what goes with them. */
function planes({ inputShape, outputShape, kernelSize, stride }: ConvolutionLayerOptions) {
  const axes = inputShape.length - 1
  const plane = (shape: Shape) => {
    const [height = 1, width = 1] = shape.slice(0, axes)
    return { size: [height, width] as const, channels: sizeOfShape(shape.slice(axes)) }
  }
  const pair = (value: number) => [value, axes === 1 ? 1 : value] as const
  return { from: plane(inputShape), to: plane(outputShape), window: pair(kernelSize), strides: pair(stride) }
}

type Run = (
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  activation: Activation,
  pass: PassOptions,
) => tf.Tensor4D

/** What the three share: the variables, the shapes around the kernel, and the ending. */
function filterLayer(options: ConvolutionLayerOptions, filterShape: Shape, fanInChannels: number, run: Run): Layer {
  const { name, outputShape, normalization, epsilon, activation, seed } = options
  const { from, to, window } = planes(options)
  const isImage = options.inputShape.length === 3 && outputShape.length === 3
  const fanIn = fanInChannels * sizeOfShape(window)
  const weight = uniformVariable(`${name}.weight`, filterShape, fanIn, seed) as tf.Variable<tf.Rank.R4>
  const ending = layerEnding({
    name,
    biasSize: to.channels,
    fanIn,
    channels: to.channels,
    positions: sizeOfShape(to.size),
    normalization,
    epsilon,
    activation,
    seed,
  })
  return {
    outputShape,
    variables: { [`${name}.weight`]: weight, ...ending.variables },
    state: ending.state,
    minimumBatch: ending.minimumBatch,
    apply(x, pass) {
      const image = x.rank === 4 ? (x as tf.Tensor4D) : tf.reshape<tf.Rank.R4>(x, [-1, ...from.size, from.channels])
      const kernel = ending.kernel()
      const output = ending.apply(run(image, weight, kernel.bias, kernel.activation, pass), pass)
      return isImage ? output : reshape(output, [-1, ...outputShape])
    },
  }
}
