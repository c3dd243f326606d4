// Which tensor of a state dict each weight of a model takes: by the names of our own module, by a map, or layer by layer.
import { type Shape, type StoredTensor, sizeOfShape } from '@ae/core'
import { fromTorch, type Place } from './layout.ts'
import { isBatchCount, type NamedLayer, type NamedLayers, namedLayers, withoutWrappers } from './named-layers.ts'
import { type Plan, placesOf } from './plan.ts'
import type { PlannedLayer } from './torch-modules.ts'

/** A weight of the model with the tensors that it takes its values from. */
export interface Match {
  readonly place: Place
  /** Their names in the state dict; none of what PyTorch leaves out, such as the bias of a layer without one. */
  readonly from: readonly string[]
  /** The values as the model has them. */
  values(): Float32Array
}

/** What a state dict and a model have in common, and what not. */
export interface Matching {
  readonly matches: readonly Match[]
  readonly missing: readonly Place[]
  /** Names of the state dict. */
  readonly unexpected: readonly string[]
  /** Tensors whose shape does not fit. */
  readonly misfits: readonly { readonly from: string; readonly place: Place }[]
}

/** Tensors by name. */
export type Tensors = ReadonlyMap<string, StoredTensor>

/** By a tensor's or a module's name in the state dict, that of ours, or null to leave it out. */
export type NameMap = Readonly<Record<string, string | null>>

/**
 * Matches by names.
 *
 * @param plan of the model
 * @param tensors of the state dict
 * @param map from their names to ours
 */
export function matchByName(plan: Plan, tensors: Tensors, map: NameMap): Matching {
  const places = placesOf(plan)
  const byName = new Map<string, string>()
  const unexpected: string[] = []
  const known = new Map(places.flatMap((place) => [place.key, place.variable].map((name) => [name, place.key])))
  for (const name of tensors.keys()) {
    if (isBatchCount(name)) continue
    const renamed = rename(name, map)
    if (renamed === null) continue
    // A map names variables of ours; without one the names are those of our module.
    const key = renamed === undefined ? keyOf(places, withoutWrappers(name)) : known.get(ourParameter(renamed))
    if (key !== undefined && !byName.has(key)) byName.set(key, name)
    else unexpected.push(name)
  }
  const matches: Match[] = []
  const missing: Place[] = []
  const misfits: { from: string; place: Place }[] = []
  for (const place of places) {
    const from = byName.get(place.key)
    const tensor = from === undefined ? undefined : tensors.get(from)
    if (from === undefined || tensor === undefined) missing.push(place)
    else if (!fits(place, tensor)) misfits.push({ from, place })
    else matches.push(taken(place, from, tensor))
  }
  return { matches, missing, unexpected, misfits }
}

/** Our name for a parameter of a normalisation that PyTorch names differently. */
function ourParameter(name: string): string {
  return name
    .replace(/normalization\.running_mean$/, 'normalization.mean')
    .replace(/normalization\.running_var$/, 'normalization.variance')
}

function keyOf(places: readonly Place[], name: string): string | undefined {
  return places.find(({ key }) => key === name)?.key
}

/** @returns undefined where the map says nothing */
function rename(name: string, map: NameMap): string | null | undefined {
  if (Object.hasOwn(map, name)) return map[name]
  const prefix = Object.keys(map)
    .filter((key) => name.startsWith(`${key}.`))
    .sort((a, b) => b.length - a.length)[0]
  if (prefix === undefined) return undefined
  const target = map[prefix]
  return typeof target === 'string' ? `${target}${name.slice(prefix.length)}` : target
}

/**
 * Matches layer by layer, in the order of a pass, whatever the layers are called.
 *
 * @returns every way in which all layers fit; none where they do not, two where the order of the file and that of the names differ
 */
export function matchByLayer(plan: Plan, tensors: Tensors): readonly (readonly Match[])[] {
  const ways = (['file', 'names'] as const).flatMap((order) => {
    const way = matchLayers(plan, namedLayers(tensors, order), tensors)
    return way === undefined ? [] : [way]
  })
  const [first, second] = ways
  const isSame = first !== undefined && second !== undefined && summary(first) === summary(second)
  return isSame ? [first] : ways
}

function summary(matches: readonly Match[]): string {
  return matches.map(({ from }) => from.join()).join('\n')
}

function matchLayers(plan: Plan, named: NamedLayers, tensors: Tensors): readonly Match[] | undefined {
  const heads = plan.layers.filter(({ name }) => name === 'mean' || name === 'logVariance')
  const others = plan.layers.filter((layer) => !heads.includes(layer))
  const isVariational = named.mean !== undefined && named.logVariance !== undefined
  if (plan.others.length > 0 || isVariational !== heads.length > 0 || others.length !== named.layers.length)
    return undefined
  const normalized = plan.layers.filter(({ normalization }) => Object.keys(normalization).length > 0)
  if (normalized.length !== named.normalizations.length) return undefined
  const matches: Match[] = []
  for (const layer of plan.layers) {
    const isHead = heads.includes(layer)
    const theirs = isHead
      ? layer.name === 'mean'
        ? named.mean
        : named.logVariance
      : named.layers[others.indexOf(layer)]
    const normalization = named.normalizations[normalized.indexOf(layer)]
    const own = theirs && matchLayer(layer, theirs, normalization, tensors)
    if (own === undefined) return undefined
    matches.push(...own)
  }
  return matches
}

function matchLayer(
  layer: PlannedLayer,
  theirs: NamedLayer,
  normalization: NamedLayer | undefined,
  tensors: Tensors,
): readonly Match[] | undefined {
  const match = (place: Place, from: NamedLayer | undefined, part: string, absent: number): Match | undefined => {
    const name = from?.parts.get(part)
    const tensor = name === undefined ? undefined : tensors.get(name)
    if (name === undefined || tensor === undefined) return filled(place, absent)
    return fits(place, tensor) ? taken(place, name, tensor) : undefined
  }
  const matches: (Match | undefined)[] = [
    theirs.parts.has('weight') ? match(layer.weight, theirs, 'weight', 0) : undefined,
  ]
  if (layer.bias !== undefined) matches.push(match(layer.bias, theirs, 'bias', 0))
  const { weight, bias, mean, variance } = layer.normalization
  if (weight !== undefined) matches.push(match(weight, normalization, 'weight', 1))
  if (bias !== undefined) matches.push(match(bias, normalization, 'bias', 0))
  if (variance !== undefined) matches.push(match(variance, normalization, 'running_var', Number.NaN))
  if (mean !== undefined) {
    const statistic = match(mean, normalization, 'running_mean', Number.NaN)
    matches.push(layer.bias === undefined ? withoutBias(statistic, theirs, tensors) : statistic)
  } else if (layer.bias === undefined && theirs.parts.has('bias')) return undefined
  if (normalization?.parts.has('running_mean') !== (mean !== undefined) && weight !== undefined) return undefined
  return matches.every((one): one is Match => one !== undefined) ? matches : undefined
}

/** A bias before batch normalisation only shifts its mean: (x + b) - m = x - (m - b). */
function withoutBias(mean: Match | undefined, { parts }: NamedLayer, tensors: Tensors): Match | undefined {
  const name = parts.get('bias')
  const bias = name === undefined ? undefined : tensors.get(name)
  if (mean === undefined || name === undefined || bias === undefined) return mean
  if (sizeOfShape(bias.shape) !== sizeOfShape(mean.place.shape)) return undefined
  return {
    place: mean.place,
    from: [...mean.from, name],
    values: () => mean.values().map((value, i) => value - (bias.data[i] ?? 0)),
  }
}

function filled(place: Place, value: number): Match | undefined {
  if (Number.isNaN(value)) return undefined
  return { place, from: [], values: () => new Float32Array(sizeOfShape(place.shape)).fill(value) }
}

function taken(place: Place, from: string, tensor: StoredTensor): Match {
  return { place, from: [from], values: () => fromTorch(place, widened(place, tensor)) }
}

function fits({ shape }: Place, tensor: StoredTensor): boolean {
  return same(shape, tensor.shape) || isNarrower(shape, tensor.shape)
}

function same(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis])
}

/**
 * A convolution whose window is one narrower, of odd width: padded by half of it, as in PyTorch, it sees the same pixels as ours with
 * a last row and column of zeros.
 */
function isNarrower(ours: Shape, theirs: Shape): boolean {
  if (ours.length < 3 || ours.length !== theirs.length) return false
  const isWindow = (axis: number) => axis >= 2
  return ours.every((length, axis) =>
    isWindow(axis) ? length === (theirs[axis] ?? 0) + 1 && length % 2 === 0 : length === theirs[axis],
  )
}

function widened({ shape }: Place, tensor: StoredTensor): ArrayLike<number> {
  if (same(shape, tensor.shape)) return tensor.data
  const [rows = 1, columns = 1] = shape.length === 4 ? shape.slice(2) : [1, shape[2]]
  const [ownRows = 1, ownColumns = 1] = tensor.shape.length === 4 ? tensor.shape.slice(2) : [1, tensor.shape[2]]
  const result = new Float32Array(sizeOfShape(shape))
  for (let i = 0; i < tensor.data.length; i++) {
    const [filter, row, column] = [
      Math.floor(i / (ownRows * ownColumns)),
      Math.floor(i / ownColumns) % ownRows,
      i % ownColumns,
    ]
    result[(filter * rows + row) * columns + column] = tensor.data[i] as number
  }
  return result
}
