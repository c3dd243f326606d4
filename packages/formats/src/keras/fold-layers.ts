// From a row of Keras layers to layers of this library: each with its normalisation, its activation and its weights. What has no twin
// here is refused by its name.
import { type Shape, type StoredTensor, sizeOfShape, WeightsError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { Activation, ConvolutionNetworkLayer, NetworkLayer } from '@ae/models'
import { type ActivationTwin, activationOf, activationOfLayer } from './activations.ts'
import { type Config, type KerasLayer, listOf, textOf } from './keras-model.ts'

/** A layer of this library with its weights, by the names after the layer's: `weight`, `bias`, `normalization.mean`. */
export interface FoldedLayer {
  readonly layer: NetworkLayer
  readonly weights: ReadonlyMap<string, StoredTensor>
  /** The names of the layers of Keras in it. */
  readonly names: readonly string[]
  /** The shape of one output. */
  readonly shape: Shape
}

/** How errors name the caller and the file. */
export interface Blame {
  readonly caller: string
  readonly source: string
}

/** Layers that pass on what they get, except in training. */
const passing = [
  'InputLayer',
  'Dropout',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
  'ActivityRegularization',
  'Identity',
]

/**
 * Folds a row of layers.
 *
 * @param layers in order
 * @param inputShape the shape of one input
 * @returns the layers, and the shape in which the last one's output leaves
 * @throws {WeightsError} that names the first layer without a twin, or without the weights that it should have
 */
export function foldLayers(
  layers: readonly KerasLayer[],
  inputShape: Shape,
  blame: Blame,
): { readonly folded: readonly FoldedLayer[]; readonly shape: Shape } {
  const folded: Draft[] = []
  let shape = inputShape
  let enlarged: { readonly factor: number; readonly name: string } | undefined
  for (const layer of layers) {
    const { name, className, config } = layer
    const refuse = (reason: string, fix?: string) => noTwin(blame, layer, reason, fix)
    const twin = activationOfLayer(className, config)
    if (enlarged !== undefined && !passing.includes(className) && !/^Conv[12]D$/.test(className)) {
      throw refuse('a convolution has to follow an UpSampling2D, with nothing between them')
    }
    if (twin !== undefined) {
      const last = folded.at(-1)
      if (last === undefined || last.activation !== 'linear') throw refuse('it does not follow a weighted sum')
      last.activation = orRefuse(twin, refuse)
      last.names.push(name)
    } else if (className === 'Flatten') {
      shape = [sizeOfShape(shape)]
    } else if (className === 'Reshape') {
      shape = targetOf(config, shape, refuse)
      const last = folded.at(-1)
      if (last?.base.kind === 'dense' && last.normalization === 'none') {
        folded.splice(-1, 1, { ...last, base: { ...last.base, shape }, shape }) // a normalisation after it has these channels
      }
    } else if (className === 'BatchNormalization' || className === 'LayerNormalization') {
      normalize(folded.at(-1), layer, shape, refuse)
    } else if (/^UpSampling[12]D$/.test(className)) {
      enlarged = { factor: factorOf(config, refuse), name }
    } else if (className === 'Cropping1D' || className === 'Cropping2D') {
      shape = crop(folded, layer, refuse)
    } else if (className === 'Dense') {
      if (shape.length > 1) throw refuse('it is applied to each position of a feature map, not to all of it', flatten)
      const units = lengthOf(config.units, layer, refuse)
      folded.push(draft(layer, { kind: 'dense', shape: [units] }, [units], [sizeOfShape(shape), units], refuse))
      shape = [units]
    } else if (/^Conv[12]D(Transpose)?$/.test(className)) {
      const made = convolution(layer, shape, enlarged?.factor, refuse)
      folded.push(made)
      if (enlarged !== undefined) made.names.unshift(enlarged.name)
      enlarged = undefined
      shape = made.shape
    } else if (!passing.includes(className)) {
      throw refuse(reasons[className] ?? 'this library has no such layer')
    }
  }
  if (enlarged !== undefined) {
    throw noTwin(blame, { name: enlarged.name, className: 'UpSampling2D' }, 'no convolution follows it')
  }
  return { folded: folded.map(finish), shape }
}

/** A transposed convolution whose output is cut to a size that its stride leads to, as exportLayersModel writes it. */
function crop(folded: Draft[], { config, className, name }: KerasLayer, refuse: Refuse): Shape {
  const last = folded.pop()
  const { base, shape = [] } = last ?? {}
  const cropping = className === 'Cropping1D' ? [config.cropping ?? null] : listOf(config.cropping)
  const sides = cropping.map((pair) => listOf(pair).map(Number))
  if (
    last === undefined ||
    base?.kind !== 'transposedConvolution' ||
    last.activation !== 'linear' ||
    last.normalization !== 'none'
  ) {
    throw refuse('here only what a transposed convolution gives is cut')
  }
  const { kernelSize, stride = 1, inputShape = [], channels } = base
  const size = shape.slice(0, -1).map((length, axis) => length - (sides[axis]?.[0] ?? 0) - (sides[axis]?.[1] ?? 0))
  const isGood = size.every((length, axis) => {
    const reach = ((inputShape[axis] ?? 0) - 1) * stride + kernelSize
    const padding = (whole: number) => Math.floor(Math.max(reach - whole, 0) / 2)
    const begin = padding(length) - padding(shape[axis] ?? 0)
    return Math.ceil(length / stride) === inputShape[axis] && begin === sides[axis]?.[0]
  })
  if (!isGood) throw refuse(`it cuts [${shape.join(', ')}] to a size, or on sides, that padding as "same" does not`)
  folded.push({ ...last, base: { ...base, size }, shape: [...size, channels], names: [...last.names, name] })
  return [...size, channels]
}

const flatten = 'put a Flatten before it and train again, or build the model yourself with customArchitecture'

const reasons: Readonly<Record<string, string>> = {
  MaxPooling2D: 'the layers of this library shrink by the stride of a convolution',
  AveragePooling2D: 'the layers of this library shrink by the stride of a convolution',
  Lambda: 'the file does not say what it computes',
}

/** A layer that later ones may still change. */
interface Draft {
  readonly base: NetworkLayer
  readonly shape: Shape
  readonly weights: Map<string, StoredTensor>
  readonly names: string[]
  activation: Activation
  normalization: 'none' | 'batch' | 'layer'
  epsilon: number | undefined
}

function finish({ base, shape, weights, names, activation, normalization, epsilon }: Draft): FoldedLayer {
  const ending = normalization === 'none' ? {} : { normalization, epsilon }
  return { layer: { ...base, activation, ...ending }, weights, names, shape }
}

type Refuse = (reason: string, fix?: string) => WeightsError

/** A layer with kernel and bias. */
function draft(layer: KerasLayer, base: NetworkLayer, shape: Shape, kernelShape: Shape, refuse: Refuse): Draft {
  const { name, config, tensors } = layer
  const kernel = tensors.get('kernel')
  const size = base.kind === 'dense' ? shape[0] : base.channels
  if (kernel === undefined) throw refuse('the file has no weights for it')
  const same = (tensor: StoredTensor, expected: Shape) => sizeOfShape(tensor.shape) === sizeOfShape(expected)
  const own = [...kernel.shape].filter((length) => length !== 1).join()
  if (own !== kernelShape.filter((length) => length !== 1).join()) throw misfit(refuse, kernelShape, kernel)
  const bias = config.use_bias === false ? undefined : tensors.get('bias')
  if (config.use_bias !== false && bias === undefined) throw refuse('the file has no bias for it')
  if (bias !== undefined && !same(bias, [size ?? 0])) throw misfit(refuse, [size ?? 0], bias)
  const weights = new Map([
    ['weight', { shape: kernelShape, data: kernel.data }],
    ['bias', bias ?? filled(size ?? 0, 0)],
  ])
  const activation = orRefuse(activationOf(config.activation), refuse)
  return { base, shape, weights, names: [name], activation, normalization: 'none', epsilon: undefined }
}

function misfit(refuse: Refuse, expected: Shape, { shape }: StoredTensor): WeightsError {
  return refuse(`it needs weights of the shape [${expected.join(', ')}], and the file has [${shape.join(', ')}]`)
}

function orRefuse(twin: ActivationTwin, refuse: Refuse): Activation {
  if ('activation' in twin) return twin.activation
  throw refuse(`its activation is ${twin.refused}`)
}

function filled(length: number, value: number): StoredTensor {
  return { shape: [length], data: new Float32Array(length).fill(value) }
}

function convolution(layer: KerasLayer, before: Shape, enlarged: number | undefined, refuse: Refuse): Draft {
  const { className, config } = layer
  const axes = className.includes('1D') ? 1 : 2
  if (before.length !== axes + 1) throw refuse(`it takes feature maps, and gets the shape [${before.join(', ')}]`)
  const kernelSize = equal(config.kernel_size, 'kernel_size', refuse)
  const stride = equal(config.strides ?? 1, 'strides', refuse)
  if (config.data_format === 'channels_first') throw refuse('it has its channels first')
  if (equal(config.dilation_rate ?? 1, 'dilation_rate', refuse) !== 1) throw refuse('it is dilated')
  if ((config.groups ?? 1) !== 1) throw refuse('it has groups of channels')
  if (config.padding !== 'same' && (kernelSize > 1 || className.endsWith('Transpose'))) {
    throw refuse(`its padding is ${textOf(config.padding) ?? 'unknown'}; here every convolution pads as "same" does`)
  }
  const channels = lengthOf(config.filters, layer, refuse)
  const [lengths, own] = [before.slice(0, -1), before.at(-1) ?? 0]
  const window = axes === 1 ? [kernelSize, 1] : [kernelSize, kernelSize]
  const basics = { inputShape: before, channels, kernelSize }
  if (className.endsWith('Transpose')) {
    const size = lengths.map((length) => transposedLength(length, kernelSize, stride, config, refuse))
    const base: ConvolutionNetworkLayer = { kind: 'transposedConvolution', ...basics, stride, size }
    return draft(layer, base, [...size, channels], [...window, channels, own], refuse)
  }
  if (enlarged !== undefined && stride !== 1) throw refuse('it follows an UpSampling2D and has a stride')
  const base: ConvolutionNetworkLayer =
    enlarged === undefined
      ? { kind: 'convolution', ...basics, stride }
      : { kind: 'resizedConvolution', ...basics, stride: enlarged }
  const size = lengths.map((length) => (enlarged === undefined ? Math.ceil(length / stride) : length * enlarged))
  return draft(layer, base, [...size, channels], [...window, own, channels], refuse)
}

/** As Keras has it: `output_padding: 0` is not what leaving it out does. */
function transposedLength(length: number, kernelSize: number, stride: number, config: Config, refuse: Refuse): number {
  if (config.output_padding === null || config.output_padding === undefined) return length * stride
  const padding = equal(config.output_padding, 'output_padding', refuse, 0)
  const size = (length - 1) * stride + kernelSize - 2 * Math.floor(kernelSize / 2) + padding
  if (size >= 1 && Math.ceil(size / stride) === length) return size
  throw refuse(`its output_padding makes ${size} of ${length}`)
}

/** One number, of a list of equal ones. */
function equal(value: Config[string], name: string, refuse: Refuse, least = 1): number {
  const list = typeof value === 'number' ? [value] : listOf(value)
  const [first] = list
  if (Number.isSafeInteger(first) && Number(first) >= least && list.every((other) => other === first))
    return Number(first)
  throw refuse(`its ${name} is ${JSON.stringify(value)}; here height and width are the same`)
}

function lengthOf(value: Config[string], { tensors, className }: KerasLayer, refuse: Refuse): number {
  const shape = tensors.get('kernel')?.shape ?? []
  const length = value ?? (className.endsWith('Transpose') ? shape.at(-2) : shape.at(-1))
  if (Number.isSafeInteger(length) && Number(length) > 0) return Number(length)
  throw refuse('the file does not say how many outputs it has')
}

function factorOf(config: Config, refuse: Refuse): number {
  if ((config.interpolation ?? 'nearest') !== 'nearest') throw refuse('it interpolates; here pixels are repeated')
  if (config.data_format === 'channels_first') throw refuse('it has its channels first')
  return equal(config.size, 'size', refuse)
}

function targetOf(config: Config, before: Shape, refuse: Refuse): Shape {
  const size = sizeOfShape(before)
  const target = listOf(config.target_shape).map(Number)
  const known = target.filter((length) => length !== -1).reduce((product, length) => product * length, 1)
  const shape = target.map((length) => (length === -1 ? size / known : length))
  const isGood = target.length > 0 && shape.every((length) => Number.isSafeInteger(length) && length > 0)
  if (isGood && sizeOfShape(shape) === size) return shape
  throw refuse(`it makes [${target.join(', ')}] of [${before.join(', ')}]`)
}

/** Adds a normalisation to the layer before it. */
function normalize(last: Draft | undefined, layer: KerasLayer, shape: Shape, refuse: Refuse): void {
  const { name, className, config, tensors } = layer
  if (last === undefined || last.activation !== 'linear' || last.normalization !== 'none') {
    throw refuse('here a normalisation stands between a weighted sum and its activation')
  }
  const kind = className === 'BatchNormalization' ? 'batch' : 'layer'
  const channels = last.shape.at(-1) ?? 0
  const axes = typeof config.axis === 'number' ? [config.axis] : listOf(config.axis ?? -1).map(Number)
  const isLast = axes.length === 1 && (axes[0] === -1 || axes[0] === shape.length)
  if (!isLast || shape.at(-1) !== channels) throw refuse('it does not normalise the last axis of what it follows')
  if (kind === 'layer' && last.shape.length > 1) {
    throw refuse('it normalises each position by itself; here layer normalisation takes a feature map as a whole')
  }
  const of = (variable: string, fallback: number | undefined): StoredTensor => {
    const tensor = tensors.get(variable) ?? (fallback === undefined ? undefined : filled(channels, fallback))
    if (tensor === undefined) throw refuse(`the file has no ${variable} for it`)
    if (sizeOfShape(tensor.shape) !== channels) throw misfit(refuse, [channels], tensor)
    return { shape: [channels], data: tensor.data }
  }
  last.weights.set('normalization.weight', of('gamma', config.scale === false ? 1 : undefined))
  last.weights.set('normalization.bias', of('beta', config.center === false ? 0 : undefined))
  if (kind === 'batch') {
    const [mean, bias] = [of('moving_mean', undefined), last.weights.get('bias')?.data ?? []]
    // Batch normalisation takes a bias before it away with the mean, so that layers here have none.
    const moved = Float32Array.from(mean.data, (value, i) => value - (bias[i] ?? 0))
    last.weights.delete('bias')
    last.weights.set('normalization.mean', { shape: [channels], data: moved })
    last.weights.set('normalization.variance', of('moving_variance', undefined))
  }
  last.normalization = kind
  last.epsilon = typeof config.epsilon === 'number' && config.epsilon > 0 ? config.epsilon : 1e-3
  last.names.push(name)
}

/** The error for a layer that cannot be built. */
export function noTwin(
  { caller, source }: Blame,
  { name, className }: Pick<KerasLayer, 'name' | 'className'>,
  reason: string,
  fix = 'build a model yourself, e.g. with customArchitecture, and fill it with importLayers(model, layers, { map })',
): WeightsError {
  return new WeightsError(`\`${caller}\` cannot build ${source}: its layer ${show(name)} has no twin.`, {
    facts: { Layer: className === '' ? 'of an unknown class' : className, Reason: reason },
    fix,
  })
}
