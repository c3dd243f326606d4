// The graph of a model, with models inside of it unfolded: which layer takes what another one gives.
import type { Shape } from '@ae/core'
import { inputShapeOf, type KerasLayer, listOf, objectOf } from './keras-model.ts'

/** A layer at its place. */
export interface Node {
  readonly layer: KerasLayer
  /** What it takes. */
  readonly inputs: readonly Node[]
  /** The shape of one example, of an input of the graph. */
  readonly shape?: Shape | undefined
}

/** A graph. */
export interface Graph {
  readonly outputs: readonly Node[]
  /** Every layer, each after those that it takes from. */
  readonly nodes: readonly Node[]
  /** What the last model inside of it takes, if there are two or more. */
  readonly boundary?: Node | undefined
}

/** Unfolds a model. */
export function graphOf(model: KerasLayer): Graph {
  const nodes: Node[] = []
  const outputs = unfold(model, [], nodes)
  const inner = model.layers.filter(({ layers }) => layers.length > 0)
  const last = inner.at(-1)
  if (inner.length < 2 || last === undefined) return { nodes, outputs }
  const first = last.layers.find(({ className }) => className !== 'InputLayer')
  const boundary = nodes.find(({ layer }) => layer === first)?.inputs[0]
  return { nodes, outputs, boundary }
}

function unfold(model: KerasLayer, given: readonly Node[], nodes: Node[]): readonly Node[] {
  const byName = new Map<string, readonly Node[]>()
  const left = [...given]
  for (const layer of model.layers) {
    const inputs = layer.inputs.flatMap(({ layer: name, index }) => {
      const outputs = byName.get(name) ?? []
      return outputs[index] ?? outputs[0] ?? []
    })
    const isInput = layer.className === 'InputLayer'
    const takes = inputs.length > 0 || isInput ? inputs : [left.shift() ?? inputNode(layer, model)]
    if (isInput) byName.set(layer.name, [left.shift() ?? inputNode(layer, model)])
    else if (layer.layers.length > 0) byName.set(layer.name, unfold(layer, takes, nodes))
    else {
      const node = { layer, inputs: takes }
      nodes.push(node)
      byName.set(layer.name, [node])
    }
  }
  const named = model.outputs.flatMap(({ layer, index }) => {
    const outputs = byName.get(layer) ?? []
    return outputs[index] ?? outputs[0] ?? []
  })
  return named.length > 0 ? named : (byName.get(model.layers.at(-1)?.name ?? '') ?? [])
}

function inputNode(layer: KerasLayer, model: KerasLayer): Node {
  const built = inputShapeOf({ batch_shape: model.config.build_input_shape })
  const shape = inputShapeOf(layer.config) ?? built ?? inputShapeOf({ batch_shape: builtFor(layer) })
  return { layer: { ...layer, className: 'InputLayer', tensors: new Map() }, inputs: [], shape }
}

function builtFor({ config }: KerasLayer) {
  return [...listOf(objectOf(config.build_config).input_shape)]
}

/** The layers from the input to a node, which is the last; undefined where one of them takes from several. */
export function pathTo(end: Node): readonly Node[] {
  const path: Node[] = []
  for (let node: Node | undefined = end; node !== undefined; node = node.inputs[0]) path.unshift(node)
  return path
}
