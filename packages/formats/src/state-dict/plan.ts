// A model of ours as a module of PyTorch: its parts, their weights by name, and the Python that makes them.
import { OptionError, type SavableModel, type Shape, sizeOfShape } from '@ae/core'
import { assertMembers, lackOf, optional, shapeOption, show, variablesOption } from '@ae/core/internal'
import type { Activation, Normalization } from '@ae/models'
import { channelsFirst, type Place, plain } from './layout.ts'
import { type LayerPlan, ModuleList, type PlannedLayer, weightsOf } from './torch-modules.ts'

/** A model whose weights can be exchanged with PyTorch: those of `@ae/models`, with dense or convolutional networks. */
export type ExchangeableModel = Pick<SavableModel, 'kind' | 'config' | 'variables' | 'state'>

/** What a module of PyTorch is made of. */
export interface Plan {
  /** The model's kind; of a denoising autoencoder that of the model it wraps. */
  readonly kind: string
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
  /** The likelihood's options, and how many parameters a feature the decoder emits. */
  readonly likelihood: Readonly<Record<string, unknown>>
  readonly parameters: number
  /** Labels that join features and code; 0 without. */
  readonly classes: number
  /** Whether the networks are convolutional. */
  readonly isConvolutional: boolean
  /** Of a code of a codebook: how many vectors, their length, and where they lie. */
  readonly codebook: { readonly size: number; readonly length: number; readonly isMap: boolean } | undefined
}

/** Every tensor of the state dict, in the order of the module. */
export function placesOf({ layers, others }: Plan): readonly Place[] {
  return [
    ...layers.flatMap(({ weight, bias, normalization }) => [
      weight,
      ...(bias ? [bias] : []),
      ...Object.values(normalization),
    ]),
    ...others,
  ]
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
    members: { kind: 'string', config: 'object', variables: variablesOption, state: optional(variablesOption) },
    fix: 'pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
  const { kind, config } = unwrapped(model)
  const { architecture = {}, inputShape, likelihood = {} } = config
  const networks = architecture as Networks
  if ((networks.kind !== 'dense' && networks.kind !== 'convolutional') || shapeOption(inputShape) !== undefined) {
    throw new OptionError(`\`${functionName}\` received a model whose layers it does not know.`, {
      facts: {
        Expected: 'a model of @ae/models with a dense or a convolutional architecture',
        Received: show(networks),
      },
      fix: 'build the model with denseArchitecture or convolutionalArchitecture; of your own networks copy the variables one by one',
    })
  }
  return new Planner(
    functionName,
    kind,
    config,
    inputShape as Shape,
    networks,
    likelihood as Plan['likelihood'],
    model,
  ).plan()
}

interface Networks {
  readonly kind?: string
  readonly hidden?: readonly number[]
  readonly channels?: readonly number[]
  readonly kernelSize?: number
  readonly stride?: number
  readonly activation?: Activation
  readonly upsampling?: string
  readonly normalization?: Normalization
}

type Config = Readonly<Record<string, unknown>>

/** A denoising autoencoder is the model that it wraps. */
function unwrapped({ kind, config }: ExchangeableModel): { kind: string; config: Config } {
  const inner: unknown = config.model
  if (lackOf(inner, { kind: 'string', config: 'object' }) !== undefined) return { kind, config }
  return unwrapped(inner as ExchangeableModel)
}

class Planner {
  private readonly layers: PlannedLayer[] = []
  private readonly members: [string, string][] = []
  private readonly others: Place[] = []
  private readonly orderOf: (shape: Shape) => readonly number[]
  private readonly functionName: string
  private readonly kind: string
  private readonly config: Config
  private readonly inputShape: Shape
  private readonly networks: Networks
  private readonly likelihood: Plan['likelihood']
  private readonly model: ExchangeableModel

  constructor(
    functionName: string,
    kind: string,
    config: Config,
    inputShape: Shape,
    networks: Networks,
    likelihood: Plan['likelihood'],
    model: ExchangeableModel,
  ) {
    this.functionName = functionName
    this.kind = kind
    this.config = config
    this.inputShape = inputShape
    this.networks = networks
    this.likelihood = likelihood
    this.model = model
    // Images and signals have their channels first; a table, or pictures without an axis of channels, stay as they are.
    const isChannelled = networks.kind === 'convolutional' || inputShape.length > 2
    this.orderOf = (shape) =>
      isChannelled && shape.length > 1 ? withParameters(shape, inputShape.length) : shape.map((_, axis) => axis)
  }

  plan(): Plan {
    const { kind, config, inputShape, networks, likelihood, orderOf, members, layers, others } = this
    const isConvolutional = networks.kind === 'convolutional'
    const shapes = isConvolutional
      ? this.convolutionalShapes()
      : [inputShape, ...(networks.hidden ?? []).map((size) => [size])]
    const encoder = new ModuleList('encoder', inputShape, orderOf)
    for (const [i, to] of shapes.slice(1).entries()) {
      const isConvolution = isConvolutional && i < (networks.channels ?? []).length
      layers.push(
        encoder.addLayer(this.layer(`encoder.${i}`, isConvolution ? 'convolution' : 'dense', shapes[i] ?? [], to)),
      )
    }
    const features = shapes.at(-1) ?? inputShape
    const codeShape = this.addBottleneck(encoder, features, shapes.length - 1)
    const parameters = Number(this.decoderOutputs())
    const output = parameters === 1 ? inputShape : [...inputShape, parameters]
    const decoder = new ModuleList('decoder', codeShape, orderOf)
    this.addDecoder(decoder, codeShape, isConvolutional, shapes, output)
    const shared = this.model.variables['likelihood.shared']
    if (shared !== undefined) {
      members.push(['likelihood_shared', `nn.Parameter(torch.zeros(${shared.size}))`])
      others.push(plain('likelihood_shared', 'likelihood.shared', [shared.size]))
    }
    return {
      kind,
      inputShape: orderOf(inputShape).map((axis) => inputShape[axis] ?? 1),
      encoder,
      decoder,
      members,
      layers,
      others,
      likelihood,
      parameters,
      classes: typeof config.classes === 'number' ? config.classes : 0,
      isConvolutional,
      codebook:
        'codebookSize' in config
          ? { size: Number(config.codebookSize), length: Number(config.embeddingSize), isMap: codeShape.length > 1 }
          : undefined,
    }
  }

  /** How many parameters a feature the decoder's network emits. */
  private decoderOutputs(): number {
    const names = Object.keys(this.model.variables).filter((name) => /^decoder\.\d+\.weight$/.test(name))
    const last = Math.max(...names.map((name) => Number(name.split('.')[1])))
    const weight = this.model.variables[`decoder.${last}.weight`]
    const size = sizeOfShape(this.inputShape)
    if (weight === undefined) return 1
    if (this.networks.kind === 'dense') return (weight.shape[1] ?? size) / size
    const isTransposed = this.networks.upsampling !== 'resize'
    return (weight.shape[isTransposed ? 2 : 3] ?? 1) / (this.inputShape.at(-1) ?? 1)
  }

  private layer(name: string, kind: LayerPlan['kind'], from: Shape, to: Shape, isLast = false): LayerPlan {
    const { activation = 'relu', normalization = 'none', kernelSize = 3, stride = 2 } = this.networks
    const ending = isLast ? ({ activation: 'linear', normalization: 'none' } as const) : { activation, normalization }
    return { name, kind, from, to, kernelSize, stride, ...ending }
  }

  /** The example, the feature maps after each convolution, and the widths of the dense layers behind them. */
  private convolutionalShapes(): Shape[] {
    const { channels = [], stride = 2, hidden = [] } = this.networks
    const shapes: Shape[] = [this.inputShape]
    for (const count of channels) {
      const lengths = (shapes.at(-1) ?? []).slice(0, -1)
      shapes.push([...lengths.map((length) => Math.ceil(length / stride)), count])
    }
    return [...shapes, ...hidden.map((size) => [size])]
  }

  /** @returns the shape of a code as the decoder takes it */
  private addBottleneck(encoder: ModuleList, features: Shape, depth: number): Shape {
    const { config, layers, functionName } = this
    const classes = typeof config.classes === 'number' ? config.classes : 0
    if (classes > 0 && features.length > 1) {
      throw new OptionError(`\`${functionName}\` cannot lay out a ${this.kind} whose labels join a feature map.`, {
        facts: { Expected: 'features that are a vector', Received: `[${features.join(', ')}]` },
        fix: 'give the convolutional architecture dense layers behind its convolutions, e.g. hidden: [128]',
      })
    }
    if ('latentSize' in config) {
      encoder.flatten()
      const latentSize = Number(config.latentSize)
      const from = classes > 0 ? [sizeOfShape(features) + classes] : features
      for (const [name, attribute] of [
        ['mean', 'mean'],
        ['logVariance', 'log_variance'],
      ] as const) {
        layers.push(this.head(name, attribute, from, [latentSize]))
      }
      return [latentSize + classes]
    }
    if ('codebookSize' in config) return this.addCodebook(encoder, features)
    const codeSize = Number(config.codeSize)
    const activation = config.codeActivation as Activation
    layers.push(
      encoder.addLayer({
        name: `encoder.${depth}`,
        kind: 'dense',
        from: features,
        to: [codeSize],
        activation,
        normalization: 'none',
      }),
    )
    return [codeSize]
  }

  /** A dense layer that is a member of the module itself. */
  private head(name: string, attribute: string, from: Shape, to: Shape): PlannedLayer {
    this.members.push([attribute, `nn.Linear(${sizeOfShape(from)}, ${sizeOfShape(to)})`])
    const plan: LayerPlan = { name, kind: 'dense', from, to, activation: 'linear', normalization: 'none' }
    return { ...weightsOf(plan, attribute, this.orderOf, true), name, normalization: {} }
  }

  private addCodebook(encoder: ModuleList, features: Shape): Shape {
    const { codebookSize, embeddingSize, positions } = this.config as Readonly<Record<string, number | undefined>>
    const [size, length] = [codebookSize ?? 1, embeddingSize ?? 1]
    const isMap = features.length > 1 && positions === undefined
    const codeShape = isMap ? [...features.slice(0, -1), length] : [(positions ?? 16) * length]
    if (isMap) {
      const [channels, axes] = [features.at(-1) ?? 1, features.length - 1]
      this.members.push(['embedding', `nn.Conv${axes}d(${channels}, ${length}, 1)`])
      const ones = Array.from({ length: axes }, () => 1)
      this.layers.push({
        name: 'embedding',
        kind: 'convolution',
        weight: {
          key: 'embedding.weight',
          variable: 'embedding.weight',
          shape: [length, channels, ...ones],
          view: [channels, length],
          order: [1, 0],
        },
        bias: plain('embedding.bias', 'embedding.bias', [length]),
        normalization: {},
      })
    } else {
      encoder.flatten()
      this.layers.push(this.head('embedding', 'embedding', features, codeShape))
    }
    this.members.push(['codebook', `nn.Embedding(${size}, ${length})`])
    this.others.push(plain('codebook.weight', 'codebook', [size, length]))
    this.members.push(['codebook_usage', `nn.Buffer(torch.zeros(${size}))`])
    this.others.push(plain('codebook_usage', 'codebook.usage', [size]))
    return codeShape
  }

  private addDecoder(
    decoder: ModuleList,
    codeShape: Shape,
    isConvolutional: boolean,
    shapes: readonly Shape[],
    output: Shape,
  ): void {
    const { channels = [], hidden = [], upsampling } = this.networks
    const maps = isConvolutional ? shapes.slice(0, channels.length + 1).reverse() : []
    const widths = [...hidden].reverse().map((size) => [size])
    const inner = [codeShape, ...widths, ...maps.slice(0, -1), output]
    for (const [i, to] of inner.slice(1).entries()) {
      const from = inner[i] ?? []
      const isFirstMap = isConvolutional && i === hidden.length && codeShape.length > 1
      const isEnlarging = isConvolutional && i > hidden.length
      const enlarging = upsampling === 'resize' ? 'resized' : 'transposed'
      const kind = isEnlarging ? enlarging : isFirstMap ? 'convolution' : 'dense'
      const layer = this.layer(`decoder.${i}`, kind, from, to, i === inner.length - 2)
      this.layers.push(decoder.addLayer(isFirstMap ? { ...layer, stride: 1 } : layer))
    }
  }
}

/** Channels first; an axis of parameters behind the channels stays the last. */
function withParameters(shape: Shape, rank: number): readonly number[] {
  return shape.length > rank ? [...channelsFirst(shape.slice(0, rank)), rank] : channelsFirst(shape)
}
