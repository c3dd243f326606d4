// From features to a code, and from a code to what the decoder takes, as ONNX operators.
import { sizeOfShape } from '@ae/core'
import type { CodeDescription, ConditionDescription, ModelDescription } from '@ae/models/internal'
import { channelsLast, flattened, type Graph, reshaped, type Value, type Weights } from './graph.ts'
import { addLayer, weightOf } from './layers.ts'

/** The names of what an encoder computes. */
export interface CodeValues {
  readonly code: string
  /** Of a Gaussian posterior. */
  readonly mean?: string
  /** Of a Gaussian posterior. */
  readonly logVariance?: string
  /** Of a quantised code: which vector stands at each position. */
  readonly indices?: string
}

/**
 * The code of features.
 *
 * @param noise the name of standard normal numbers, one a latent, where the code is to be a sample of a Gaussian posterior
 */
export function addCode(
  graph: Graph,
  code: CodeDescription,
  weights: Weights,
  features: Value,
  noise?: string,
): CodeValues {
  switch (code.type) {
    case 'deterministic': {
      const { name } = addLayer(graph, code.layer, weights, features)
      return { code: code.keep === undefined ? name : addLargest(graph, code.layer.name, name, code.keep) }
    }
    case 'gaussian': {
      const [mean, logVariance] = [code.mean, code.logVariance].map(
        (layer) => addLayer(graph, layer, weights, features).name,
      )
      return addPosterior(graph, mean ?? '', logVariance ?? '', noise)
    }
    case 'quantized':
      return addQuantized(graph, code, weights, features)
  }
}

/** A code as the decoder takes it. */
export function codeForDecoder(
  graph: Graph,
  { codeSize, codeShape, condition }: ModelDescription,
  code: string,
  label: string,
): Value {
  const value = { name: code, shape: [codeSize] }
  return condition === undefined
    ? reshaped(graph, 'decoder', value, codeShape)
    : addCondition(graph, 'decoder', condition, value, label)
}

/** A value of any shape with the label behind it, as a vector. */
export function addCondition(
  graph: Graph,
  part: string,
  { classes, scale }: ConditionDescription,
  value: Value,
  label: string,
): Value {
  const flat = flattened(graph, part, value)
  const scaled = graph.add(part, 'Mul', [label, graph.scalar(scale)])
  const name = graph.add(part, 'Concat', [flat.name, scaled], { axis: { int: 1 } })
  return { name, shape: [sizeOfShape(flat.shape) + classes] }
}

function addPosterior(graph: Graph, mean: string, logVariance: string, noise: string | undefined): CodeValues {
  if (noise === undefined) return { code: mean, logVariance }
  const deviation = graph.add('code', 'Exp', [graph.add('code', 'Mul', [logVariance, graph.scalar(0.5)])])
  const code = graph.add('code', 'Add', [mean, graph.add('code', 'Mul', [deviation, noise])])
  return { code, mean, logVariance }
}

/** The largest values of each row, ties included; the others 0. */
function addLargest(graph: Graph, part: string, code: string, count: number): string {
  const [values] = graph.addPair(part, 'TopK', [code, graph.integers([count])], { axis: { int: 1 } }) // in falling order
  const smallest = graph.add(part, 'Gather', [values, graph.integers([count - 1])], { axis: { int: 1 } })
  const isKept = graph.add(part, 'GreaterOrEqual', [code, smallest])
  return graph.add(part, 'Where', [isKept, code, graph.scalar(0)])
}

function addQuantized(
  graph: Graph,
  { layer, positions, ofPositions, codebookSize, embeddingSize }: CodeDescription & { readonly type: 'quantized' },
  weights: Weights,
  features: Value,
): CodeValues {
  const values = weightOf(weights, 'codebook', [codebookSize, embeddingSize])
  const codebook = graph.floats('codebook', [codebookSize, embeddingSize], values)
  const squares = Array.from({ length: codebookSize }, (_, row) =>
    values.subarray(row * embeddingSize, (row + 1) * embeddingSize).reduce((sum, value) => sum + value * value, 0),
  )
  const embeddings = addLayer(graph, layer, weights, ofPositions ? positionsOf(graph, features) : features)
  const rows = graph.add('code', 'Reshape', [embeddings.name, graph.integers([-1, embeddingSize])])
  // |embedding - vector|^2 without |embedding|^2, which is the same for all vectors
  const distances = graph.add(
    'code',
    'Gemm',
    [rows, codebook, graph.floats('codebook.squares', [codebookSize], squares)],
    {
      transB: { int: 1 },
      alpha: { float: -2 },
    },
  )
  const nearest = graph.add('code', 'ArgMin', [distances], { axis: { int: 1 }, keepdims: { int: 0 } })
  const chosen = graph.add('code', 'Gather', [codebook, nearest])
  return {
    code: graph.add('code', 'Reshape', [chosen, graph.integers([-1, positions * embeddingSize])]),
    indices: graph.add('code', 'Reshape', [nearest, graph.integers([-1, positions])]),
  }
}

/** The channels of each position of a feature map, as a row. */
function positionsOf(graph: Graph, features: Value): Value {
  const channels = features.shape.at(-1) ?? 1
  const { name } = channelsLast(graph, 'code', features)
  return { name: graph.add('code', 'Reshape', [name, graph.integers([-1, channels])]), shape: [channels] }
}
