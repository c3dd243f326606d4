// Layers as ONNX operators: dense ones, convolutions of images and signals, normalisation as trained, and every activation.
import { OptionError, type Shape, sizeOfShape, WeightsError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { Activation } from '@ae/models'
import { type ConvolutionDescription, type DenseDescription, type LayerDescription, slopeOf } from '@ae/models/internal'
import { channelsFirst, flattened, type Graph, planeOf, reshaped, type Value, type Weights } from './graph.ts'

/** Layers one after the other. */
export function addLayers(graph: Graph, layers: readonly LayerDescription[], weights: Weights, input: Value): Value {
  return layers.reduce((value, layer) => addLayer(graph, layer, weights, value), input)
}

/**
 * One layer.
 *
 * @throws {OptionError} when it is a user's own function
 */
export function addLayer(graph: Graph, layer: LayerDescription, weights: Weights, input: Value): Value {
  if (layer.type === 'custom') throw customLayer(layer.name)
  const sums =
    layer.type === 'dense' ? addDense(graph, layer, weights, input) : addConvolution(graph, layer, weights, input)
  const normal = addNormalization(graph, layer, weights, sums)
  return { ...normal, name: addActivation(graph, layer.name, layer.activation, normal.name) }
}

/** activation(x), of a value of any shape; returns its name. */
function addActivation(graph: Graph, part: string, activation: Activation, x: string): string {
  if (activation === 'linear') return x
  if (activation === 'swish') return graph.add(part, 'Mul', [x, graph.add(part, 'Sigmoid', [x])])
  const slope = slopeOf(activation)
  if (slope !== undefined) return graph.add(part, 'LeakyRelu', [x], { alpha: { float: slope } })
  return graph.add(part, activation.charAt(0).toUpperCase() + activation.slice(1), [x], {})
}

/**
 * The values of a variable.
 *
 * @throws {WeightsError} when the model has none of this name and shape
 */
export function weightOf(weights: Weights, name: string, shape: Shape): Float32Array {
  const found = weights.get(name)
  if (found?.shape.join() === shape.join()) return found.data
  throw new WeightsError('`exportOnnx` received a model whose variables do not fit its options.', {
    facts: { Expected: `${name} ${show(shape)}`, Received: found === undefined ? 'none' : show(found.shape) },
    fix: 'pass a model as its factory made it, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
}

/** x weight + bias, of flattened x. */
function addDense(graph: Graph, { name, outputShape }: DenseDescription, weights: Weights, input: Value): Value {
  const x = flattened(graph, name, input)
  const sizes = [sizeOfShape(x.shape), sizeOfShape(outputShape)] as const
  const weight = graph.floats(`${name}.weight`, sizes, weightOf(weights, `${name}.weight`, sizes))
  const sums = graph.add(name, 'Gemm', [x.name, weight, ...biasOf(graph, name, sizes[1], weights)])
  return reshaped(graph, name, { name: sums, shape: [sizes[1]] }, outputShape)
}

function addConvolution(graph: Graph, layer: ConvolutionDescription, weights: Weights, input: Value): Value {
  const { name, type, inputShape, outputShape, kernelSize, stride } = layer
  const axes = inputShape.length - 1
  const [from, inputs] = planeOf(inputShape)
  const outputs = sizeOfShape(outputShape.slice(axes)) // possibly several parameters of each channel
  const [to] = planeOf([...outputShape.slice(0, axes), outputs])
  const window = [kernelSize, axes === 1 ? 1 : kernelSize] as const
  const strides = [stride, axes === 1 ? 1 : stride] as const
  const transposed = type === 'transposedConvolution'
  const filter = transposed ? [...window, outputs, inputs] : [...window, inputs, outputs]
  const values = weightOf(weights, `${name}.weight`, filter)
  // [height, width, a, b] -> [b, a, height, width]: by output and input, of a transposed convolution by input and output
  const kernel = graph.floats(
    `${name}.weight`,
    [...filter.slice(2).reverse(), ...window],
    channelsOutside(values, filter),
  )
  const x = channelsFirst(graph, name, reshaped(graph, name, input, inputShape))
  const enlarged = type === 'resizedConvolution' ? addRepeated(graph, name, x.name, strides, to) : x.name
  const steps = type === 'resizedConvolution' ? ([1, 1] as const) : strides
  const operands = [enlarged, kernel, ...biasOf(graph, name, outputs, weights)]
  const sums = transposed
    ? graph.add(name, 'ConvTranspose', operands, {
        strides: [...steps],
        kernel_shape: [...window],
        pads: padding(from, to, window, steps),
        output_padding: [0, 1].map((i) => Math.max(to[i as 0 | 1] - reach(from, window, steps, i as 0 | 1), 0)),
      })
    : graph.add(name, 'Conv', operands, {
        strides: [...steps],
        kernel_shape: [...window],
        pads: padding(to, type === 'resizedConvolution' ? to : from, window, steps),
      })
  const value = { name: sums, shape: [...outputShape.slice(0, axes), outputs], channelsFirst: true }
  return outputShape.length === inputShape.length ? value : reshaped(graph, name, value, outputShape)
}

type Pair = readonly [number, number]

/** How many pixels the windows at all positions span. */
function reach(positions: Pair, window: Pair, strides: Pair, axis: 0 | 1): number {
  return (positions[axis] - 1) * strides[axis] + window[axis]
}

/** Zeros around the larger image, as tfjs's `same` has them: evenly, the odd one at the end. */
function padding(positions: Pair, size: Pair, window: Pair, strides: Pair): number[] {
  const [down, right] = ([0, 1] as const).map((axis) =>
    Math.max(reach(positions, window, strides, axis) - size[axis], 0),
  )
  const [rows, columns] = [down ?? 0, right ?? 0]
  return [Math.floor(rows / 2), Math.floor(columns / 2), Math.ceil(rows / 2), Math.ceil(columns / 2)]
}

/** Each pixel repeated, then cut to a size. */
function addRepeated(graph: Graph, part: string, x: string, [down, right]: Pair, [height, width]: Pair): string {
  const scales = graph.floats(`repeat ${down}, ${right}`, [4], [1, 1, down, right])
  const repeated = graph.add(part, 'Resize', [x, '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  })
  const [begin, end, axes] = [
    [0, 0],
    [height, width],
    [2, 3],
  ].map((values) => graph.integers(values))
  return graph.add(part, 'Slice', [repeated, begin ?? '', end ?? '', axes ?? ''])
}

/** The bias, where there is one: batch normalisation would take it away. */
function biasOf(graph: Graph, part: string, size: number, weights: Weights): string[] {
  const name = `${part}.bias`
  return weights.has(name) ? [graph.floats(name, [size], weightOf(weights, name, [size]))] : []
}

function addNormalization(
  graph: Graph,
  { name: layer, normalization: kind, epsilon = 1e-5 }: DenseDescription | ConvolutionDescription,
  weights: Weights,
  value: Value,
): Value {
  if (kind === 'none') return value
  const channels = value.shape.at(-1) ?? 1
  const part = `${layer}.normalization`
  const constant = (name: string, shape: Shape = [channels]) =>
    graph.floats(`${part}.${name}`, shape, weightOf(weights, `${part}.${name}`, [channels]))
  if (kind === 'batch') {
    const x = value.shape.length === 1 ? value : channelsFirst(graph, part, value)
    const parameters = ['weight', 'bias', 'mean', 'variance'].map((name) => constant(name))
    const name = graph.add(part, 'BatchNormalization', [x.name, ...parameters], { epsilon: { float: epsilon } })
    return { ...x, name }
  }
  // Over everything but the batch. ONNX's LayerNormalization would need a weight of that whole shape, not one a channel.
  const isFirst = value.channelsFirst === true
  const axes = isFirst ? [3, 2, 1] : value.shape.map((_, axis) => value.shape.length - axis)
  // One axis after the other: ONNX Runtime adds millions of numbers one by one, and loses more digits than there are.
  const mean = (x: string) =>
    axes.reduce((sums, axis) => graph.add(part, 'ReduceMean', [sums], { axes: [axis], keepdims: { int: 1 } }), x)
  const centred = graph.add(part, 'Sub', [value.name, mean(value.name)])
  const variance = mean(graph.add(part, 'Mul', [centred, centred]))
  const deviation = graph.add(part, 'Sqrt', [graph.add(part, 'Add', [variance, graph.scalar(epsilon)])])
  const standard = graph.add(part, 'Div', [centred, deviation])
  const shape = isFirst ? [channels, 1, 1] : [channels]
  const scaled = graph.add(part, 'Mul', [standard, constant('weight', shape)])
  return { ...value, name: graph.add(part, 'Add', [scaled, constant('bias', shape)]) }
}

/** `[height, width, a, b]` -> `[b, a, height, width]`. */
function channelsOutside(values: Float32Array, [height = 1, width = 1, a = 1, b = 1]: Shape): Float32Array {
  const moved = new Float32Array(values.length)
  const pixels = height * width
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let i = 0; i < a; i++) {
      for (let j = 0; j < b; j++) moved[(j * a + i) * pixels + pixel] = values[(pixel * a + i) * b + j] ?? 0
    }
  }
  return moved
}

function customLayer(name: string): OptionError {
  return new OptionError(
    `\`exportOnnx\` cannot export the layer \`${name}\`: it is a function of a custom architecture.`,
    {
      facts: { Expected: 'layers of denseArchitecture or convolutionalArchitecture', Received: `a function, ${name}` },
      fix: 'build the model with denseArchitecture or convolutionalArchitecture',
    },
  )
}
