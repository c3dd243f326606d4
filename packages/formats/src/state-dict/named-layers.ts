// A state dict as layers: its tensors grouped by the module that they belong to, in the order of a pass.
import type { Shape, StoredTensor } from '@ae/core'

/** The tensors of one module of a state dict. */
export interface NamedLayer {
  /** The module's name, without wrappers, e.g. `encoder.0`. */
  readonly name: string
  /** The names of its tensors in the file, by the last part of them, e.g. `weight`. */
  readonly parts: ReadonlyMap<string, string>
  /** The shape of its weight; of a normalisation that of its statistics. */
  readonly shape: Shape
  /** The layer before it. */
  readonly after?: string | undefined
}

/** A state dict, sorted into what it is made of. */
export interface NamedLayers {
  /** Dense layers and convolutions, without the heads of a posterior. */
  readonly layers: readonly NamedLayer[]
  /** Batch, layer and group normalisations. */
  readonly normalizations: readonly NamedLayer[]
  /** The layer that gives the mean of a posterior, and the one of its log variance. */
  readonly mean: NamedLayer | undefined
  readonly logVariance: NamedLayer | undefined
}

/** Leaves out what wraps a module: DataParallel, torch.compile, Lightning and the like. */
export function withoutWrappers(name: string): string {
  return name.replaceAll('_orig_mod.', '').replace(/^(?:(?:module|model|net|network|vae|autoencoder|ae)\.)+/, '')
}

/** Whether a tensor only counts batches: PyTorch never reads it but to average over all of them. */
export function isBatchCount(name: string): boolean {
  return /(^|\.)num_batches_tracked$/.test(name)
}

/**
 * Sorts a state dict into layers.
 *
 * @param tensors by name
 * @param order `file`: as in the file; `names`: by the names, numbers by their value, encoders before decoders
 */
export function namedLayers(tensors: ReadonlyMap<string, StoredTensor>, order: 'file' | 'names'): NamedLayers {
  const groups = new Map<string, Map<string, string>>()
  for (const name of tensors.keys()) {
    if (isBatchCount(name)) continue
    const path = withoutWrappers(name)
    const dot = path.lastIndexOf('.')
    const group = path.slice(0, Math.max(0, dot))
    groups.set(group, (groups.get(group) ?? new Map()).set(path.slice(dot + 1), name))
  }
  const all = [...groups].map(([name, parts]) => {
    const measured = parts.get('weight') ?? parts.get('running_mean') ?? [...parts.values()][0] ?? ''
    return { name, parts, shape: tensors.get(measured)?.shape ?? [] }
  })
  if (order === 'names') all.sort((a, b) => stage(a.name) - stage(b.name) || naturally(a.name, b.name))
  const isNormalization = ({ parts, shape }: NamedLayer) =>
    parts.has('running_mean') || (parts.has('weight') && shape.length === 1)
  const layers = all.filter((layer) => layer.parts.has('weight') && !isNormalization(layer))
  const normalizations: NamedLayer[] = []
  let after: string | undefined
  for (const layer of all) {
    if (isNormalization(layer)) normalizations.push({ ...layer, after })
    else after = layer.name
  }
  const logVariance = only(layers, logVarianceNames)
  const mean =
    logVariance &&
    only(
      layers.filter((layer) => layer !== logVariance),
      meanNames,
    )
  return {
    layers: layers.filter((layer) => mean === undefined || (layer !== mean && layer !== logVariance)),
    normalizations,
    mean,
    logVariance: mean && logVariance,
  }
}

/** pytorch/examples fc22, PyTorch-VAE fc_var, pythae log_var, and their spellings. */
const logVarianceNames =
  /(^|[._])(fc22|fc_?var|(z_?)?log_?var(iance)?|fc_?log_?var|logvar_?(layer|head|fc|linear)|log_?var_?(layer|head))$/i

/** pytorch/examples fc21, PyTorch-VAE fc_mu, pythae embedding, and their spellings. */
const meanNames = /(^|[._])(fc21|fc_?mu|(z_?)?(mu|mean|loc)|fc_?mean|(mu|mean)_?(layer|head|fc|linear)|embedding)$/i

function only(layers: readonly NamedLayer[], names: RegExp): NamedLayer | undefined {
  const found = layers.filter(({ name }) => names.test(name))
  return found.length === 1 ? found[0] : undefined
}

/** When a module of this name runs: encoder, code, decoder, output. */
export function stage(name: string): number {
  if (/(^|[._])(final|out|output)(_|\.|$)/i.test(name) && !/enc/i.test(name)) return 5
  if (/dec|generator/i.test(name)) return /input|from_|fc/i.test(name) ? 3 : 4
  if (/enc|recognition/i.test(name)) return /(embedding|latent|code|bottleneck|fc_z|to_z)$/i.test(name) ? 1 : 0
  return 2
}

/** `fc2` before `fc10`. */
function naturally(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
