// Where a model of Keras is encoder, code and decoder. Where that is not certain, an error says which option tells it.
import { type Shape, WeightsError } from '@ae/core'
import type { Blame } from './fold-layers.ts'
import { type Graph, graphOf, type Node, pathTo } from './graph.ts'
import type { KerasLayer } from './keras-model.ts'

/** The parts of an autoencoder. */
export interface Parts {
  /** From the input to the code, or to the features of a VAE. */
  readonly encoder: readonly KerasLayer[]
  /** The layers that give mean and log variance, of a VAE. */
  readonly heads?: { readonly mean: KerasLayer; readonly logVariance: KerasLayer } | undefined
  readonly decoder: readonly KerasLayer[]
  /** The shape of one example, if the file says. */
  readonly inputShape: Shape | undefined
}

/** What tells the parts apart where the file does not. */
export interface SplitOptions {
  readonly code?: string | undefined
  readonly latent?: { readonly mean: string; readonly logVariance: string } | undefined
}

/** The parts of one model. */
export function splitModel(model: KerasLayer, options: SplitOptions, blame: Blame): Parts {
  const inner = model.layers.filter(({ layers }) => layers.length > 0)
  const isLoose = inner.length >= 2 && model.layers.every(({ inputs }) => inputs.length === 0)
  if (isLoose) {
    const find = (part: string) => inner.find(({ name }) => name.toLowerCase().includes(part))
    const [encoder, decoder] = [find('enc'), find('dec')]
    if (encoder !== undefined && decoder !== undefined) return splitPair(encoder, decoder, options, blame)
    throw uncertain(blame, 'which of its models encodes and which decodes', namesOf(inner), pairFix)
  }
  const graph = graphOf(model)
  const path = straight(graph, undefined, blame)
  const sampling = path.findIndex(({ inputs }) => inputs.length === 2)
  if (sampling >= 0) {
    const node = path[sampling] as Node
    return withHeads(path.slice(0, sampling), node.inputs, path.slice(sampling + 1), options, blame)
  }
  const end = codeEnd(path, graph, options, blame)
  const [before, after] = [path.slice(0, end), path.slice(end)]
  const twin = latentTwin(before, graph)
  if (twin !== undefined) return withHeads(before, twin, after, options, blame)
  return { encoder: layersOf(before), decoder: layersOf(after), inputShape: before[0]?.shape }
}

/** The parts of two models. */
export function splitPair(encoder: KerasLayer, decoder: KerasLayer, options: SplitOptions, blame: Blame): Parts {
  const [first, second] = [graphOf(encoder), graphOf(decoder)]
  const after = straight(second, undefined, blame)
  const [output, other] = first.outputs
  const heads = options.latent === undefined && other === undefined ? sampled(output) : first.outputs.slice(0, 2)
  if (heads !== undefined && heads.length === 2) {
    return withHeads(pathTo(heads[0] as Node), heads, after, options, blame)
  }
  const before = straight(first, undefined, blame)
  return { encoder: layersOf(before), decoder: layersOf(after), inputShape: before[0]?.shape }
}

/** What a layer that draws from mean and log variance takes. */
function sampled(node: Node | undefined): readonly Node[] | undefined {
  return node?.inputs.length === 2 ? node.inputs : undefined
}

/** The only way through a graph, except where a VAE draws its code: that layer takes two. */
function straight(graph: Graph, end: Node | undefined, blame: Blame): readonly Node[] {
  const last = end ?? graph.outputs[0]
  if (last === undefined) throw uncertain(blame, 'what its layers take', 'no connections', weightsFix)
  const path = pathTo(last)
  const joining = path.filter(({ inputs }) => inputs.length > 1)
  const [first] = joining
  const isSampling = first !== undefined && joining.length === 1 && isPair(first.inputs)
  if (joining.length === 0 || isSampling) return path
  const bad = joining.find(({ inputs }) => !isPair(inputs)) ?? joining[1]
  throw new WeightsError(
    `\`${blame.caller}\` cannot build ${blame.source}: the layer "${bad?.layer.name}" joins branches.`,
    {
      facts: { Layer: bad?.layer.className ?? '', Takes: namesOf((bad?.inputs ?? []).map(({ layer }) => layer)) },
      fix: 'networks here are layers one after the other; build a model with customArchitecture and fill it with importLayers',
    },
  )
}

/** Two dense layers of the same features and as many outputs. */
function isPair([a, b, ...others]: readonly Node[]): boolean {
  if (a === undefined || b === undefined || others.length > 0) return false
  return a.layer.className === 'Dense' && b.layer.className === 'Dense' && a.inputs[0] === b.inputs[0] && a !== b
}

const isLogVariance = ({ layer }: Node) => /log_?-?var|log_?sigma_?(sq|2)|lv$/i.test(layer.name)

/** The other half of a VAE of which only the mean is decoded. */
function latentTwin(path: readonly Node[], { nodes }: Graph): readonly Node[] | undefined {
  const mean = path.at(-1)
  const other = nodes.find((node) => mean !== undefined && isPair([mean, node]) && isLogVariance(node))
  return mean !== undefined && other !== undefined ? [mean, other] : undefined
}

function withHeads(
  path: readonly Node[],
  heads: readonly Node[],
  after: readonly Node[],
  { latent }: SplitOptions,
  blame: Blame,
): Parts {
  const names = namesOf(heads.map(({ layer }) => layer))
  const logs = heads.filter(isLogVariance)
  const pick = (name: string) => heads.find(({ layer }) => layer.name === name)
  const logVariance = latent === undefined ? (logs.length === 1 ? logs[0] : undefined) : pick(latent.logVariance)
  const mean = latent === undefined ? heads.find((head) => head !== logVariance) : pick(latent.mean)
  if (logVariance === undefined || mean === undefined || mean === logVariance || !isPair(heads)) {
    throw uncertain(
      blame,
      'which layers give mean and log variance',
      names,
      "pass latent: { mean: 'z_mean', logVariance: 'z_log_var' } with their names; a standard deviation is not a log variance",
    )
  }
  const end = path.findIndex((node) => heads.includes(node))
  const features = end < 0 ? path : path.slice(0, end)
  return {
    encoder: layersOf(features),
    heads: { mean: mean.layer, logVariance: logVariance.layer },
    decoder: layersOf(after),
    inputShape: path[0]?.shape,
  }
}

/** How many layers of a path belong to the encoder. */
function codeEnd(path: readonly Node[], { boundary }: Graph, { code }: SplitOptions, blame: Blame): number {
  if (code === undefined && boundary !== undefined) return path.indexOf(boundary) + 1
  const dense = path.slice(0, -1).filter(({ layer }) => layer.className === 'Dense')
  const sizeOf = ({ layer }: Node) => layer.tensors.get('kernel')?.shape.at(-1) ?? Number.POSITIVE_INFINITY
  const least = Math.min(...dense.map(sizeOf))
  const narrowest = dense.filter((node) => (code === undefined ? sizeOf(node) === least : node.layer.name === code))
  const [node] = narrowest
  if (node === undefined || narrowest.length > 1) {
    throw uncertain(
      blame,
      'which layer gives the code',
      `dense layers ${namesOf(dense.map(({ layer }) => layer))}`,
      "pass the name of the layer whose output is the code, e.g. code: 'dense_1'",
    )
  }
  let end = path.indexOf(node) + 1
  while (
    /^(Activation|ReLU|LeakyReLU|ELU|BatchNormalization|LayerNormalization|Dropout)$/.test(
      path[end]?.layer.className ?? '',
    )
  )
    end++
  return end
}

function layersOf(nodes: readonly Node[]): readonly KerasLayer[] {
  return nodes.map(({ layer }) => layer)
}

function namesOf(layers: readonly KerasLayer[]): string {
  return layers.map(({ name, className }) => `${name} (${className})`).join(', ') || 'none'
}

const pairFix = 'pass both: fromKeras({ encoder, decoder })'
const weightsFix = 'pass a file that model.save("model.keras") wrote'

/** The error for what the file leaves open. */
export function uncertain({ caller, source }: Blame, what: string, received: string, fix: string): WeightsError {
  return new WeightsError(`\`${caller}\` cannot tell of ${source} ${what}.`, { facts: { Found: received }, fix })
}
