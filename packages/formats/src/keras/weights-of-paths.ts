// Weights whose names are paths, `encoder/dense/kernel:0`: Keras 2 and TensorFlow.js.
import type { StoredTensor } from '@ae/core'
import type { Hdf5Group } from './hdf5/read-hdf5.ts'
import type { FindWeights } from './layers-of-config.ts'

/** A weight: its path, and the outermost layer that it belongs to, where the file says. */
export interface PathWeight {
  readonly path: string
  readonly tensor: StoredTensor
}

/** Finds the weights of layers: by the last two parts of their paths, and where several have those, by the models around. */
export function weightsByPath(weights: readonly PathWeight[]): FindWeights {
  const all = weights.map(({ path, tensor }) => {
    const parts = path.replace(/:\d+$/, '').split('/')
    return { tensor, variable: parts.at(-1) ?? '', layer: parts.at(-2) ?? '', around: parts.slice(0, -2) }
  })
  return ({ path }, { name }) => {
    const found = new Map<string, StoredTensor>()
    const own = all.filter(({ layer, around }) => layer === name && around.some((part) => path.includes(part)))
    for (const weight of [...own, ...all.filter(({ layer }) => layer === name)]) {
      if (!found.has(weight.variable)) found.set(weight.variable, weight.tensor)
    }
    return found
  }
}

/** The weights of a `.h5` file of Keras 2, or of Keras 3 in that form: each layer's group, and the paths in it. */
export function* weightsOfKeras2(root: Hdf5Group): Generator<PathWeight> {
  for (const [layer, group] of root.groups) yield* arraysIn(group, layer)
}

function* arraysIn(group: Hdf5Group, path: string): Generator<PathWeight> {
  for (const [name, tensor] of group.arrays) yield { path: `${path}/${name}`, tensor }
  for (const [name, inner] of group.groups) yield* arraysIn(inner, `${path}/${name}`)
}
