// A model as an ONNX file, for ONNX Runtime, OpenVINO, TensorRT, Core ML and whatever else reads the format.
// https://onnx.ai/onnx/
import { notesOf, OptionError, type SavableModel, type Shape } from '@ae/core'
import { assertOptions, oneOf, show } from '@ae/core/internal'
import type { ModelDescription } from '@ae/models/internal'
import { version } from '../../package.json'
import { describeExported, readWeights } from '../exported-model.ts'
import { addCode, addCondition, type CodeValues, codeForDecoder } from './code.ts'
import { createGraph, type Graph, type Weights } from './graph.ts'
import { addLayers } from './layers.ts'
import { addMean } from './likelihood-mean.ts'
import { largestFile, modelMessage, type Port, sizeOf } from './messages.ts'
import { toBytes } from './protobuf.ts'

/** Options of {@link exportOnnx}. */
export interface OnnxOptions {
  /**
   * What the file computes: `encoder`, from `x` to `code`, as `encode` does; `decoder`, from `code` to `reconstruction`, as `decode`
   * does; `autoencoder`, from `x` to `reconstruction`.
   */
  readonly part: 'encoder' | 'decoder' | 'autoencoder'
  /**
   * Which code a model with a Gaussian posterior computes from an example: `mean`, as `encode` does; or `sample`, which is
   * mean + exp(logVariance / 2) noise, where `noise`, `[batch, codeSize]`, is a further input: fill it with standard normal numbers.
   * Only for the parts `encoder` and `autoencoder`. Defaults to `mean`.
   */
  readonly code?: 'mean' | 'sample' | undefined
}

/**
 * Writes a model, or one half of it, as an ONNX file: opset 17, IR version 8, float32, any batch size. Inputs and outputs have
 * the shapes and units that the model's methods have, and these names:
 *
 * - `x`, `[batch, ...inputShape]`: input of `encoder` and `autoencoder`
 * - `code`, `[batch, codeSize]`: output of `encoder`, input of `decoder`
 * - `reconstruction`, `[batch, ...inputShape]`: output of `decoder` and `autoencoder`, in the units of the data
 * - `label`, `[batch, classes]`: a further input of every part of a conditional VAE, 1 in the label's place, else 0
 * - `noise`, `[batch, codeSize]`: a further input with `code: 'sample'`
 * - `logVariance` and, with `code: 'sample'`, `mean`, `[batch, codeSize]`: further outputs of a Gaussian `encoder`
 * - `indices`, int64 `[batch, positions]`: a further output of a VQ-VAE's `encoder`
 *
 * The metadata of the file (`metadata_props`) says `kind`, `part`, `inputShape`, `codeSize` and `likelihood`, and what the model's
 * notes say (`classNames`, `transform`, ...; see `annotate` of @ae/core): as JSON, except for `kind` and `part`. Batch normalisation uses its running statistics, as `encode` and `decode` do.
 *
 * @param model a model of @ae/models, borrowed
 * @param options see {@link OnnxOptions}
 * @returns the file; write it with `file('decoder.onnx').write(bytes)`, or give it to ONNX Runtime
 * @throws {OptionError} on a bad option, a model of a kind of your own, a custom architecture or a likelihood of your own
 * @throws {WeightsError} when the model's variables do not fit its options
 * @throws {DisposedError} when the model was disposed of
 * @throws {BackendLostError} when the backend that holds the weights stopped
 * @see https://onnx.ai/onnx/
 * @example
 * ```ts
 * await file('decoder.onnx').write(await exportOnnx(model, { part: 'decoder' }))
 * ```
 */
export async function exportOnnx(model: SavableModel, options: OnnxOptions): Promise<ReturnType<Uint8Array['slice']>> {
  assertOptions(functionName, options, { part: oneOf(...parts), code: oneOf('mean', 'sample') }, ['part'])
  const description = describeExported(functionName, model)
  const isSample = options.code === 'sample'
  if (isSample) assertSampled(options.part, model.kind, description)
  const weights = await readWeights(functionName, model)
  const { graph, inputs, outputs } = writePart(model, description, options.part, isSample, weights)
  assertSize(sizeOf(graph.constants))
  const metadata = metadataOf(model, description, options.part)
  const { nodes, constants } = graph
  const name = `${model.kind} ${options.part}`
  return toBytes(modelMessage({ name, producerVersion: version, nodes, constants, inputs, outputs, metadata }))
}

const functionName = 'exportOnnx'

const parts = ['encoder', 'decoder', 'autoencoder'] as const

/** The graph of a part, with its inputs and outputs. */
function writePart(
  { likelihood }: SavableModel,
  model: ModelDescription,
  part: OnnxOptions['part'],
  isSample: boolean,
  weights: Weights,
): { readonly graph: Graph; readonly inputs: readonly Port[]; readonly outputs: readonly Port[] } {
  const graph = createGraph()
  const { inputShape, codeSize, condition } = model
  const codePort = { name: 'code', shape: [codeSize] }
  const label = condition === undefined ? [] : [{ name: 'label', shape: [condition.classes] }]
  const noise = isSample ? [{ name: 'noise', shape: [codeSize] }] : []
  const x = { name: 'x', shape: inputShape }
  const encoded = (): CodeValues => {
    const features = addLayers(graph, model.encoder, weights, x)
    const joined = condition === undefined ? features : addCondition(graph, 'encoder', condition, features, 'label')
    return addCode(graph, model.code, weights, joined, noise[0]?.name)
  }
  if (part === 'encoder') {
    const values = encoded()
    const outputs = Object.entries(values).map(([name, value]): Port => {
      graph.output(name, value)
      return name === 'indices' ? { name, shape: positionsOf(model), type: 'int64' } : { name, shape: [codeSize] }
    })
    return { graph, inputs: [x, ...label, ...noise], outputs }
  }
  const code = part === 'decoder' ? codePort.name : encoded().code
  const raw = addLayers(graph, model.decoder, weights, codeForDecoder(graph, model, code, 'label'))
  const output = { name: 'reconstruction', shape: inputShape }
  graph.output(output.name, addMean(graph, likelihood, inputShape, raw).name)
  const inputs = part === 'decoder' ? [codePort, ...label] : [x, ...label, ...noise]
  return { graph, inputs, outputs: [output] }
}

function positionsOf({ code }: ModelDescription): Shape {
  return code.type === 'quantized' ? [code.positions] : []
}

/** What the file says of itself. */
function metadataOf(
  model: SavableModel,
  { inputShape, codeSize, condition }: ModelDescription,
  part: string,
): Record<string, string> {
  const { kind, likelihood } = model
  const notes = Object.entries(notesOf(model)).map(([name, note]) => [name, JSON.stringify(note)])
  return {
    ...Object.fromEntries(notes),
    kind,
    part,
    inputShape: JSON.stringify(inputShape),
    codeSize: String(codeSize),
    likelihood: JSON.stringify(likelihood.config),
    ...(condition === undefined ? {} : { classes: String(condition.classes) }),
  }
}

function assertSampled(part: OnnxOptions['part'], kind: string, { code }: ModelDescription): void {
  if (part !== 'decoder' && code.type === 'gaussian') return
  throw new OptionError(`\`${functionName}\` received \`code: 'sample'\` for a part that draws no code.`, {
    facts: {
      Expected: 'the encoder or autoencoder of a model with a Gaussian posterior, e.g. a vae',
      Received: `the ${part} of a ${show(kind)}`,
    },
    fix:
      part === 'decoder' && code.type === 'gaussian'
        ? 'leave `code` out: to sample, give the decoder standard normal numbers as its `code`'
        : 'leave `code` out',
  })
}

function assertSize(bytes: number): void {
  if (bytes < largestFile - 2 ** 20) return
  throw new OptionError(`\`${functionName}\` cannot write a model of this size: a file of ONNX is below 2 GB.`, {
    facts: { Expected: `weights below ${largestFile - 2 ** 20} bytes`, Received: `${bytes} bytes` },
    fix: 'export encoder and decoder on their own, or make a smaller model',
  })
}
