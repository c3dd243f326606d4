// From the configuration in a file to layers, still without weights: Keras 3, Keras 2 and TensorFlow.js.
import type { Json, StoredTensor } from '@ae/core'
import { type Config, type KerasLayer, type KerasOutput, listOf, objectOf, textOf } from './keras-model.ts'

/** Where a layer lies, from the outermost model to itself. */
export interface Place {
  /** The names of the models around it. */
  readonly path: readonly string[]
  /** The classes of models and layer, each numbered among its like as Keras does: `functional`, `dense`, `dense_1`. */
  readonly keys: readonly string[]
}

/** Gives the weights of a layer. */
export type FindWeights = (place: Place, layer: Omit<KerasLayer, 'tensors'>) => Map<string, StoredTensor>

/** How deep models may lie in each other. */
const deepest = 20

/**
 * The layer that a configuration `{ class_name, config }` describes, with all that it contains.
 *
 * @param value as found in a file
 * @param find gives the weights
 * @param place where it lies
 */
export function layerOfConfig(
  value: Json | undefined,
  find: FindWeights,
  place: Place = { path: [], keys: [] },
): KerasLayer {
  const { class_name, name, config: own, inbound_nodes } = objectOf(value)
  const config: Config = Array.isArray(own) ? { layers: own } : objectOf(own) // the oldest Sequential has a list
  const layerName = textOf(name) ?? textOf(config.name) ?? ''
  const inner = { path: [...place.path, layerName], keys: place.keys }
  const layer = {
    name: layerName,
    className: textOf(class_name) ?? '',
    config,
    inputs: outputsIn(listOf(inbound_nodes)[0]),
    layers: place.path.length < deepest ? layersWithin(config, find, inner) : [],
    outputs: outputsIn(config.output_layers),
  }
  return { ...layer, tensors: find(place, layer) }
}

/** The layers of a model: those that it lists, or of a class of the user's, those among its options. */
function layersWithin(config: Config, find: FindWeights, { path, keys }: Place): readonly KerasLayer[] {
  if (!Array.isArray(config.layers)) {
    return Object.entries(config)
      .filter(([, value]) => Array.isArray(objectOf(objectOf(value).config).layers))
      .map(([name, value]) => ({ ...layerOfConfig(value, find, { path, keys: [...keys, name] }), name }))
  }
  const seen = new Map<string, number>()
  const layers = config.layers.map((layer: Json) => {
    const key = snakeCase(textOf(objectOf(layer).class_name) ?? '')
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    return layerOfConfig(layer, find, { path, keys: [...keys, count === 0 ? key : `${key}_${count}`] })
  })
  return layers.every(({ inputs }) => inputs.length === 0) ? chained(layers) : layers
}

/** As Keras names groups after classes: `Conv2DTranspose` is conv2d_transpose. */
function snakeCase(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** Each layer of a Sequential takes what the one before it gives. */
function chained(layers: readonly KerasLayer[]): readonly KerasLayer[] {
  return layers.map((layer, i) => {
    const before = layers[i - 1]
    return before === undefined ? layer : { ...layer, inputs: [{ layer: before.name, index: 0 }] }
  })
}

/** Every `[layer, node, index]` within a value: the form of all versions. */
function outputsIn(value: Json | undefined, depth = 0): readonly KerasOutput[] {
  if (typeof value !== 'object' || value === null || depth > deepest) return []
  if (!Array.isArray(value)) return Object.values(value).flatMap((inner) => outputsIn(inner as Json, depth + 1))
  const [layer, node, index] = value as readonly Json[]
  if (typeof layer === 'string' && typeof node === 'number' && typeof index === 'number') return [{ layer, index }]
  return (value as readonly Json[]).flatMap((inner) => outputsIn(inner, depth + 1))
}
