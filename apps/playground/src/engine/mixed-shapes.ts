// The drawings of `shapes()` in random order, so that the first of them are of all kinds; labelled square, ellipse or heart.
import { permutation } from '@ae/core'
import { fromArray, type LabelledDataset, select, shapeFactors, shapes } from '@ae/datasets'

/** How many there are. */
export const shapeCount = 6144

/** @param count how many, at most */
export async function mixedShapes(count: number): Promise<LabelledDataset> {
  const some = select(shapes(), permutation('shapes', {}, shapeCount).subarray(0, count))
  const factors = shapeFactors(some.labels)
  const labels = Uint8Array.from({ length: some.size }, (_, i) => factors.values[i * factors.names.length] ?? 0)
  const values = await some.read(Uint32Array.from(labels, (_, i) => i))
  return fromArray(values, { shape: some.shape, labels, name: 'shapes' })
}
