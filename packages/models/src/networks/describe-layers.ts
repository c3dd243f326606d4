// The layers of an architecture as data: what other formats, and tables of a model, are written from. The architectures make the
// same layers; a module of its own keeps this out of apps that only train or sample.
import type { Json, Shape } from '@ae/core'
import { architectureFromConfig } from '../saved-options.ts'
import type { Activation } from './activation.ts'
import { mapsOf } from './convolutional-architecture.ts'
import {
  type Ending,
  endingOf,
  type LayersArchitectureOptions,
  layersArchitecture,
  shapesOf,
} from './layers-architecture.ts'
import type { Normalization } from './normalization.ts'

/** A layer without its weights; those are the model's variables `name.weight`, `name.bias` and `name.normalization.*`. */
export type LayerDescription = DenseDescription | ConvolutionDescription | CustomDescription

/** activation(normalization(x weight + bias)), with x flattened and the output in `outputShape`. */
export interface DenseDescription extends Named {
  readonly type: 'dense'
  /** The shape of one output. */
  readonly outputShape: Shape
  /** Between the sums and the activation. */
  readonly normalization: Normalization
  /** What the normalisation adds to the variance. Defaults to 1e-5. */
  readonly epsilon?: number | undefined
  /** Applied to each output. */
  readonly activation: Activation
}

/**
 * A convolution with `same` padding, of images or signals: plain, transposed, or plain after each pixel has been repeated
 * `stride` times and the end cut off.
 */
export interface ConvolutionDescription extends Omit<DenseDescription, 'type'> {
  readonly type: 'convolution' | 'transposedConvolution' | 'resizedConvolution'
  /** The shape of one input: `[height, width, channels]` or `[length, channels]`. */
  readonly inputShape: Shape
  /** Height and width of the filter. */
  readonly kernelSize: number
  /** By how much the lengths shrink or grow. */
  readonly stride: number
}

/** A user's own function. */
export interface CustomDescription extends Named {
  readonly type: 'custom'
  /** The shape of one output; undefined where only the function knows it. */
  readonly outputShape: Shape | undefined
}

interface Named {
  /** The prefix of its variables, e.g. `encoder.0`. */
  readonly name: string
}

/** What the networks of a model lie between; see `EncoderOptions` and `DecoderOptions`. */
export interface NetworkShapes {
  /** The shape of one example. */
  readonly inputShape: Shape
  /** The shape of one code, for the decoder. */
  readonly codeShape: Shape
  /** Raw outputs a feature that the decoder emits. */
  readonly parameters: number
}

/** The networks of an architecture, layer by layer. */
export interface NetworkDescriptions {
  /** From an example to features; possibly none. */
  readonly encoder: readonly LayerDescription[]
  /** From a code to the raw output, given the shape of a code, which may depend on the features. */
  decoder(shapes: NetworkShapes): readonly LayerDescription[]
}

/**
 * The layers that an architecture's networks have.
 *
 * @param config the architecture's
 * @param inputShape the shape of one example
 * @throws {OptionError} on a bad option, and when convolutions cannot take such examples
 */
export function describeNetworks(config: Json | undefined, inputShape: Shape): NetworkDescriptions {
  const { kind } = (config ?? {}) as { readonly kind?: unknown }
  if (kind === 'layers') return describedNetworks(config as unknown as LayersArchitectureOptions, inputShape)
  if (kind !== 'dense' && kind !== 'convolutional') return customNetworks()
  const options = architectureFromConfig(config).config as unknown as ConvolutionalConfig // all of them, and checked
  const { hidden, activation, normalization = 'none' } = options
  const inner = { activation, normalization }
  const outer = { activation: 'linear', normalization: 'none' } as const
  const back = [...hidden].reverse().map((size) => [size])
  const dense = (name: string, outputShape: Shape, ending: typeof inner): DenseDescription => {
    return { type: 'dense', name, outputShape, ...ending }
  }
  const outputOf = (shapes: NetworkShapes) =>
    shapes.parameters === 1 ? shapes.inputShape : [...shapes.inputShape, shapes.parameters]
  if (kind === 'dense') {
    return {
      encoder: hidden.map((size, i) => dense(`encoder.${i}`, [size], inner)),
      decoder: (shapes) =>
        [...back, outputOf(shapes)].map((shape, i) =>
          dense(`decoder.${i}`, shape, i === hidden.length ? outer : inner),
        ),
    }
  }
  const { channels, kernelSize, stride, upsampling } = options
  const maps = [...mapsOf(inputShape, channels, stride)]
  const enlarge = upsampling === 'transpose' ? 'transposedConvolution' : 'resizedConvolution'
  return {
    encoder: [
      ...maps.slice(1).map((outputShape, i): ConvolutionDescription => {
        const shapes = { inputShape: maps[i] ?? [], outputShape }
        return { type: 'convolution', name: `encoder.${i}`, ...shapes, kernelSize, stride, ...inner }
      }),
      ...hidden.map((size, i) => dense(`encoder.${channels.length + i}`, [size], inner)),
    ],
    decoder(shapes) {
      const [smallest = [], ...larger] = [...maps].reverse()
      const first = `decoder.${hidden.length}`
      const sizes = [smallest, ...larger.slice(0, -1), outputOf(shapes)]
      const isMap = shapes.codeShape.length > 1
      const at = { inputShape: shapes.codeShape, outputShape: smallest, kernelSize, stride: 1 }
      return [
        ...back.map((shape, i) => dense(`decoder.${i}`, shape, inner)),
        isMap ? { type: 'convolution', name: first, ...at, ...inner } : dense(first, smallest, inner),
        ...sizes.slice(1).map((outputShape, i): ConvolutionDescription => {
          const name = `decoder.${hidden.length + 1 + i}`
          const ending = i === sizes.length - 2 ? outer : inner
          return { type: enlarge, name, inputShape: sizes[i] ?? [], outputShape, kernelSize, stride, ...ending }
        }),
      ]
    },
  }
}

/** The options of a convolutional architecture as its `config` has them; a dense one has `hidden`, `activation` and `normalization`. */
interface ConvolutionalConfig {
  readonly channels: readonly number[]
  readonly kernelSize: number
  readonly stride: number
  readonly activation: Activation
  readonly upsampling: 'transpose' | 'resize'
  readonly normalization?: Normalization
  readonly hidden: readonly number[]
}

/** Of an architecture that describes each layer itself. */
function describedNetworks({ encoder, decoder }: LayersArchitectureOptions, inputShape: Shape): NetworkDescriptions {
  const options = layersArchitecture({ encoder, decoder }).config as unknown as LayersArchitectureOptions
  const networkOf = (part: 'encoder' | 'decoder', first: Shape, ending?: Ending) => {
    const shapes = [...shapesOf(part, options[part], first, ending)]
    return options[part].map((own, i): LayerDescription => {
      const { activation = 'linear', normalization = 'none', epsilon } = own
      const outputShape = shapes[i + 1] ?? []
      const layer = { name: `${part}.${i}`, outputShape, activation, normalization, epsilon }
      if (own.kind === 'dense') return { type: 'dense', ...layer }
      const { kind, kernelSize, stride = 1, inputShape = shapes[i] ?? [] } = own
      return { type: kind, inputShape, kernelSize, stride, ...layer }
    })
  }
  return {
    encoder: networkOf('encoder', inputShape),
    decoder: (shapes) => networkOf('decoder', shapes.codeShape, endingOf(shapes)),
  }
}

function customNetworks(): NetworkDescriptions {
  return {
    encoder: [{ type: 'custom', name: 'encoder.0', outputShape: undefined }],
    decoder: (shapes) => [{ type: 'custom', name: 'decoder.0', outputShape: shapes.inputShape }],
  }
}

/** The shape of what layers give; undefined where only a user's function knows it. */
export function shapeAfter(inputShape: Shape, layers: readonly LayerDescription[]): Shape | undefined {
  const last = layers.at(-1)
  return last === undefined ? inputShape : last.outputShape
}
