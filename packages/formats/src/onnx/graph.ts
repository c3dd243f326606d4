// A graph under construction: operations are appended to values, constants are named like the model's variables.
import { type Shape, sizeOfShape } from '@ae/core'
import type { Attributes, Constant, Node } from './messages.ts'

/** A value of the graph. */
export interface Value {
  readonly name: string
  /** Of one example, channels last, as everywhere in this library. */
  readonly shape: Shape
  /**
   * Whether the graph has its channels before its lengths, `[batch, channels, height, width]`, as ONNX's convolutions need it; a signal
   * is then an image of one column.
   */
  readonly channelsFirst?: boolean | undefined
}

/** Weights by the name of their variable. */
export type Weights = ReadonlyMap<string, { readonly shape: Shape; readonly data: Float32Array }>

/** A graph under construction. */
export interface Graph {
  readonly nodes: readonly Node[]
  readonly constants: readonly Constant[]
  /** Appends an operation; returns the name of its output, which begins with that of the part of the model it belongs to. */
  add(part: string, operator: string, inputs: readonly string[], attributes?: Attributes): string
  /** The same for an operation with two outputs. */
  addPair(part: string, operator: string, inputs: readonly string[], attributes?: Attributes): readonly [string, string]
  /** A constant of floats; returns its name. */
  floats(name: string, shape: Shape, values: ArrayLike<number>): string
  /** A constant of one float. */
  scalar(value: number): string
  /** A constant of integers. */
  integers(values: readonly number[]): string
  /** Gives a value the name of an output. */
  output(name: string, value: string): void
}

/** An empty graph. */
export function createGraph(): Graph {
  const nodes: Node[] = []
  const constants = new Map<string, Constant>()
  const counts = new Map<string, number>()
  const unique = (name: string) => {
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count === 1 ? name : `${name}.${count}`
  }
  const constant = (name: string, shape: Shape, values: Constant['values']) => {
    if (!constants.has(name)) constants.set(name, { name, shape, values })
    return name
  }
  const append = (part: string, operator: string, inputs: readonly string[], attributes: Attributes, count: number) => {
    const name = unique(`${part}/${operator}`)
    const outputs = [name, `${name}/second`].slice(0, count)
    nodes.push({ operator, inputs, outputs, attributes })
    return outputs as [string, string]
  }
  return {
    nodes,
    get constants() {
      return [...constants.values()]
    },
    add: (part, operator, inputs, attributes = {}) => append(part, operator, inputs, attributes, 1)[0],
    addPair: (part, operator, inputs, attributes = {}) => append(part, operator, inputs, attributes, 2),
    floats: (name, shape, values) => constant(name, shape, Float32Array.from(values)),
    scalar: (value) => constant(`scalar ${value}`, [], Float32Array.of(value)),
    integers: (values) => constant(`[${values.join(', ')}]`, [values.length], BigInt64Array.from(values.map(BigInt))),
    output(name, value) {
      nodes.push({ operator: 'Identity', inputs: [value], outputs: [name], attributes: {} })
    },
  }
}

/** The value with another shape of one example, in the order of channels last. */
export function reshaped(graph: Graph, part: string, value: Value, shape: Shape): Value {
  const { name } = channelsLast(graph, part, value)
  if (value.shape.join() === shape.join()) return { name, shape }
  return { name: graph.add(part, 'Reshape', [name, graph.integers([0, ...shape])]), shape }
}

/** The value as a vector an example. */
export function flattened(graph: Graph, part: string, value: Value): Value {
  return reshaped(graph, part, value, [sizeOfShape(value.shape)])
}

/** The value with its channels behind its lengths. */
export function channelsLast(graph: Graph, part: string, { name, shape, channelsFirst }: Value): Value {
  if (channelsFirst !== true) return { name, shape }
  const [size, channels] = planeOf(shape)
  const isSame = channels === 1 || size.every((length) => length === 1)
  const moved = isSame ? name : graph.add(part, 'Transpose', [name], { perm: [0, 2, 3, 1] })
  if (!isSame && shape.length === 3) return { name: moved, shape }
  return { name: graph.add(part, 'Reshape', [moved, graph.integers([0, ...shape])]), shape }
}

/** The value as `[batch, channels, height, width]`. */
export function channelsFirst(graph: Graph, part: string, value: Value): Value {
  const { name, shape } = value
  if (value.channelsFirst === true) return value
  const [size, channels] = planeOf(shape)
  const isSame = channels === 1 || size.every((length) => length === 1)
  const image = (last: boolean) => graph.integers([0, ...(last ? [...size, channels] : [channels, ...size])])
  if (isSame) return { name: graph.add(part, 'Reshape', [name, image(false)]), shape, channelsFirst: true }
  const plane = shape.length === 3 ? name : graph.add(part, 'Reshape', [name, image(true)])
  return { name: graph.add(part, 'Transpose', [plane], { perm: [0, 3, 1, 2] }), shape, channelsFirst: true }
}

/** Height and width, and the channels, of an image or, as one of a single column, of a signal. */
export function planeOf(shape: Shape): readonly [readonly [number, number], number] {
  const [height = 1, width = 1] = shape.slice(0, -1)
  return [[height, width], shape.at(-1) ?? 1]
}
