// From names and shapes of a state dict to the layers of encoder and decoder. Where they leave a doubt, an error says which.
import { OptionError, type Shape, type StoredTensor, sizeOfShape, WeightsError } from '@ae/core'
import { printable } from '@ae/core/internal'
import type { Activation, NetworkLayer } from '@ae/models'
import { type NamedLayer, type NamedLayers, namedLayers, stage } from './named-layers.ts'

/** The networks that a state dict has the weights of. */
export interface FoundNetworks {
  readonly inputShape: Shape
  /** The length of a code, or the number of latents. */
  readonly codeSize: number
  readonly isVariational: boolean
  /** Without the layers of the code. */
  readonly encoder: readonly NetworkLayer[]
  readonly decoder: readonly NetworkLayer[]
  /** The modules in the order of a pass, to compare two readings. */
  readonly order: string
}

/** What names and shapes do not say. */
export interface Assumptions {
  readonly inputShape: Shape | undefined
  readonly stride: number
  readonly activation: Activation
}

/**
 * Reads the layers off a state dict.
 *
 * @param functionName the public function that received it, for messages
 * @param tensors by name
 * @param assumptions what names and shapes do not say
 * @throws {WeightsError} when the layers do not follow one another, or in two ways; {@link OptionError} when `inputShape` is needed
 *   or does not fit
 */
export function layersOf(
  functionName: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  assumptions: Assumptions,
): FoundNetworks {
  const found: FoundNetworks[] = []
  const doubts: Doubt[] = []
  for (const order of ['file', 'names'] as const) {
    try {
      found.push(new Reading(namedLayers(tensors, order), assumptions).networks())
    } catch (doubt) {
      if (!(doubt instanceof Doubt)) throw doubt
      doubts.push(doubt)
    }
  }
  const [first, second] = found
  if (first === undefined) throw (doubts[0] as Doubt).error(functionName)
  if (second === undefined || second.order === first.order) return first
  throw new WeightsError(`\`${functionName}\` finds two orders in which these layers fit.`, {
    facts: { 'By the file': printable(first.order), 'By the names': printable(second.order) },
    fix: 'build the model yourself, and name the layers: importStateDict(model, tensors, { map })',
  })
}

/** What keeps a state dict from being read. */
class Doubt extends Error {
  readonly fix: string
  readonly facts: Readonly<Record<string, string>>
  readonly isOption: boolean

  constructor(problem: string, facts: Readonly<Record<string, string>>, fix: string, isOption = false) {
    super(problem)
    this.facts = facts
    this.fix = fix
    this.isOption = isOption
  }

  error(functionName: string): WeightsError | OptionError {
    const Kind = this.isOption ? OptionError : WeightsError
    return new Kind(`\`${functionName}\` cannot tell the model of this state dict: ${this.message}.`, {
      facts: this.facts,
      fix: this.fix,
    })
  }
}

const buildIt =
  'build the model yourself, e.g. with layersArchitecture, and fill it: importStateDict(model, tensors, { map })'

class Reading {
  private readonly named: NamedLayers
  private readonly assumptions: Assumptions
  /** The example, then the feature map after each convolution of the encoder. */
  private readonly maps: Shape[] = []

  constructor(named: NamedLayers, assumptions: Assumptions) {
    this.named = named
    this.assumptions = assumptions
  }

  networks(): FoundNetworks {
    const { layers, mean, logVariance } = this.named
    const [first] = layers
    if (first === undefined) throw new Doubt('it has no layers', { Received: this.list(layers) }, buildIt)
    const split = mean === undefined ? this.splitByNames(layers) : this.splitByHeads(layers, mean)
    const code = mean ?? (layers[split - 1] as NamedLayer)
    const before = layers.slice(0, mean === undefined ? split - 1 : split)
    const inputShape = this.inputShapeOf(first)
    this.maps.push(inputShape)
    const encoder = this.encoderOf(before, inputShape)
    const features = sizeOfShape(encoder.shape)
    if (code.shape.length !== 2 || features !== code.shape[1]) throw this.broken(before.at(-1), code, features)
    if (this.normalizationOf(code) !== 'none') throw new Doubt('its code is normalised', { Layer: code.name }, buildIt)
    const codeSize = code.shape[0] ?? 1
    const decoder = this.decoderOf(layers.slice(split), codeSize, inputShape)
    const heads = mean === undefined || logVariance === undefined ? [] : [mean, logVariance]
    const order = [...before, ...(mean === undefined ? [code] : heads), ...layers.slice(split)]
      .map(({ name }) => name)
      .join(' -> ')
    return { inputShape, codeSize, isVariational: mean !== undefined, encoder: encoder.layers, decoder, order }
  }

  /** How many layers come before the heads: what follows takes the latents. */
  private splitByHeads(layers: readonly NamedLayer[], { name, shape }: NamedLayer): number {
    const [latent, features] = shape
    const fits = layers.flatMap((layer, i) => {
      const before = layers[i - 1]
      const takesLatents = layer.shape.length === 2 && layer.shape[1] === latent
      const given = before === undefined || before.shape.length > 2 || before.shape[0] === features
      return takesLatents && given ? [i] : []
    })
    const [split] = fits
    if (split !== undefined && fits.length === 1) return split
    const byName = fits.filter((i) =>
      layers.every((layer, j) => (j < i ? stage(layer.name) < 3 : stage(layer.name) > 1)),
    )
    if (byName.length === 1 && byName[0] !== undefined) return byName[0]
    throw new Doubt(
      'it is not clear where its decoder begins',
      { Code: `${printable(name, 60)} [${shape.join(', ')}]`, Layers: this.list(layers) },
      buildIt,
    )
  }

  /** How many layers encode, by names such as `encoder` and `decoder`, or else by the narrowest. */
  private splitByNames(layers: readonly NamedLayer[]): number {
    const stages = layers.map(({ name }) => stage(name))
    const encoders = stages.filter((value) => value < 2).length
    const isTold = encoders > 0 && stages.every((value, i) => (i < encoders ? value < 2 : value > 2))
    if (isTold && encoders < layers.length) return encoders
    const widths = layers.map(({ shape }) => (shape.length === 2 ? (shape[0] ?? 0) : Number.POSITIVE_INFINITY))
    const least = Math.min(...widths)
    const narrowest = widths.indexOf(least)
    const isClear =
      widths.lastIndexOf(least) === narrowest && narrowest < layers.length - 1 && stages.every((value) => value === 2)
    if (isClear) return narrowest + 1
    throw new Doubt('it is not clear which layer gives the code', { Layers: this.list(layers) }, buildIt)
  }

  private inputShapeOf(first: NamedLayer): Shape {
    const { inputShape } = this.assumptions
    if (first.shape.length === 2) {
      const size = first.shape[1] ?? 1
      if (inputShape === undefined || sizeOfShape(inputShape) === size) return inputShape ?? [size]
      throw new Doubt(
        'its first layer does not take examples of `inputShape`',
        { Expected: `${size} values`, Received: `[${inputShape.join(', ')}]` },
        'pass the shape of one example, channels last',
        true,
      )
    }
    const axes = first.shape.length - 2
    const channels = first.shape[1] ?? 1
    if (inputShape?.length === axes + 1 && inputShape.at(-1) === channels) return inputShape
    throw new Doubt(
      'the size of its examples is not in it',
      {
        Expected: `inputShape, ${axes === 2 ? `[height, width, ${channels}]` : `[length, ${channels}]`}`,
        Received: inputShape === undefined ? 'undefined' : `[${inputShape.join(', ')}]`,
      },
      'pass the shape of one example, channels last',
      true,
    )
  }

  private encoderOf(layers: readonly NamedLayer[], inputShape: Shape): { layers: NetworkLayer[]; shape: Shape } {
    const { stride, activation } = this.assumptions
    const result: NetworkLayer[] = []
    let shape = inputShape
    let before: NamedLayer | undefined
    for (const layer of layers) {
      const normalization = this.normalizationOf(layer)
      if (layer.shape.length === 2) {
        if (layer.shape[1] !== sizeOfShape(shape)) throw this.broken(before, layer, sizeOfShape(shape))
        shape = [layer.shape[0] ?? 1]
        result.push({ kind: 'dense', shape, activation, normalization })
      } else {
        const [channels = 1, inputs, window = 1] = layer.shape
        if (inputs !== shape.at(-1) || shape.length !== layer.shape.length - 1)
          throw this.broken(before, layer, shape.at(-1) ?? 1)
        const step = window > 2 ? stride : 1
        const kernelSize = this.windowOf(layer, step)
        shape = [...shape.slice(0, -1).map((length) => Math.ceil(length / step)), channels]
        this.maps.push(shape)
        result.push({ kind: 'convolution', channels, kernelSize, stride: step, activation, normalization })
      }
      before = layer
    }
    return { layers: result, shape }
  }

  private decoderOf(layers: readonly NamedLayer[], codeSize: number, inputShape: Shape): NetworkLayer[] {
    const { stride, activation } = this.assumptions
    const result: NetworkLayer[] = []
    const larger = this.maps.slice(0, -1).reverse()
    let shape: Shape = [codeSize]
    let before: NamedLayer | undefined
    for (const [i, layer] of layers.entries()) {
      const isLast = i === layers.length - 1
      const next = layers[i + 1]
      const normalization = this.normalizationOf(layer)
      const ending = isLast ? {} : { activation: isBare(layer, next) ? ('linear' as const) : activation, normalization }
      if (isLast && normalization !== 'none')
        throw new Doubt('its last layer is normalised', { Layer: layer.name }, buildIt)
      if (layer.shape.length === 2) {
        if (layer.shape[1] !== sizeOfShape(shape)) throw this.broken(before, layer, sizeOfShape(shape))
        shape = this.denseShape(layer, next, isLast ? inputShape : undefined)
        result.push({ kind: 'dense', shape, ...ending })
      } else {
        const channels = shape.at(-1) ?? 1
        const [first, second] = layer.shape
        const size = larger[0]?.slice(0, -1)
        const enlarges = first === channels && size !== undefined
        if (!enlarges && second !== channels) throw this.broken(before, layer, channels)
        if (enlarges) larger.shift()
        const kernelSize = this.windowOf(layer, enlarges ? stride : 1)
        shape = enlarges ? [...size, second ?? 1] : [...shape.slice(0, -1), first ?? 1]
        const common = { channels: shape.at(-1) ?? 1, kernelSize, ...ending }
        result.push(
          enlarges ? { kind: 'transposedConvolution', stride, size, ...common } : { kind: 'convolution', ...common },
        )
      }
      before = layer
    }
    if (shape.join() === inputShape.join()) return result
    throw new Doubt(
      'its decoder does not give examples of `inputShape`',
      { Expected: `[${inputShape.join(', ')}]`, Received: `[${shape.join(', ')}]` },
      `pass the inputShape and the stride of the PyTorch model; of layers that enlarge without weights, ${buildIt}`,
    )
  }

  /** A dense layer before convolutions gives the smallest feature map, the last one an example. */
  private denseShape({ name, shape }: NamedLayer, next: NamedLayer | undefined, example: Shape | undefined): Shape {
    const size = shape[0] ?? 1
    if (example !== undefined) return sizeOfShape(example) === size ? example : [size]
    if (next === undefined || next.shape.length === 2) return [size]
    const smallest = this.maps.at(-1) ?? []
    if (sizeOfShape(smallest) === size && this.maps.length > 1) return smallest
    throw new Doubt(
      'a dense layer of its decoder does not give the feature map that its encoder ends in',
      {
        Expected: `${sizeOfShape(smallest)} values for [${smallest.join(', ')}]`,
        Received: `${printable(name, 60)} [${shape.join(', ')}]`,
      },
      `pass the inputShape and the stride of the PyTorch model; or ${buildIt}`,
    )
  }

  /** The filter whose padding `same` is PyTorch's padding by half of the filter. */
  private windowOf({ name, shape }: NamedLayer, stride: number): number {
    const [width = 1, ...others] = shape.slice(2)
    const isOdd = width % 2 === 1
    if (others.every((length) => length === width) && (isOdd ? stride < 3 : stride === 2))
      return isOdd && stride === 2 ? width + 1 : width
    throw new Doubt(
      'the padding of a convolution is not clear',
      { Received: `${printable(name, 60)} [${shape.join(', ')}] with stride ${stride}` },
      buildIt,
    )
  }

  private normalizationOf(layer: NamedLayer): 'none' | 'batch' | 'layer' {
    const normalization = this.named.normalizations.find(({ after }) => after === layer.name)
    if (normalization === undefined) return 'none'
    return normalization.parts.has('running_mean') ? 'batch' : 'layer'
  }

  private broken(before: NamedLayer | undefined, layer: NamedLayer, given: number): Doubt {
    return new Doubt(
      'a layer does not take what the one before it gives',
      {
        Before:
          before === undefined ? `the example or the code, ${given} values` : `${this.list([before])} gives ${given}`,
        Layer: this.list([layer]),
      },
      `pass the inputShape and the stride of the PyTorch model; or ${buildIt}`,
    )
  }

  private list(layers: readonly NamedLayer[]): string {
    return layers.map(({ name, shape }) => `${printable(name, 60)} [${shape.join(', ')}]`).join(', ') || 'none'
  }
}

/** PyTorch-VAE applies no activation to what it reshapes to a feature map. */
function isBare({ name }: NamedLayer, next: NamedLayer | undefined): boolean {
  return name === 'decoder_input' && (next?.shape.length ?? 0) > 2
}
