// Strided convolutions to the code and, mirrored, back: for images and signals.
// Radford, Metz and Chintala, Unsupervised representation learning with DCGANs, 2016; resizing as Odena et al., 2016.
import { OptionError, repeatable, type Shape, sizeOfShape } from '@ae/core'
import { assertOptions, type OptionCheck, oneOf, positiveInteger, sizesOption } from '@ae/core/internal'
import { type Activation, activationOption } from './activation.ts'
import type { Architecture } from './architecture.ts'
import { convolutionLayer, resizedConvolutionLayer, transposedConvolutionLayer } from './convolution-layer.ts'
import { denseLayer } from './dense-layer.ts'
import { layersBetween, sequence } from './network.ts'
import { type Normalization, normalizations } from './normalization.ts'

/** Options of {@link convolutionalArchitecture}. */
export interface ConvolutionalArchitectureOptions {
  /** The channels after each of the encoder's convolutions, at least one; the decoder mirrors them. Defaults to `[32, 64]`. */
  readonly channels?: readonly number[] | undefined
  /** Height and width of every filter, a positive integer. Defaults to 3. */
  readonly kernelSize?: number | undefined
  /** By how much each convolution divides height and width, rounded up; a positive integer. Defaults to 2. */
  readonly stride?: number | undefined
  /** The activation of hidden layers. Defaults to `relu`. */
  readonly activation?: Activation | undefined
  /**
   * How the decoder enlarges: `transpose`, by transposed convolutions; `resize`, by repeating pixels before convolutions,
   * which draws no checkerboards. Defaults to `transpose`.
   */
  readonly upsampling?: 'transpose' | 'resize' | undefined
  /** How the sums of hidden layers are normalised before the activation. Defaults to `none`. */
  readonly normalization?: Normalization | undefined
  /** The widths of dense layers between the convolutions and the code; the decoder mirrors them. Defaults to none. */
  readonly hidden?: readonly number[] | undefined
}

/**
 * Convolutions with `same` padding: for images `[height, width, channels]` and signals `[length, channels]`. From a code
 * that is a vector the decoder's first dense layers lead back to the smallest feature map; a code that is itself a feature map of that
 * size, as of a model with a code a position, goes through a convolution instead.
 *
 * @throws {OptionError} on an unknown or bad option; building a network throws it for examples of another rank, or too
 * small to be divided so often
 * @example
 * ```ts
 * const model = vae({ inputShape: [28, 28, 1], latentSize: 20, architecture: convolutionalArchitecture() })
 * ```
 */
export function convolutionalArchitecture(options: ConvolutionalArchitectureOptions = {}): Architecture {
  assertOptions(functionName, options, {
    channels: channelsOption,
    kernelSize: positiveInteger,
    stride: positiveInteger,
    activation: activationOption,
    upsampling: oneOf('transpose', 'resize'),
    normalization: oneOf(...normalizations),
    hidden: sizesOption,
  })
  const {
    channels = [32, 64],
    kernelSize = 3,
    stride = 2,
    activation = 'relu',
    upsampling = 'transpose',
    normalization = 'none',
    hidden = [],
  } = options
  const inner = { activation, normalization }
  function* shapesOf(inputShape: Shape): Generator<Shape> {
    yield* mapsOf(inputShape, channels, stride)
    for (const size of hidden) yield [size]
  }
  const enlarge = upsampling === 'transpose' ? transposedConvolutionLayer : resizedConvolutionLayer
  return {
    encoder: repeatable(({ inputShape, seed }) => {
      const layers = layersBetween(shapesOf(inputShape), (before, outputShape, i) => {
        const layer = { name: `encoder.${i}`, inputShape: before, outputShape, ...inner, seed }
        return i < channels.length ? convolutionLayer({ ...layer, kernelSize, stride }) : denseLayer(layer)
      })
      return sequence(inputShape, layers)
    }),
    decoder: repeatable(({ codeShape, inputShape, parameters, seed }) => {
      const maps = [...mapsOf(inputShape, channels, stride)].reverse()
      assertCodeShape(codeShape, maps[0] ?? [], hidden)
      const output = parameters === 1 ? inputShape : [...inputShape, parameters]
      const shapes = [codeShape, ...[...hidden].reverse().map((size) => [size]), ...maps.slice(0, -1), output]
      const layers = layersBetween(shapes, (before, outputShape, i) => {
        const layer = { name: `decoder.${i}`, inputShape: before, outputShape, ...inner, seed }
        if (i === hidden.length) {
          return codeShape.length === 1 ? denseLayer(layer) : convolutionLayer({ ...layer, kernelSize, stride: 1 })
        }
        if (i < hidden.length) return denseLayer(layer)
        const last = i === shapes.length - 2 ? ({ activation: 'linear', normalization: 'none' } as const) : inner
        return enlarge({ ...layer, ...last, kernelSize, stride })
      })
      return sequence(codeShape, layers)
    }),
    config: { kind: 'convolutional', channels, kernelSize, stride, activation, upsampling, normalization, hidden },
  }
}

const functionName = 'convolutionalArchitecture'

/** The example's shape, then what each convolution makes of it. */
export function* mapsOf(inputShape: Shape, channels: readonly number[], stride: number): Generator<Shape> {
  const lengths = inputShape.slice(0, -1)
  if (lengths.length !== 1 && lengths.length !== 2) {
    throw new OptionError(`\`${functionName}\` cannot take examples of this shape.`, {
      facts: { Expected: '[height, width, channels] or [length, channels]', Received: `[${inputShape.join(', ')}]` },
      fix: `reshape the data, e.g. to [${asImage(inputShape).join(', ')}], or use denseArchitecture`,
    })
  }
  const maps = [inputShape]
  yield inputShape
  for (const [i, count] of channels.entries()) {
    const before = (maps[i] ?? []).slice(0, -1)
    if (stride > 1 && before.every((length) => length === 1)) {
      throw new OptionError(
        `\`${functionName}\` has too many \`channels\`: the examples shrink to one pixel before the last convolution.`,
        {
          facts: {
            Expected: `more than one pixel before each of ${channels.length} convolutions with stride ${stride}`,
            Received: maps.map((map) => `[${map.join(', ')}]`).join(' -> '),
          },
          fix: `use fewer channels, e.g. channels: [${channels.slice(0, Math.max(1, i)).join(', ')}], or stride: 1`,
        },
      )
    }
    const map = [...before.map((length) => Math.ceil(length / stride)), count]
    maps.push(map)
    yield map
  }
}

/** A row as a signal of one channel; with more axes than an image has, the first ones as one. */
function asImage(inputShape: Shape): Shape {
  if (inputShape.length === 1) return [...inputShape, 1]
  return [sizeOfShape(inputShape.slice(0, -2)), ...inputShape.slice(-2)]
}

function assertCodeShape(codeShape: Shape, map: Shape, hidden: readonly number[]): void {
  if (codeShape.length === 1) return
  const [received, lengths] = [codeShape, map].map((shape) => shape.slice(0, -1).join(', '))
  if (codeShape.length === map.length && received === lengths && hidden.length === 0) return
  throw new OptionError(`\`${functionName}\` cannot decode a code of this shape.`, {
    facts: {
      Expected: hidden.length === 0 ? `[codeSize], or the smallest feature map: [${lengths}, codeSize]` : '[codeSize]',
      Received: `[${codeShape.join(', ')}]`,
    },
    fix:
      hidden.length === 0
        ? 'give the code the size of the smallest feature map'
        : 'leave `hidden` out: behind dense layers a code is a vector',
  })
}

const channelsOption: OptionCheck = (value) =>
  Array.isArray(value) && value.length > 0 && sizesOption(value) === undefined
    ? undefined
    : 'an array of at least one positive integer, e.g. [32, 64]'
