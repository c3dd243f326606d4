// Networks layer by layer, each described by itself: for models of other libraries, whose decoders seldom mirror their encoders.
import { OptionError, repeatable, type Shape, sizeOfShape } from '@ae/core'
import { assertOptions, type OptionCheck, oneOf, positiveInteger, positiveNumber, shapeOption } from '@ae/core/internal'
import { type Activation, activationOption } from './activation.ts'
import type { Architecture, DecoderOptions } from './architecture.ts'
import { convolutionLayer, resizedConvolutionLayer, transposedConvolutionLayer } from './convolution-layer.ts'
import { denseLayer } from './dense-layer.ts'
import { layersBetween, type Network, sequence } from './network.ts'
import { type Normalization, normalizations } from './normalization.ts'

/** What every kind of layer has. */
export interface LayerBasics {
  /** Applied to each output. Defaults to `linear`. */
  readonly activation?: Activation | undefined
  /** How the sums are normalised before the activation. Defaults to `none`. */
  readonly normalization?: Normalization | undefined
  /** What the normalisation adds to the variance, above 0: 1e-5 in PyTorch, 1e-3 in Keras. Defaults to 1e-5. */
  readonly epsilon?: number | undefined
}

/** A dense layer; what comes in is flattened. */
export interface DenseNetworkLayer extends LayerBasics {
  /** Its kind. */
  readonly kind: 'dense'
  /** The shape of one output, e.g. `[400]`, or `[7, 7, 64]` for the feature maps of a convolution after it. */
  readonly shape: Shape
}

/**
 * A convolution with `same` padding, of images or signals. `transposedConvolution` and `resizedConvolution` enlarge: the latter
 * repeats pixels, then convolves.
 */
export interface ConvolutionNetworkLayer extends LayerBasics {
  /** Its kind. */
  readonly kind: 'convolution' | 'transposedConvolution' | 'resizedConvolution'
  /** The channels of its output, a positive integer. */
  readonly channels: number
  /** Height and width of the filter, a positive integer. */
  readonly kernelSize: number
  /**
   * The shape in which it takes what comes in, `[height, width, channels]` or `[length, channels]`, e.g. after a dense layer that
   * gives a vector. Defaults to the shape that the layer before it gives.
   */
  readonly inputShape?: Shape | undefined
  /** By how much it divides height and width, or multiplies them, a positive integer. Defaults to 1. */
  readonly stride?: number | undefined
  /**
   * Height and width of the output of a layer that enlarges, or the length of a signal; divided by the stride and rounded up they
   * are those of its input. Defaults to those of the input times the stride.
   */
  readonly size?: Shape | undefined
}

/** One layer of {@link layersArchitecture}. */
export type NetworkLayer = DenseNetworkLayer | ConvolutionNetworkLayer

/** Options of {@link layersArchitecture}. */
export interface LayersArchitectureOptions {
  /** From an example to features; the model adds the layers of the code. Possibly none. */
  readonly encoder: readonly NetworkLayer[]
  /**
   * From a code to the raw output, which has the shape of an example; the last one is linear and not normalised, and where the
   * likelihood has `parameters`, it emits as many for each feature. At least one.
   */
  readonly decoder: readonly NetworkLayer[]
}

/**
 * Networks that you describe layer by layer, where `denseArchitecture` and `convolutionalArchitecture` do not fit: as they only
 * build decoders that mirror the encoder.
 *
 * @throws {OptionError} on an unknown or bad option; building a network throws it where one layer's output does not fit the next
 * @example
 * ```ts
 * const architecture = layersArchitecture({
 *   encoder: [
 *     { kind: 'convolution', channels: 32, kernelSize: 3, stride: 2, activation: 'relu' },
 *     { kind: 'dense', shape: [16], activation: 'relu' },
 *   ],
 *   decoder: [
 *     { kind: 'dense', shape: [14, 14, 32], activation: 'relu' },
 *     { kind: 'transposedConvolution', channels: 1, kernelSize: 3, stride: 2 },
 *   ],
 * })
 * const model = vae({ inputShape: [28, 28, 1], latentSize: 2, architecture })
 * ```
 */
export function layersArchitecture(options: LayersArchitectureOptions): Architecture {
  assertOptions(functionName, options, { encoder: layersOption(0), decoder: layersOption(1) }, ['encoder', 'decoder'])
  const { encoder, decoder } = options
  for (const [i, layer] of encoder.entries()) assertLayer(`encoder[${i}]`, layer)
  for (const [i, layer] of decoder.entries()) assertLayer(`decoder[${i}]`, layer)
  const { activation = 'linear', normalization = 'none' } = decoder.at(-1) ?? {}
  if (activation !== 'linear' || normalization !== 'none') {
    throw new OptionError(`\`${functionName}\` received a \`decoder\` whose last layer is not linear.`, {
      facts: {
        Expected: 'no activation and no normalization',
        Received: `activation ${activation}, normalization ${normalization}`,
      },
      fix: "leave them out, and let the likelihood apply the activation, e.g. likelihood: squaredError({ activation: 'sigmoid' })",
    })
  }
  return {
    encoder: repeatable(({ inputShape, seed }) => networkOf('encoder', encoder, inputShape, seed)),
    decoder: repeatable(({ codeShape, inputShape, parameters, seed }) => {
      return networkOf('decoder', decoder, codeShape, seed, endingOf({ inputShape, parameters }))
    }),
    config: { kind: 'layers', encoder: encoder.map(toConfig), decoder: decoder.map(toConfig) },
  }
}

const functionName = 'layersArchitecture'

/** What a decoder gives. */
export interface Ending {
  /** The shape of one example, which the last layer describes. */
  readonly example: Shape
  /** The same, with the parameters of each feature. */
  readonly output: Shape
}

/** What the decoder gives for a likelihood. */
export function endingOf({ inputShape, parameters }: Pick<DecoderOptions, 'inputShape' | 'parameters'>): Ending {
  return { example: inputShape, output: parameters === 1 ? inputShape : [...inputShape, parameters] }
}

function networkOf(
  part: string,
  descriptions: readonly NetworkLayer[],
  inputShape: Shape,
  seed: number,
  ending?: Ending,
): Network {
  const layers = layersBetween(shapesOf(part, descriptions, inputShape, ending), (before, outputShape, i) => {
    const { kind, activation = 'linear', normalization = 'none', epsilon, ...own } = descriptions[i] as NetworkLayer
    const layer = { name: `${part}.${i}`, inputShape: before, outputShape, activation, normalization, epsilon, seed }
    if (!('channels' in own)) return denseLayer(layer)
    const { inputShape = before, kernelSize, stride = 1 } = own
    return filters[kind as ConvolutionNetworkLayer['kind']]({ ...layer, inputShape, kernelSize, stride })
  })
  return sequence(inputShape, layers)
}

const filters = {
  convolution: convolutionLayer,
  transposedConvolution: transposedConvolutionLayer,
  resizedConvolution: resizedConvolutionLayer,
}

/** The input's shape, then that of each layer's output. */
export function* shapesOf(
  part: string,
  descriptions: readonly NetworkLayer[],
  inputShape: Shape,
  ending: Ending | undefined,
): Generator<Shape> {
  let before = inputShape
  yield before
  for (const [i, description] of descriptions.entries()) {
    const shape = outputShapeOf(`${part}[${i}]`, description, before)
    if (ending === undefined || i < descriptions.length - 1) {
      yield shape
    } else if (shape.join() === ending.example.join()) {
      yield ending.output
    } else {
      throw misfit(`${part}[${i}]`, 'does not give the shape of an example', ending.example, shape)
    }
    before = shape
  }
}

function outputShapeOf(name: string, description: NetworkLayer, before: Shape): Shape {
  if (description.kind === 'dense') return description.shape
  const { kind, channels, stride = 1, inputShape = before } = description
  if (sizeOfShape(inputShape) !== sizeOfShape(before))
    throw misfit(name, 'cannot take its input in the shape `inputShape`', before, inputShape)
  const lengths = inputShape.slice(0, -1)
  if (lengths.length !== 1 && lengths.length !== 2) {
    throw misfit(name, 'cannot convolve its input', '[height, width, channels] or [length, channels]', inputShape)
  }
  if (kind === 'convolution') return [...lengths.map((length) => Math.ceil(length / stride)), channels]
  const size = description.size ?? lengths.map((length) => length * stride)
  const divided = size.map((length) => Math.ceil(length / stride))
  if (divided.join() !== lengths.join()) throw misfit(name, 'cannot enlarge its input to that `size`', lengths, divided)
  return [...size, channels]
}

function misfit(name: string, problem: string, expected: Shape | string, received: Shape): OptionError {
  const show = (shape: Shape | string) => (typeof shape === 'string' ? shape : `[${shape.join(', ')}]`)
  return new OptionError(`The layer \`${name}\` of \`${functionName}\` ${problem}.`, {
    facts: { Expected: show(expected), Received: show(received) },
    fix: 'change the shape, channels, stride or size of this layer or of the one before it',
  })
}

const basics = { activation: activationOption, normalization: oneOf(...normalizations), epsilon: positiveNumber }

function assertLayer(name: string, layer: NetworkLayer): void {
  const kinds = ['dense', ...Object.keys(filters)]
  const kind = { kind: oneOf(...kinds) }
  if (layer.kind === 'dense') {
    assertOptions(`${functionName}: ${name}`, layer, { ...kind, ...basics, shape: shapeOption }, ['kind', 'shape'])
    return
  }
  const enlarges = layer.kind === 'convolution' ? {} : { size: shapeOption }
  const sizes = {
    channels: positiveInteger,
    kernelSize: positiveInteger,
    stride: positiveInteger,
    inputShape: shapeOption,
  }
  const checks = { ...kind, ...basics, ...sizes, ...enlarges }
  assertOptions(`${functionName}: ${name}`, layer, checks, ['kind', 'channels', 'kernelSize'])
}

/** Without the options that are left out. */
function toConfig(layer: NetworkLayer) {
  return JSON.parse(JSON.stringify(layer))
}

function layersOption(fewest: number): OptionCheck {
  return (value) =>
    Array.isArray(value) && value.length >= fewest && Array.from(value).every(isObject)
      ? undefined
      : `an array of at least ${fewest} layers, e.g. [{ kind: 'dense', shape: [400] }]`
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
