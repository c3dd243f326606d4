// Examples of a data set as pictures.
import type { IndexedDataset } from '@ae/datasets'
import type { Pictures } from './engine.ts'
import { pictureShape } from './pictures.ts'

/** Some examples and their labels. */
export interface Examples {
  readonly pictures: Pictures
  readonly labels?: Uint8Array
}

/**
 * Reads examples in stored order.
 *
 * @param count how many, at most
 * @param from the index of the first
 */
export async function readExamples(data: IndexedDataset, count: number, from = 0): Promise<Examples> {
  const [height, width, channels] = pictureShape(data.shape)
  const indices = Uint32Array.from({ length: Math.max(0, Math.min(count, data.size - from)) }, (_, i) => from + i)
  const stored = await data.read(indices)
  const values = stored instanceof Uint8Array ? Float32Array.from(stored, (value) => value / 255) : stored
  const pictures = { values, count: indices.length, height, width, channels }
  return data.labels ? { pictures, labels: Uint8Array.from(indices, (i) => data.labels?.[i] ?? 0) } : { pictures }
}
