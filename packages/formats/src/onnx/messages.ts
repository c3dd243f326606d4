// The messages of an ONNX file: a model is a graph of nodes with its constants, inputs and outputs.
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, whose field numbers these are.
import { sizeOfShape } from '@ae/core'
import { block, type Chunks, float, integer, join } from './protobuf.ts'

/** An operator's settings by name. */
export type Attributes = Readonly<Record<string, Attribute>>

/** One setting: an integer, a float, a text, or integers. */
type Attribute = { readonly int: number } | { readonly float: number } | string | readonly number[]

/** One operation of a graph. */
export interface Node {
  readonly operator: string
  /** Names of values. */
  readonly inputs: readonly string[]
  /** Names of values, each that of no other node. */
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

/** A constant of a graph. */
export interface Constant {
  readonly name: string
  readonly shape: readonly number[]
  /** Floats, or integers of 64 bits. */
  readonly values: Float32Array | BigInt64Array
}

/** An input or output of a graph: a batch, of any size. */
export interface Port {
  readonly name: string
  /** Of one example. */
  readonly shape: readonly number[]
  /** Floats, or integers of 64 bits. Defaults to float. */
  readonly type?: 'float' | 'int64'
}

/** All that a file holds. */
export interface OnnxModel {
  readonly name: string
  readonly producerVersion: string
  readonly nodes: readonly Node[]
  readonly constants: readonly Constant[]
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** Free texts by name. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * The version of the operators: the first that has all of those used here, so that old runtimes read the files too. From 22 on ONNX
 * Runtime 1.30 lacks operators, from 27 on it refuses the whole file.
 */
const opset = 17

/** The version of the file format that goes with it. */
const irVersion = 8

/** The file. */
export function modelMessage({ name, producerVersion, metadata, ...graph }: OnnxModel): Chunks {
  return join(
    integer(1, irVersion),
    block(2, '@ae/formats'),
    block(3, producerVersion),
    block(7, graphMessage(name, graph)),
    block(8, integer(2, opset)), // of the operators of ONNX itself, whose domain is ''
    ...Object.entries(metadata).map(([key, value]) => block(14, join(block(1, key), block(2, value)))),
  )
}

function graphMessage(
  name: string,
  { nodes, constants, inputs, outputs }: Omit<OnnxModel, 'name' | 'producerVersion' | 'metadata'>,
): Chunks {
  return join(
    ...nodes.map((node) => block(1, nodeMessage(node))),
    block(2, name),
    ...constants.map((constant) => block(5, tensorMessage(constant))),
    ...inputs.map((port) => block(11, portMessage(port))),
    ...outputs.map((port) => block(12, portMessage(port))),
  )
}

function nodeMessage({ operator, inputs, outputs, attributes }: Node): Chunks {
  return join(
    ...inputs.map((name) => block(1, name)),
    ...outputs.map((name) => block(2, name)),
    block(3, outputs[0] ?? ''),
    block(4, operator),
    ...Object.entries(attributes).map(([name, value]) => block(5, attributeMessage(name, value))),
  )
}

function attributeMessage(name: string, value: Attribute): Chunks {
  const own = block(1, name)
  if (typeof value === 'string') return join(own, block(4, value), integer(20, 3))
  if ('int' in value) return join(own, integer(3, value.int), integer(20, 2))
  if ('float' in value) return join(own, float(2, value.float), integer(20, 1))
  return join(own, ...value.map((item) => integer(8, item)), integer(20, 7))
}

function tensorMessage({ name, shape, values }: Constant): Chunks {
  return join(
    ...shape.map((length) => integer(1, length)),
    integer(2, elementTypes[values instanceof Float32Array ? 'float' : 'int64']),
    block(8, name),
    block(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  )
}

function portMessage({ name, shape, type = 'float' }: Port): Chunks {
  const axes = [block(1, block(2, 'batch')), ...shape.map((length) => block(1, integer(1, length)))]
  const tensor = join(integer(1, elementTypes[type]), block(2, join(...axes)))
  return join(block(1, name), block(2, block(1, tensor)))
}

const elementTypes = { float: 1, int64: 7 }

/** Most bytes of a file: a message of Protocol Buffers is below 2 GB. */
export const largestFile: number = 2 ** 31 - 1

/** The bytes that constants take. */
export function sizeOf(constants: readonly Constant[]): number {
  return constants.reduce((sum, { shape, values }) => sum + sizeOfShape(shape) * values.BYTES_PER_ELEMENT, 0)
}
