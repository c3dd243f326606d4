// Reads layers models of TensorFlow.js: model.json with its files of weights, quantised ones too.
// https://www.tensorflow.org/js/guide/save_load
import {
  AutoencoderError,
  type Json,
  OptionError,
  type StoredTensor,
  sizeOfShape,
  storeOf,
  WeightsError,
} from '@ae/core'
import { decoders, joinBytes, nodeModule, show } from '@ae/core/internal'
import { withBytes } from '../bytes/byte-source.ts'
import { type KerasModel, listOf, objectOf, textOf } from '../keras/keras-model.ts'
import { layerOfConfig } from '../keras/layers-of-config.ts'
import { type PathWeight, weightsByPath } from '../keras/weights-of-paths.ts'

/** A layers model in memory: `ModelArtifacts` of TensorFlow.js, as far as it is read. */
export interface LayersModelLike {
  /** The layers. */
  readonly modelTopology?: unknown
  /** Name, shape and type of each weight. */
  readonly weightSpecs?: readonly unknown[] | undefined
  /** The values. */
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[] | undefined
}

/** What can load a layers model: any `tf.io` handler. */
export interface LayersModelHandler {
  /** Loads it. Those handlers that only save have none, and are refused. */
  load?(): Promise<LayersModelLike>
}

/** Where a layers model comes from: in Node the path of `model.json`, any `tf.io` handler with `load`, or what one loads. */
export type LayersModelSource = string | LayersModelHandler | LayersModelLike

/**
 * Reads a layers model, for {@link fromKeras} or {@link importLayers}.
 *
 * @param source the path of `model.json` in Node, whose weights lie next to it; a handler, e.g. `tf.io.http(url)`,
 *   `tf.io.browserFiles(files)` or `tf.io.indexedDB(name)`; or artifacts in memory; borrowed
 * @returns its layers in order
 * @throws {WeightsError} when it cannot be read, is damaged, or is not a layers model but a graph model
 * @throws {OptionError} when it is not a source
 * @example
 * ```ts
 * const model = await fromKeras(await readLayersModel(tf.io.http('decoder/model.json')))
 * ```
 */
export async function readLayersModel(source: LayersModelSource): Promise<KerasModel> {
  if (typeof source === 'string') {
    storeOf(functionName, 'source', source) // refuses addresses, and paths in a page
    return modelOf(await readFiles(source), source)
  }
  if (typeof source !== 'object' || source === null) throw badSource(source)
  if (!('load' in source) || typeof source.load !== 'function') {
    if (!('modelTopology' in source)) throw badSource(source)
    return modelOf(source, 'the artifacts')
  }
  let artifacts: LayersModelLike
  try {
    artifacts = await source.load()
  } catch (cause) {
    if (AutoencoderError.isInstance(cause)) throw cause
    throw refuse('the handler', 'it cannot load', String(cause), 'check the address, and that its files are there')
  }
  return modelOf(artifacts, 'the handler')
}

const functionName = 'readLayersModel'

function badSource(source: unknown): OptionError {
  return new OptionError(`\`${functionName}\` received a bad \`source\`.`, {
    facts: { Expected: 'a path in Node, a handler of tf.io, or artifacts', Received: show(source) },
    fix: "pass the path of model.json, a handler such as tf.io.http('model.json'), or { modelTopology, weightSpecs, weightData }",
  })
}

function refuse(
  source: string,
  problem: string,
  received?: string,
  fix = 'the file is damaged: copy or download it again',
) {
  const facts = received === undefined ? {} : { facts: { Received: received } }
  return new WeightsError(`\`${functionName}\` cannot read ${source}: ${problem}.`, { ...facts, fix })
}

/** model.json and the files next to it. */
async function readFiles(path: string): Promise<LayersModelLike> {
  const { dirname, join, basename } = nodeModule<typeof import('node:path')>('node:path') as typeof import('node:path')
  const read = (path: string) =>
    withBytes(functionName, path, async (bytes) => (await bytes.read(0, bytes.size)).slice())
  const json = objectOf(parse(new TextDecoder().decode(await read(path)), path))
  const groups = listOf(json.weightsManifest).map(objectOf)
  const paths = groups.flatMap(({ paths }) => listOf(paths).map(textOf))
  const weightData: ArrayBuffer[] = []
  for (const shard of paths) {
    // Files lie next to model.json: a path that leads elsewhere is not followed.
    if (shard === undefined || basename(shard) !== shard) throw refuse(path, 'it names weights elsewhere', show(shard))
    weightData.push((await read(join(dirname(path), shard))).buffer as ArrayBuffer)
  }
  const weightSpecs = groups.flatMap(({ weights }) => listOf(weights))
  return { modelTopology: json.modelTopology ?? json, weightSpecs, weightData }
}

function parse(text: string, source: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(source, 'it is not JSON')
  }
}

function modelOf({ modelTopology, weightSpecs, weightData }: LayersModelLike, source: string): KerasModel {
  const parts: unknown[] = Array.isArray(weightData) ? Array.from(weightData) : [weightData ?? new ArrayBuffer(0)]
  if (!parts.every((part) => part instanceof ArrayBuffer)) throw badSource({ weightData })
  const topology = objectOf(modelTopology as Json)
  const config = topology.model_config ?? (modelTopology as Json)
  if (objectOf(config).class_name === undefined) {
    const fix = 'convert it again as a layers model: a graph model has operations instead of layers'
    throw refuse(source, 'it is not a layers model', show(Object.keys(topology)), fix)
  }
  const weights = [
    ...weightsOf(listOf(weightSpecs as Json), joinBytes(parts.map((part) => new Uint8Array(part))), source),
  ]
  const model = layerOfConfig(config, weightsByPath(weights))
  return { ...model, format: 'layers-model', version: textOf(topology.keras_version), source }
}

/** The types of values in the files: those of safetensors that decode them, and bytes a value. */
const types: Readonly<Record<string, readonly [dtype: string, size: number]>> = {
  float32: ['F32', 4],
  float16: ['F16', 2],
  int32: ['I32', 4],
  uint16: ['U16', 2],
  uint8: ['U8', 1],
  bool: ['BOOL', 1],
}

function* weightsOf(specs: readonly Json[], bytes: Uint8Array, source: string): Generator<PathWeight> {
  let at = 0
  for (const spec of specs) {
    const { name, shape: lengths, dtype, quantization } = objectOf(spec)
    const packed = objectOf(quantization)
    const stored = textOf(packed.dtype) ?? textOf(dtype) ?? ''
    const [type, size] = (Object.hasOwn(types, stored) ? types[stored] : undefined) ?? []
    const shape = listOf(lengths).map(Number)
    const isShape = shape.every((length) => Number.isSafeInteger(length) && length >= 0)
    const path = textOf(name)
    if (path === undefined || type === undefined || size === undefined || !isShape) {
      throw refuse(source, 'one of its weights is of an unknown kind', show(spec))
    }
    const begin = at
    at += size * sizeOfShape(shape)
    if (!(at <= bytes.length)) throw refuse(source, `its weights end before ${show(path)}`)
    const own = bytes.subarray(begin, at)
    let data: StoredTensor['data'] | undefined
    const tensor: StoredTensor = {
      shape,
      dtype: type,
      get data() {
        data ??= scaled(decoders[type]?.(own) ?? new Float32Array(), packed)
        return data
      },
    }
    yield { path, tensor }
  }
  if (at !== bytes.length) throw refuse(source, 'bytes follow its last weight', `${bytes.length - at} bytes`)
}

/** Quantised values are whole numbers times a scale, from a minimum. */
function scaled(values: StoredTensor['data'], { scale, min }: ReturnType<typeof objectOf>): StoredTensor['data'] {
  if (typeof scale !== 'number' || typeof min !== 'number') return values
  return Float32Array.from(values, (value) => value * scale + min)
}
