// The weights of Keras 3: groups whose `vars` are numbered from 0. Groups are found by the attribute `name` and by their order; their
// paths say little: of a user's own class, attributes that sort before "layers" keep their names, later ones become layers/dense_1.
import type { StoredTensor } from '@ae/core'
import type { Hdf5Group } from './hdf5/read-hdf5.ts'
import { type KerasLayer, variableNames } from './keras-model.ts'
import type { FindWeights } from './layers-of-config.ts'

/** One group with weights. */
interface Weights {
  /** The layer's name. */
  readonly name: string
  /** Whether the file says it; if not, it is that of the group. */
  readonly isNamed: boolean
  /** The names of the models around it. */
  readonly path: readonly string[]
  /** The name of its group. */
  readonly group: string
  readonly arrays: ReadonlyMap<string, StoredTensor>
  readonly members: readonly Weights[]
}

/** Finds the weights of layers whose configuration is known. */
export function weightsByName(root: Hdf5Group): FindWeights {
  const whole = weightsIn(root, '')
  const all = flatten(whole)
  const isNamed = all.some(({ isNamed }) => isNamed)
  return ({ path, keys }, { name, className, config }) => {
    if (!isNamed) return named(memberAt(whole, keys)?.arrays ?? new Map(), variableNames(className, config))
    const same = all.filter((weights) => weights.name === name && weights.arrays.size > 0)
    // A layer that two models share is stored once, in the first of them.
    const own = same.find((weights) => path.at(-1) === weights.path.at(-1)) ?? same[0]
    return named(own?.arrays ?? new Map(), variableNames(className, config))
  }
}

/** Where no names are stored, as by Keras 2, groups are found by their keys. */
function memberAt(whole: Weights, keys: readonly string[]): Weights | undefined {
  return keys.reduce<Weights | undefined>((weights, key) => weights?.members.find(({ group }) => group === key), whole)
}

/** The layers of a file that holds weights alone. */
export function layersOfWeights(root: Hdf5Group): KerasLayer {
  return toLayer(weightsIn(root, ''))
}

function toLayer({ name, group, arrays, members }: Weights): KerasLayer {
  const className = classOf(group, arrays)
  const config = className === 'Dense' || className.startsWith('Conv') ? { use_bias: arrays.size === 2 } : {}
  return {
    name,
    className,
    config: {},
    tensors: named(arrays, variableNames(className, config)),
    inputs: [],
    layers: members.filter(hasWeights).map(toLayer),
    outputs: [],
  }
}

/** Weights of layers; those of metrics are single numbers. */
function hasWeights({ arrays, members }: Weights): boolean {
  return [...arrays.values()].some(({ shape }) => shape.length > 0) || members.some(hasWeights)
}

function weightsIn(group: Hdf5Group, groupName: string, path: readonly string[] = []): Weights {
  const vars = group.groups.get('vars')
  const name = vars?.attributes.get('name')?.[0]
  const own = typeof name === 'string' ? name : groupName
  const members: Weights[] = []
  for (const [key, member] of inOrder(group.groups)) {
    if (key === 'vars' || (path.length === 0 && (key === 'optimizer' || key.startsWith('_')))) continue
    if (member.groups.has('vars')) members.push(weightsIn(member, key, [...path, own]))
    // A list of layers, such as `layers`, has no weights of its own.
    else for (const [inner, layer] of inOrder(member.groups)) members.push(weightsIn(layer, inner, [...path, own]))
  }
  return {
    name: own,
    isNamed: typeof name === 'string',
    path,
    group: groupName,
    arrays: vars?.arrays ?? new Map(),
    members,
  }
}

/** By name, with numbers at the end as numbers: HDF5 has dense_10 before dense_2. */
function inOrder(groups: ReadonlyMap<string, Hdf5Group>): readonly (readonly [string, Hdf5Group])[] {
  const key = (name: string) => {
    const [, stem = name, count = '0'] = /^(.*?)_?(\d*)$/s.exec(name) ?? []
    return [stem, Number(count)] as const
  }
  return [...groups].sort(([a], [b]) => {
    const [[first, i], [second, j]] = [key(a), key(b)]
    return first < second ? -1 : first > second ? 1 : i - j
  })
}

function flatten(weights: Weights): readonly Weights[] {
  return [weights, ...weights.members.flatMap(flatten)]
}

/** Weights by name instead of by number, where the names are known. */
function named(arrays: ReadonlyMap<string, StoredTensor>, names: readonly string[]): Map<string, StoredTensor> {
  const known = arrays.size === names.length
  return new Map([...arrays].map(([number, array]) => [(known ? names[Number(number)] : undefined) ?? number, array]))
}

/** What the name of a group and its shapes say of the class. */
function classOf(group: string, arrays: ReadonlyMap<string, StoredTensor>): string {
  const fromGroup = Object.entries(classes).find(([stem]) => new RegExp(`^${stem}(_\\d+)?$`).test(group))?.[1]
  if (fromGroup !== undefined) return fromGroup
  return arrays.get('0')?.shape.length === 2 && arrays.size <= 2 ? 'Dense' : ''
}

const classes: Readonly<Record<string, string>> = {
  dense: 'Dense',
  conv1d: 'Conv1D',
  conv2d: 'Conv2D',
  conv1d_transpose: 'Conv1DTranspose',
  conv2d_transpose: 'Conv2DTranspose',
  batch_normalization: 'BatchNormalization',
  layer_normalization: 'LayerNormalization',
}
