// A model of ours as a module of PyTorch: its parts, their weights by name, and the Python that makes them.
import { OptionError, type SavableModel, type Shape, sizeOfShape } from '@ae/core'
import { assertMembers, configOption, optional, show, variablesOption } from '@ae/core/internal'
import { describeModel, type LayerDescription, type ModelDescription } from '@ae/models/internal'
import { channelsFirst, type Place, plain } from './layout.ts'
import { type LayerPlan, ModuleList, type PlannedLayer, weightsOf } from './torch-modules.ts'

/** A model whose weights can be exchanged with PyTorch: those of `@ae/models`, unless their networks are functions. */
export type ExchangeableModel = Pick<SavableModel, 'kind' | 'config' | 'likelihood' | 'variables' | 'state'>

/** What a module of PyTorch is made of. */
export interface Plan {
  readonly kind: string
  /** The model as data. */
  readonly description: ModelDescription
  /** One example in PyTorch's order of axes. */
  readonly inputShape: Shape
  readonly encoder: ModuleList
  readonly decoder: ModuleList
  /** Other members of the module: name and Python. */
  readonly members: readonly (readonly [name: string, python: string])[]
  /** The layers in the order of a pass; heads after the encoder. */
  readonly layers: readonly PlannedLayer[]
  /** Weights that are not of layers. */
  readonly others: readonly Place[]
  /** The likelihood's options. */
  readonly likelihood: Readonly<Record<string, unknown>>
}

/** Every tensor of the state dict, in the order of the module. */
export function placesOf({ layers, others }: Plan): readonly Place[] {
  const own = layers.flatMap(({ weight, bias, normalization }) => [
    weight,
    ...(bias ? [bias] : []),
    ...Object.values(normalization),
  ])
  return [...own, ...others]
}

/**
 * Plans the module of a model.
 *
 * @param functionName the public function that received the model, for messages
 * @param model borrowed
 * @throws {OptionError} when it is not a model, or one whose networks are functions
 */
export function planOf(functionName: string, model: ExchangeableModel): Plan {
  assertMembers(functionName, 'model', model, {
    expected: 'a model',
    members: {
      kind: 'string',
      config: 'object',
      likelihood: (value) => configOption((value as { config?: unknown } | undefined)?.config),
      variables: variablesOption,
      state: optional(variablesOption),
    },
    fix: 'pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
  const description = describeModel(model)
  const layers = [...(description?.encoder ?? []), ...(description?.decoder ?? [])]
  if (description === undefined || layers.some(({ type }) => type === 'custom')) {
    throw new OptionError(`\`${functionName}\` received a model whose layers it does not know.`, {
      facts: {
        Expected: 'a model of @ae/models whose architecture is not a function',
        Received: `${model.kind} of ${show(model.config.architecture)}`,
      },
      fix: 'build the model with denseArchitecture or convolutionalArchitecture; of networks of your own copy the variables one by one',
    })
  }
  assertPlainCondition(functionName, model.kind, description)
  return plan(model, description)
}

/** Labels behind a feature map would lie between its channels in PyTorch. */
function assertPlainCondition(
  functionName: string,
  kind: string,
  { condition, encoder, inputShape }: ModelDescription,
): void {
  const features = encoder.at(-1)?.outputShape ?? inputShape
  if (condition === undefined || features.length === 1) return
  throw new OptionError(`\`${functionName}\` cannot lay out a ${kind} whose labels join a feature map.`, {
    facts: { Expected: 'features that are a vector', Received: `[${features.join(', ')}]` },
    fix: 'give the architecture a dense layer behind its convolutions, e.g. hidden: [128]',
  })
}

function plan(model: ExchangeableModel, description: ModelDescription): Plan {
  const { inputShape, condition, codeShape } = description
  // Images and signals have their channels first; a table, or pictures without an axis of channels, stay as they are.
  const isConvolutional = [...description.encoder, ...description.decoder].some(({ type }) => type !== 'dense')
  const isChannelled = isConvolutional || inputShape.length > 2
  const orderOf = (shape: Shape) =>
    isChannelled && shape.length > 1 ? withParameters(shape, inputShape.length) : shape.map((_, axis) => axis)
  const encoder = new ModuleList('encoder', inputShape, orderOf)
  const joined = condition === undefined ? codeShape : [sizeOfShape(codeShape) + condition.classes]
  const decoder = new ModuleList('decoder', joined, orderOf)
  const parts: Parts = { layers: [], members: [], others: [], orderOf }
  const add = (list: ModuleList, first: Shape, layers: readonly LayerDescription[]) => {
    let from = first
    for (const layer of layers) {
      parts.layers.push(list.addLayer(layerPlan(layer, from)))
      from = layer.outputShape ?? from
    }
    return from
  }
  const features = add(encoder, inputShape, description.encoder)
  addCode(parts, encoder, features, description)
  add(decoder, joined, description.decoder)
  const shared = model.variables['likelihood.shared']
  if (shared !== undefined) {
    parts.members.push(['likelihood_shared', `nn.Parameter(torch.zeros(${shared.size}))`])
    parts.others.push(plain('likelihood_shared', 'likelihood.shared', [shared.size]))
  }
  const { layers, members, others } = parts
  const ours = orderOf(inputShape).map((axis) => inputShape[axis] ?? 1)
  const { config } = model.likelihood
  return {
    kind: model.kind,
    description,
    inputShape: ours,
    encoder,
    decoder,
    members,
    layers,
    others,
    likelihood: config,
  }
}

interface Parts {
  readonly layers: PlannedLayer[]
  readonly members: [string, string][]
  readonly others: Place[]
  readonly orderOf: (shape: Shape) => readonly number[]
}

function layerPlan(layer: LayerDescription, from: Shape): LayerPlan {
  if (layer.type === 'custom') throw new Error(`${layer.name} is a function`)
  const { name, outputShape: to, activation, normalization } = layer
  const common = { name, to, activation, normalization }
  if (layer.type === 'dense') return { ...common, kind: 'dense', from }
  const { type, inputShape, kernelSize, stride } = layer
  const kinds = {
    convolution: 'convolution',
    transposedConvolution: 'transposed',
    resizedConvolution: 'resized',
  } as const
  return { ...common, kind: kinds[type], from: inputShape, kernelSize, stride }
}

function addCode(parts: Parts, encoder: ModuleList, features: Shape, { code, condition }: ModelDescription): void {
  if (code.type === 'deterministic') {
    parts.layers.push(encoder.addLayer(layerPlan(code.layer, features)))
    return
  }
  if (code.type === 'gaussian') {
    encoder.flatten()
    const from = condition === undefined ? features : [sizeOfShape(features) + condition.classes]
    addHead(parts, 'mean', layerPlan(code.mean, from))
    addHead(parts, 'log_variance', layerPlan(code.logVariance, from))
    return
  }
  const { layer, ofPositions, codebookSize: size, embeddingSize: length } = code
  if (ofPositions) addPositionwise(parts, features, length)
  else {
    encoder.flatten()
    addHead(parts, 'embedding', layerPlan(layer, features))
  }
  parts.members.push(
    ['codebook', `nn.Embedding(${size}, ${length})`],
    ['codebook_usage', `nn.Buffer(torch.zeros(${size}))`],
  )
  parts.others.push(plain('codebook.weight', 'codebook', [size, length]))
  parts.others.push(plain('codebook_usage', 'codebook.usage', [size]))
}

/** A dense layer that is a member of the module itself. */
function addHead({ members, layers, orderOf }: Parts, attribute: string, layer: LayerPlan): void {
  members.push([attribute, `nn.Linear(${sizeOfShape(layer.from)}, ${sizeOfShape(layer.to)})`])
  layers.push({ ...weightsOf(layer, attribute, orderOf, true), name: layer.name, normalization: {} })
}

/** The same dense layer at each position: a convolution of one pixel. */
function addPositionwise({ members, layers }: Parts, features: Shape, length: number): void {
  const [channels, axes] = [features.at(-1) ?? 1, features.length - 1]
  members.push(['embedding', `nn.Conv${axes}d(${channels}, ${length}, 1)`])
  const shape = [length, channels, ...Array.from({ length: axes }, () => 1)]
  const name = 'embedding'
  const weight = { key: `${name}.weight`, variable: `${name}.weight`, shape, view: [channels, length], order: [1, 0] }
  layers.push({
    name,
    kind: 'convolution',
    weight,
    bias: plain(`${name}.bias`, `${name}.bias`, [length]),
    normalization: {},
  })
}

/** Channels first; an axis of parameters behind the channels stays the last. */
function withParameters(shape: Shape, rank: number): readonly number[] {
  return shape.length > rank ? [...channelsFirst(shape.slice(0, rank)), rank] : channelsFirst(shape)
}
