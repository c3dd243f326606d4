// The mean of each likelihood as ONNX operators: from a decoder's raw output to the units of the data.
import { type Likelihood, OptionError, type Shape, sizeOfShape } from '@ae/core'
import { show } from '@ae/core/internal'
import type { MixedPart } from '@ae/losses'
import { channelsLast, type Graph, type Value } from './graph.ts'

/**
 * The mean of x, as `decode` of the model gives it.
 *
 * @param raw what the decoder's last layer gives: `inputShape`, with an axis more where it emits several numbers a feature
 * @throws {OptionError} for a likelihood that is not one of @ae/losses
 */
export function addMean(graph: Graph, { config }: Likelihood, inputShape: Shape, raw: Value): Value {
  const write = Object.hasOwn(means, config.kind) ? means[config.kind] : undefined
  if (write === undefined) {
    throw new OptionError('`exportOnnx` cannot export the mean of a likelihood of your own.', {
      facts: { Expected: Object.keys(means).join(', '), Received: show(config.kind) },
      fix: "train with a likelihood of @ae/losses, or export part: 'encoder', which needs none",
    })
  }
  const { name, shape } = channelsLast(graph, part, raw)
  const count = shape.length > inputShape.length ? (shape.at(-1) ?? 1) : 1
  return { name: write(graph, name, { config, count, inputShape }), shape: inputShape }
}

const part = 'mean'

/** What the mean depends on besides the raw output. */
interface Context {
  readonly config: Likelihood['config']
  /** Numbers a feature, on a last axis if there are more than one. */
  readonly count: number
  readonly inputShape: Shape
}

type Mean = (graph: Graph, raw: string, context: Context) => string

const sigmoid: Mean = (graph, raw) => graph.add(part, 'Sigmoid', [raw])

/** The first of a feature's parameters; the second may be shared by all, and is then no output of the decoder. */
const first: Mean = (graph, raw, { count }) => {
  if (count === 1) return raw
  const scalar = graph.add(part, 'Gather', [raw, graph.integers([0])], { axis: { int: -1 } })
  return graph.add(part, 'Squeeze', [scalar, graph.integers([-1])])
}

/** The expected level: probabilities times 0, 1 / (classes - 1), ..., 1. */
const expectedLevel: Mean = (graph, raw, { count }) => {
  const probabilities = graph.add(part, 'Softmax', [raw], { axis: { int: -1 } })
  const levels = Array.from({ length: count }, (_, level) => level / (count - 1))
  const mean = graph.add(part, 'MatMul', [probabilities, graph.floats('levels', [count, 1], levels)])
  return graph.add(part, 'Squeeze', [mean, graph.integers([-1])])
}

/** 1/2 + 1 / (2 tanh(l / 2)) - 1 / l; between -1 and 1 its Taylor expansion, which has no difference of large numbers. */
const continuousBernoulli: Mean = (graph, raw) => {
  const op = (operator: string, ...inputs: (string | number)[]) =>
    graph.add(
      part,
      operator,
      inputs.map((input) => (typeof input === 'number' ? graph.scalar(input) : input)),
    )
  const isNear = op('Less', op('Abs', raw), 1)
  const near = op('Clip', raw, -1, 1)
  const square = op('Mul', near, near)
  const inner = op('Sub', 1 / 720, op('Mul', square, op('Sub', 1 / 30240, op('Mul', square, 1 / 1209600))))
  const series = op('Mul', near, op('Sub', 1 / 12, op('Mul', square, inner)))
  const far = op('Where', isNear, 1, raw)
  const direct = op('Sub', op('Div', 0.5, op('Tanh', op('Mul', far, 0.5))), op('Div', 1, far))
  return op('Add', op('Where', isNear, series, direct), 0.5)
}

/** Each part's features by their kind, then all in their order again. */
const mixed: Mean = (graph, raw, context) => {
  const { config, inputShape } = context
  const location = first(graph, raw, context)
  const isRow = inputShape.length === 1
  const row = isRow ? location : graph.add(part, 'Reshape', [location, graph.integers([0, sizeOfShape(inputShape)])])
  const blocks = blocksOf(config.parts as unknown as readonly MixedPart[])
  const means = blocks.map(({ columns, mean }) => mean(graph, gathered(graph, row, columns), context))
  const whole = means.length === 1 ? (means[0] as string) : graph.add(part, 'Concat', means, { axis: { int: -1 } })
  const order = blocks.flatMap(({ columns }) => columns)
  const places = order.map((_, column) => order.indexOf(column))
  const mean = places.every((place, column) => place === column) ? whole : gathered(graph, whole, places)
  return isRow ? mean : graph.add(part, 'Reshape', [mean, graph.integers([0, ...inputShape])])
}

function gathered(graph: Graph, row: string, columns: readonly number[]): string {
  return graph.add(part, 'Gather', [row, graph.integers(columns)], { axis: { int: -1 } })
}

/** The features that have their mean computed together; a flag that is not modelled is 1. */
function blocksOf(parts: readonly MixedPart[]): readonly { readonly columns: number[]; readonly mean: Mean }[] {
  const numbers: number[] = []
  const bits: number[] = []
  const ignored: number[] = []
  const groups: number[][] = []
  let width = 0
  for (const { kind, size = 1, missing } of parts) {
    if (missing !== undefined) (missing === 'modelled' ? bits : ignored).push(width++)
    const columns = Array.from({ length: size }, () => width++)
    if (kind === 'categorical') groups.push(columns)
    else (kind === 'gaussian' ? numbers : bits).push(...columns)
  }
  const softmax: Mean = (graph, logits) => graph.add(part, 'Softmax', [logits], { axis: { int: -1 } })
  const one: Mean = (graph, flags) => graph.add(part, 'Clip', [flags, graph.scalar(1), graph.scalar(1)])
  return [
    { columns: numbers, mean: (_graph: Graph, x: string) => x },
    { columns: bits, mean: sigmoid },
    { columns: ignored, mean: one },
    ...groups.map((columns) => ({ columns, mean: softmax })),
  ].filter(({ columns }) => columns.length > 0)
}

/** By the kind of the likelihood's `config`. */
const means: Readonly<Record<string, Mean>> = {
  bernoulli: sigmoid,
  categorical: expectedLevel,
  continuousBernoulli,
  discretizedLogistic: (graph, raw, context) =>
    graph.add(part, 'Clip', [first(graph, raw, context), graph.scalar(0), graph.scalar(1)]),
  gaussian: first,
  laplace: first,
  mixed,
  squaredError: (graph, raw, context) => (context.config.activation === 'sigmoid' ? sigmoid(graph, raw, context) : raw),
}
