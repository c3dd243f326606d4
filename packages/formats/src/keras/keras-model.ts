// A Keras model as data: its layers in order, with names, classes, options and weights. The same for Keras 2 and 3, and for the
// layers models of TensorFlow.js, which are Keras 2 in JSON.
import type { Json, Shape, StoredTensor } from '@ae/core'

/** One layer of a model of another library. */
export interface KerasLayer {
  /** As in the file, e.g. `z_mean`. */
  readonly name: string
  /** Its class, e.g. `Dense`; of files that hold weights alone a guess from their shapes, or empty. */
  readonly className: string
  /** Its options as the file has them, e.g. `{ units: 20, activation: 'relu' }`. Nothing in files that hold weights alone. */
  readonly config: Readonly<Record<string, Json | undefined>>
  /** Its weights by their names in Keras, e.g. `kernel` and `bias`; decoded when their `data` is used. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** What it takes: outputs of layers of the same model, in their order. Empty in files that hold weights alone. */
  readonly inputs: readonly KerasOutput[]
  /** The layers of a model that is itself a layer; else none. */
  readonly layers: readonly KerasLayer[]
  /** What a model that is itself a layer gives; else nothing. */
  readonly outputs: readonly KerasOutput[]
}

/** One output of a layer. */
export interface KerasOutput {
  /** The layer's name. */
  readonly layer: string
  /** Which of its outputs, counted from 0. */
  readonly index: number
}

/** What {@link readKeras} and {@link readLayersModel} give. */
export interface KerasModel extends KerasLayer {
  /** What was read: `keras` and `h5` hold a model, `weights.h5` weights alone, `layers-model` one of TensorFlow.js. */
  readonly format: 'keras' | 'h5' | 'weights.h5' | 'layers-model'
  /** Which version of Keras wrote it, if the file says. */
  readonly version?: string | undefined
  /** The name of the file, for messages. */
  readonly source: string
}

/** Options of a layer, or of a part of them. */
export type Config = Readonly<Record<string, Json | undefined>>

/** An object of JSON, or an empty one. */
export function objectOf(value: Json | undefined): Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Config) : {}
}

/** A text of JSON, or undefined. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** A list of JSON, or an empty one. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** The weights' names of a layer, in the order in which Keras 3 numbers them. */
export function variableNames(className: string, config: Config): readonly string[] {
  const normalized = [...(config.scale === false ? [] : ['gamma']), ...(config.center === false ? [] : ['beta'])]
  if (/^(Dense|EinsumDense|Conv\d.*|Embedding)$/.test(className)) {
    return config.use_bias === false ? ['kernel'] : ['kernel', 'bias']
  }
  if (className === 'BatchNormalization') return [...normalized, 'moving_mean', 'moving_variance']
  if (/^(Layer|Group|Unit)Normalization$/.test(className)) return normalized
  return className === 'PReLU' ? ['alpha'] : []
}

/** The shape of one example that a layer's options name, if they do. */
export function inputShapeOf(config: Config): Shape | undefined {
  const shape = listOf(config.batch_shape ?? config.batch_input_shape).slice(1)
  return shape.length > 0 && shape.every((length) => Number.isSafeInteger(length) && Number(length) > 0)
    ? (shape as Shape)
    : undefined
}
