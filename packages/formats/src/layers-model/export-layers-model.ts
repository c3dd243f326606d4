// A model as a layers model of TensorFlow.js, for programs that have `tf.loadLayersModel` and nothing of this library.
// https://www.tensorflow.org/js/guide/save_load
import { type Json, type Likelihood, OptionError, type SavableModel, type Shape, sizeOfShape } from '@ae/core'
import { assertMembers, assertOptions, oneOf, show } from '@ae/core/internal'
import type { ModelDescription } from '@ae/models/internal'
import { describeExported, readWeights } from '../exported-model.ts'
import {
  addActivation,
  addKernel,
  addLayer,
  addLayers,
  functionName,
  reshaped,
  type Value,
  type Writing,
} from './add-layers.ts'
import { type LayersGraph, layersGraph } from './layers-graph.ts'

/** Options of {@link exportLayersModel}. */
export interface LayersModelOptions {
  /**
   * What it computes: `encoder`, from examples to codes, as `encode` does, and of a Gaussian posterior to `[mean, logVariance]`;
   * `decoder`, from codes to reconstructions, as `decode` does; `autoencoder`, from examples to reconstructions.
   */
  readonly part: 'encoder' | 'decoder' | 'autoencoder'
}

/** A layers model in memory: `ModelArtifacts` of TensorFlow.js. */
export interface LayersModelArtifacts {
  /** The layers, as JSON of Keras 2. */
  readonly modelTopology: { readonly [name: string]: Json }
  /** `layers-model`. */
  readonly format: 'layers-model'
  /** Which library wrote it. */
  readonly generatedBy: string
  /** Null: nothing converted it. */
  readonly convertedBy: null
  /** What the weights are, in the order of their values. */
  readonly weightSpecs: {
    /** The weight's name, which begins with that of its layer. */
    name: string
    /** Its shape. */
    shape: number[]
    /** The type of its values. */
    dtype: 'float32'
  }[]
  /** The values, one weight after the other. */
  readonly weightData: ArrayBuffer
}

/**
 * Writes a model, or one half of it, as a layers model that plain `tf.loadLayersModel` reads: with float32 weights, for any
 * batch size. A conditional VAE takes `[example or code, label]`, the label one-hot. Give the result to `tf.io.fromMemory`, to
 * `save` of any `tf.io` handler, or make files of it with {@link layersModelFiles}.
 *
 * @param model a model of @ae/models, borrowed
 * @param options see {@link LayersModelOptions}
 * @returns copies of the weights, with the layers
 * @throws {OptionError} on a bad option, a model of a kind of your own, a custom architecture, and what TensorFlow.js has no
 *   layer for: top-k codes, codebooks, the mean of a continuous Bernoulli
 * @throws {DisposedError} when the model was disposed of
 * @example
 * ```ts
 * const artifacts = await exportLayersModel(model, { part: 'decoder' })
 * const decoder = await tf.loadLayersModel(tf.io.fromMemory(artifacts))
 * ```
 */
export async function exportLayersModel(
  model: SavableModel,
  options: LayersModelOptions,
): Promise<LayersModelArtifacts> {
  assertOptions(functionName, options, { part: oneOf('encoder', 'decoder', 'autoencoder') }, ['part'])
  const description = describeExported(functionName, model)
  const graph = layersGraph()
  const writing = { graph, weights: await readWeights(functionName, model) }
  const outputs = writePart(writing, description, options.part, model.likelihood)
  const modelTopology = graph.topology(`${model.kind}_${options.part}`, outputs)
  const weights = [...graph.weights]
  const values = new Float32Array(weights.reduce((sum, [, { data }]) => sum + data.length, 0))
  let at = 0
  for (const [, { data }] of weights) {
    values.set(data, at)
    at += data.length
  }
  return {
    modelTopology,
    format: 'layers-model',
    generatedBy: '@ae/formats',
    convertedBy: null,
    weightSpecs: weights.map(([name, { shape }]) => ({ name, shape: [...shape], dtype: 'float32' })),
    weightData: values.buffer,
  }
}

/**
 * The two files of a layers model, to write next to each other: `model.json`, whose address `tf.loadLayersModel` takes, and
 * `weights.bin`.
 *
 * @param artifacts borrowed
 * @returns the bytes of each, by name
 * @throws {OptionError} when they are not what {@link exportLayersModel} gives
 * @example
 * ```ts
 * const files = layersModelFiles(await exportLayersModel(model, { part: 'decoder' }))
 * for (const [name, bytes] of Object.entries(files)) await file(`public/decoder/${name}`).write(bytes)
 * ```
 */
export function layersModelFiles(artifacts: LayersModelArtifacts): Record<'model.json' | 'weights.bin', Uint8Array> {
  assertMembers('layersModelFiles', 'artifacts', artifacts, {
    expected: 'a layers model',
    members: {
      modelTopology: 'object',
      weightSpecs: (value) => (Array.isArray(value) ? undefined : 'a list'),
      weightData: (value) => (value instanceof ArrayBuffer ? undefined : 'an ArrayBuffer'),
    },
    fix: 'pass what exportLayersModel gives',
  })
  const { weightData, weightSpecs, ...rest } = artifacts
  const json = { ...rest, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] }
  return { 'model.json': new TextEncoder().encode(JSON.stringify(json)), 'weights.bin': new Uint8Array(weightData) }
}

/** Adds the layers of a part; returns the names of its outputs. */
function writePart(
  writing: Writing,
  model: ModelDescription,
  part: LayersModelOptions['part'],
  likelihood: Likelihood,
): readonly string[] {
  const { graph } = writing
  const { inputShape, codeSize, codeShape, condition } = model
  const first =
    part === 'decoder'
      ? { name: graph.input('code', [codeSize]), shape: [codeSize] }
      : { name: graph.input('x', inputShape), shape: inputShape }
  const label = condition && addLabel(graph, condition)
  const joined = (value: Value): Value => {
    if (label === undefined) return value
    const flat = reshaped(writing, 'joined', value, [sizeOfShape(value.shape)])
    const shape = [sizeOfShape(value.shape) + (condition?.classes ?? 0)]
    return { name: graph.add('joined', 'Concatenate', { axis: -1 }, [flat.name, label]), shape }
  }
  const encoded = (): readonly Value[] => {
    const features = joined(addLayers(writing, model.encoder, first))
    return addCode(writing, model, features, part)
  }
  if (part === 'encoder') return encoded().map(({ name }) => name)
  const [code = first] = part === 'decoder' ? [first] : encoded()
  const raw = addLayers(writing, decoderOf(writing, model, likelihood), reshapedCode(writing, joined(code), codeShape))
  return [addMean(writing, likelihood, inputShape, raw)]
}

function reshapedCode(writing: Writing, code: Value, codeShape: Shape): Value {
  return sizeOfShape(code.shape) === sizeOfShape(codeShape) ? reshaped(writing, 'code', code, codeShape) : code
}

/** A label, one-hot, as the model has it: times a weight. */
function addLabel(graph: LayersGraph, { classes, scale }: NonNullable<ModelDescription['condition']>): string {
  const data = new Float32Array(classes * classes)
  for (let i = 0; i < classes; i++) data[i * (classes + 1)] = scale
  return addKernel(
    graph,
    'scaled_label',
    { shape: [classes, classes], data },
    undefined,
    graph.input('label', [classes]),
  )
}

function addCode(
  writing: Writing,
  { code }: ModelDescription,
  features: Value,
  part: LayersModelOptions['part'],
): readonly Value[] {
  if (code.type === 'gaussian') {
    const heads = part === 'encoder' ? [code.mean, code.logVariance] : [code.mean] // without weights that nothing uses
    return heads.map((layer) => addLayer(writing, layer, features))
  }
  if (code.type === 'deterministic' && code.keep === undefined) return [addLayer(writing, code.layer, features)]
  const what = code.type === 'quantized' ? 'a codebook' : 'a code of which only the largest values are kept'
  throw noTwin(`the encoder, which has ${what}`, "export part: 'decoder', or use exportOnnx")
}

/** The decoder; where only the first of a feature's parameters decides the mean, its last layer gives only that one. */
function decoderOf(
  writing: Writing,
  { decoder, inputShape, networkOutputs }: ModelDescription,
  { config }: Likelihood,
) {
  const last = decoder.at(-1)
  const isNeeded = networkOutputs > 1 && firstDecides.includes(config.kind)
  if (!isNeeded || last === undefined || last.type === 'custom') return decoder
  const weights = writing.weights as Map<string, { readonly shape: Shape; readonly data: Float32Array }>
  const transposed = last.type === 'transposedConvolution'
  const take = (name: string, axis: number) => {
    const found = weights.get(name)
    if (found !== undefined) weights.set(name, everyNth(found, found.shape.length + axis, networkOutputs))
  }
  take(`${last.name}.weight`, transposed ? -2 : -1)
  take(`${last.name}.bias`, -1)
  return [...decoder.slice(0, -1), { ...last, outputShape: inputShape }]
}

/** The positions 0, n, 2n, ... along an axis. */
function everyNth({ shape, data }: { readonly shape: Shape; readonly data: Float32Array }, axis: number, n: number) {
  const inner = sizeOfShape(shape.slice(axis + 1))
  const kept = shape.map((length, i) => (i === axis ? length / n : length))
  const values = new Float32Array(data.length / n)
  for (let i = 0; i < values.length; i++) values[i] = data[Math.floor(i / inner) * inner * n + (i % inner)] ?? 0
  return { shape: kept, data: values }
}

const firstDecides = ['gaussian', 'laplace', 'discretizedLogistic']

/** From the raw output to the mean of x, in the units of the data. */
function addMean(writing: Writing, { config }: Likelihood, inputShape: Shape, raw: Value): string {
  const { graph } = writing
  const { kind, activation } = config
  if (kind === 'bernoulli' || (kind === 'squaredError' && activation === 'sigmoid')) {
    return addActivation(graph, 'mean', 'sigmoid', raw.name)
  }
  if (kind === 'discretizedLogistic') return graph.add('mean', 'ReLU', { max_value: 1 }, [raw.name])
  if (kind === 'gaussian' || kind === 'laplace' || kind === 'squaredError') return raw.name
  if (kind === 'categorical') {
    // The expected level: probabilities times 0, 1 / (classes - 1), ..., 1.
    const count = raw.shape.at(-1) ?? 1
    const probabilities = graph.add('probabilities', 'Activation', { activation: 'softmax' }, [raw.name])
    const data = Float32Array.from({ length: count }, (_, level) => level / (count - 1))
    const mean = addKernel(graph, 'levels', { shape: [count, 1], data }, undefined, probabilities)
    return reshaped(writing, 'mean', { name: mean, shape: [...inputShape, 1] }, inputShape).name
  }
  throw noTwin(`the mean of the likelihood ${show(kind)}`, "export part: 'encoder', or use exportOnnx")
}

function noTwin(what: string, fix: string): OptionError {
  return new OptionError(`\`${functionName}\` cannot write ${what}: TensorFlow.js has no layer for it.`, { fix })
}
