// The layers of a model by the names and shapes of its tensors: the same for a file, whose values are not read, and for a live model.
import { type Json, type Shape, sizeOfShape } from '@ae/core'
import type { LayerSummary } from './summary-types.ts'

/** A tensor without its values. */
export interface TensorShape {
  /** Its name in files, e.g. `encoder.0.weight`. */
  readonly name: string
  /** The type of its values as files call it, e.g. `F32`. */
  readonly dtype: string
  /** Axis lengths. */
  readonly shape: Shape
}

/** The options of a model that decide the shapes between layers, as its `config` has them. */
export interface ShapeOptions {
  /** The shape of one example; undefined where the options do not say. */
  readonly inputShape: Shape | undefined
  /** The example, then what each convolution of the encoder makes of it; empty without convolutions. */
  readonly maps: readonly Shape[]
  /** Whether the architecture is one of this package. */
  readonly isKnown: boolean
}

/** Reads them from options of any origin. */
export function shapeOptions(config: Readonly<Record<string, Json | undefined>>): ShapeOptions {
  const inputShape = shapeIn(config.inputShape)
  const architecture = isRecord(config.architecture) ? config.architecture : {}
  const channels = Array.isArray(architecture.channels) ? architecture.channels.map(Number) : []
  const { stride } = architecture
  const isKnown = architecture.kind === 'dense' || architecture.kind === 'convolutional'
  if (architecture.kind !== 'convolutional' || inputShape === undefined || !(Number(stride) >= 1)) {
    return { inputShape, maps: [], isKnown }
  }
  let lengths = inputShape.slice(0, -1)
  const maps = channels.map((count) => {
    lengths = lengths.map((length) => Math.ceil(length / Number(stride)))
    return [...lengths, count]
  })
  return { inputShape, maps: [inputShape, ...maps], isKnown }
}

/**
 * The layers in the order of their tensors.
 *
 * @param tensors of the model, without those of an optimiser
 * @param options what decides the shapes between layers
 */
export function layersOf(tensors: readonly TensorShape[], options: ShapeOptions): readonly LayerSummary[] {
  const groups = groupsOf(tensors)
  const ahead = [...options.maps].reverse() // what the decoder's layers have still to make
  return groups.map((group, i) => {
    const { name, type, weight = [], outputs, parameters } = group
    const [isEncoder, isDecoder] = [name.startsWith('encoder.'), name.startsWith('decoder.')]
    let outputShape: Shape | undefined = type === 'dense' ? [outputs] : undefined
    if ((isEncoder || isDecoder) && !options.isKnown) outputShape = undefined
    else if (isEncoder && type === 'convolution') outputShape = options.maps[Number(name.slice('encoder.'.length)) + 1]
    else if (isDecoder && (type === 'convolution' || groups[i + 1]?.type === 'convolution')) outputShape = ahead.shift()
    else if (name === 'embedding') outputShape = embeddingShape(weight, options)
    if (isDecoder && outputShape !== undefined && !groups[i + 1]?.name.startsWith('decoder.')) {
      const positions = type === 'convolution' ? outputShape.slice(0, -1) : []
      outputShape = rawOutputShape(options.inputShape, sizeOfShape([...positions, outputs]))
    }
    return { name, type, outputShape, parameters }
  })
}

interface Group extends Pick<LayerSummary, 'name' | 'type' | 'parameters'> {
  readonly weight: Shape | undefined
  /** The length of its bias: the channels of a convolution, the units of a dense layer. */
  readonly outputs: number
}

/** Tensors by the layer that they belong to. */
function groupsOf(tensors: readonly TensorShape[]): readonly Group[] {
  const byLayer = new Map<string, TensorShape[]>()
  for (const tensor of tensors) {
    const layer = tensor.name.replace(/\.(normalization\.(weight|bias|mean|variance)|weight|bias)$/, '')
    const own = byLayer.get(layer)
    if (own) own.push(tensor)
    else byLayer.set(layer, [tensor])
  }
  return [...byLayer].map(([name, own]) => {
    const weight = own.find((tensor) => tensor.name === `${name}.weight`)?.shape
    const bias = own.find((tensor) => tensor.name === `${name}.bias`)?.shape
    const type = weight?.length === 2 ? 'dense' : weight?.length === 4 ? 'convolution' : 'values'
    const parameters = own.reduce((sum, { shape }) => sum + sizeOfShape(shape), 0)
    return { name, type, weight, outputs: bias?.[0] ?? weight?.at(-1) ?? 0, parameters }
  })
}

/** A vector at each place of the smallest map, or all of them in one row. */
function embeddingShape([inputs, outputs = 0]: Shape, { maps }: ShapeOptions): Shape {
  const map = maps.at(-1)
  return map !== undefined && map.at(-1) === inputs ? [...map.slice(0, -1), outputs] : [outputs]
}

/** An example, with an axis more if the likelihood has several parameters for each of its numbers. */
function rawOutputShape(inputShape: Shape | undefined, size: number): Shape | undefined {
  if (inputShape === undefined) return undefined
  const parameters = size / sizeOfShape(inputShape)
  if (!Number.isInteger(parameters)) return undefined
  return parameters === 1 ? inputShape : [...inputShape, parameters]
}

/** A shape that options name; undefined for anything else. */
function shapeIn(value: Json | undefined): Shape | undefined {
  const isShape =
    Array.isArray(value) && value.length <= 8 && value.every((n) => Number.isSafeInteger(n) && Number(n) > 0)
  return isShape ? (value as Shape) : undefined
}

function isRecord(value: Json | undefined): value is Readonly<Record<string, Json | undefined>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
