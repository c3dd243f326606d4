// Layers of this library as layers of TensorFlow.js.
import { OptionError, type Shape, sizeOfShape, WeightsError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { Activation } from '@ae/models'
import { type ConvolutionDescription, type DenseDescription, type LayerDescription, slopeOf } from '@ae/models/internal'
import type { Weights } from '../onnx/graph.ts'
import type { LayersGraph } from './layers-graph.ts'

/** A value: the layer that gives it, and the shape of one example. */
export interface Value {
  readonly name: string
  readonly shape: Shape
}

/** What layers are added to, and what with. */
export interface Writing {
  readonly graph: LayersGraph
  readonly weights: Weights
}

/** Layers one after the other. */
export function addLayers(writing: Writing, layers: readonly LayerDescription[], input: Value): Value {
  return layers.reduce((value, layer) => addLayer(writing, layer, value), input)
}

/**
 * One layer.
 *
 * @throws {OptionError} when it is a user's own function
 */
export function addLayer(writing: Writing, layer: LayerDescription, input: Value): Value {
  if (layer.type === 'custom') {
    throw new OptionError(
      `\`${functionName}\` cannot export the layer \`${layer.name}\`: it is a function of a custom architecture.`,
      {
        facts: { Expected: 'layers of denseArchitecture, convolutionalArchitecture or layersArchitecture' },
        fix: 'build the model with one of these architectures',
      },
    )
  }
  const sums = layer.type === 'dense' ? addDense(writing, layer, input) : addConvolution(writing, layer, input)
  const normal = addNormalization(writing, layer, sums)
  return { ...normal, name: addActivation(writing.graph, layer.name, layer.activation, normal.name) }
}

/** The name of the public function, for messages. */
export const functionName = 'exportLayersModel'

/** activation(x). `leaky_relu` is not an activation of TensorFlow.js but a layer, whose slope is 0.3 unless told otherwise. */
export function addActivation(graph: LayersGraph, part: string, activation: Activation, x: string): string {
  if (activation === 'linear') return x
  const alpha = slopeOf(activation)
  if (alpha !== undefined) return graph.add(`${part}_activation`, 'LeakyReLU', { alpha }, [x])
  return graph.add(`${part}_activation`, 'Activation', { activation }, [x])
}

/** The value in another shape. */
export function reshaped({ graph }: Writing, part: string, { name, shape }: Value, target: Shape): Value {
  if (shape.join() === target.join()) return { name, shape }
  return { name: graph.add(`${part}_shape`, 'Reshape', { target_shape: target }, [name]), shape: target }
}

/** x kernel + bias, of a vector. */
export function addKernel(
  graph: LayersGraph,
  name: string,
  kernel: { readonly shape: Shape; readonly data: Float32Array },
  bias: Float32Array | undefined,
  x: string,
): string {
  const units = kernel.shape[1] ?? 1
  const config = { units, activation: 'linear', use_bias: bias !== undefined, ...zeros }
  return graph.add(name, 'Dense', config, [x], {
    kernel,
    ...(bias === undefined ? {} : { bias: { shape: [units], data: bias } }),
  })
}

/** Initial values, which the file's replace: those of TensorFlow.js take long to draw. */
const zeros = {
  kernel_initializer: { class_name: 'Zeros', config: {} },
  bias_initializer: { class_name: 'Zeros', config: {} },
}

function addDense(writing: Writing, { name, outputShape }: DenseDescription, input: Value): Value {
  const x = reshaped(writing, name, input, [sizeOfShape(input.shape)])
  const shape = [sizeOfShape(x.shape), sizeOfShape(outputShape)]
  const kernel = { shape, data: weightOf(writing, `${name}.weight`, shape) }
  const sums = addKernel(writing.graph, name, kernel, biasOf(writing, name, shape.slice(1)), x.name)
  return reshaped(writing, name, { name: sums, shape: shape.slice(1) }, outputShape)
}

function addConvolution(writing: Writing, layer: ConvolutionDescription, input: Value): Value {
  const { graph } = writing
  const { name, type, inputShape, outputShape, kernelSize, stride } = layer
  const axes = inputShape.length - 1
  const pair = (value: number) => [value, axes === 1 ? 1 : value] as const
  const plane = (shape: Shape) => [shape[0] ?? 1, axes === 1 ? 1 : (shape[1] ?? 1)] as const
  const [from, to] = [plane(inputShape), plane(outputShape)]
  const [inputs, outputs] = [inputShape.at(-1) ?? 1, sizeOfShape(outputShape.slice(axes))]
  const x = reshaped(writing, name, input, [...from, inputs]) // a signal is an image of one column
  const transposed = type === 'transposedConvolution'
  const shape = [...pair(kernelSize), ...(transposed ? [outputs, inputs] : [inputs, outputs])]
  const bias = biasOf(writing, name, [outputs])
  const resized = type === 'resizedConvolution'
  const config = {
    filters: outputs,
    kernel_size: [...pair(kernelSize)],
    strides: [...pair(resized ? 1 : stride)],
    padding: 'same',
    data_format: 'channels_last',
    dilation_rate: [1, 1],
    activation: 'linear',
    use_bias: bias !== undefined,
    ...zeros,
  }
  const own = {
    kernel: { shape, data: weightOf(writing, `${name}.weight`, shape) },
    ...(bias === undefined ? {} : { bias: { shape: [outputs], data: bias } }),
  }
  const whole = from.map((length, axis) => length * (pair(stride)[axis] ?? 1))
  let sums: string
  if (resized) {
    const enlarging = { size: [...pair(stride)], data_format: 'channels_last', interpolation: 'nearest' }
    const enlarged = graph.add(`${name}_enlarged`, 'UpSampling2D', enlarging, [x.name])
    const cut = addCropping(graph, name, [0, 0], [(whole[0] ?? 0) - to[0], (whole[1] ?? 0) - to[1]], enlarged)
    sums = graph.add(name, 'Conv2D', config, [cut], own)
  } else if (transposed) {
    // TensorFlow.js has no output padding: the whole of the stride, of which this library takes the middle.
    const before = ([0, 1] as const).map((axis) => {
      const reach = (from[axis] - 1) * (pair(stride)[axis] ?? 1) + (pair(kernelSize)[axis] ?? 1)
      const padding = (size: number) => Math.floor(Math.max(reach - size, 0) / 2)
      return padding(to[axis]) - padding(whole[axis] ?? 0)
    })
    const enlarged = graph.add(name, 'Conv2DTranspose', config, [x.name], own)
    const after = [0, 1].map((axis) => (whole[axis] ?? 0) - (to[axis as 0 | 1] ?? 0) - (before[axis] ?? 0))
    sums = addCropping(graph, name, before, after, enlarged)
  } else {
    sums = graph.add(name, 'Conv2D', config, [x.name], own)
  }
  return reshaped(writing, name, { name: sums, shape: [...to, outputs] }, outputShape)
}

function addCropping(
  graph: LayersGraph,
  name: string,
  [top = 0, left = 0]: readonly number[],
  [bottom = 0, right = 0]: readonly number[],
  x: string,
): string {
  if (top + left + bottom + right === 0) return x
  const cropping = [
    [top, bottom],
    [left, right],
  ]
  return graph.add(`${name}_cropped`, 'Cropping2D', { cropping, data_format: 'channels_last' }, [x])
}

function addNormalization(
  writing: Writing,
  { name: layer, normalization, epsilon = 1e-5 }: DenseDescription | ConvolutionDescription,
  { name, shape }: Value,
): Value {
  if (normalization === 'none') return { name, shape }
  const channels = shape.at(-1) ?? 1
  const of = (part: string) => weightOf(writing, `${layer}.normalization.${part}`, [channels])
  if (normalization === 'batch') {
    const own = { gamma: of('weight'), beta: of('bias'), moving_mean: of('mean'), moving_variance: of('variance') }
    const weights = Object.fromEntries(Object.entries(own).map(([key, data]) => [key, { shape: [channels], data }]))
    const config = { axis: -1, momentum: 0.9, epsilon, center: true, scale: true }
    return { name: writing.graph.add(`${layer}_normal`, 'BatchNormalization', config, [name], weights), shape }
  }
  // Over everything but the batch, where TensorFlow.js has a weight of that whole shape, not one a channel.
  const repeated = (values: Float32Array) => ({
    shape,
    data: Float32Array.from({ length: sizeOfShape(shape) }, (_, i) => values[i % channels] ?? 0),
  })
  const config = { axis: shape.map((_, axis) => axis + 1), epsilon, center: true, scale: true }
  const weights = { gamma: repeated(of('weight')), beta: repeated(of('bias')) }
  return { name: writing.graph.add(`${layer}_normal`, 'LayerNormalization', config, [name], weights), shape }
}

/** The bias, where there is one: batch normalisation would take it away. */
function biasOf(writing: Writing, name: string, shape: Shape): Float32Array | undefined {
  return writing.weights.has(`${name}.bias`) ? weightOf(writing, `${name}.bias`, shape) : undefined
}

function weightOf({ weights }: Writing, name: string, shape: Shape): Float32Array {
  const found = weights.get(name)
  if (found?.shape.join() === shape.join()) return found.data
  throw new WeightsError(`\`${functionName}\` received a model whose variables do not fit its options.`, {
    facts: { Expected: `${name} ${show(shape)}`, Received: found === undefined ? 'none' : show(found.shape) },
    fix: 'pass a model as its factory made it, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
}
