// Several data sets, one after the other.
import { OptionError, ShapeError } from '@ae/core'
import { checksumOfFirst, fractionsOf, type IndexedDataset, readable, type Values } from './indexed-dataset.ts'
import { assertIndexed, type Chosen } from './subset.ts'

/**
 * The examples of several data sets, one after the other. A shuffled pass mixes all of them.
 *
 * @param datasets at least one, all of the same shape; borrowed
 * @returns a data set named e.g. `cats + dogs`; with labels if all have labels
 * @throws {OptionError} when there is none, or one cannot be read in any order
 * @throws {ShapeError} when they have different shapes
 * @throws {DatasetError} when one draws by weight
 */
export function concat<all extends readonly IndexedDataset[]>(...datasets: all): Chosen<all[number]> {
  for (const [i, dataset] of datasets.entries()) assertIndexed('concat', `datasets[${i}]`, dataset)
  const [first] = datasets
  if (first === undefined) {
    throw new OptionError('`concat` received no data set.', {
      facts: { Expected: 'at least one data set' },
      fix: 'pass data sets one by one: concat(cats, dogs); those of an array with ...',
    })
  }
  const shape = first.shape.join(', ')
  for (const other of datasets) {
    if (other.shape.join(', ') === shape) continue
    throw new ShapeError('`concat` received data sets of different shapes.', {
      facts: { Expected: `[${shape}] (${first.name})`, Received: `[${other.shape.join(', ')}] (${other.name})` },
      fix: 'read or reshape them with the same shape',
    })
  }
  const starts = [0]
  for (const { size } of datasets) starts.push((starts.at(-1) as number) + size)
  const sums = datasets.map(({ checksum }) => checksum)
  const checksum = sums.every((sum) => sum !== undefined) ? () => sums.map((sum) => sum()).join(' + ') : undefined
  return readable({
    name: datasets.map(({ name }) => name).join(' + '),
    shape: first.shape,
    size: starts.at(-1) as number,
    range: {
      minimum: Math.min(...datasets.map(({ range }) => range.minimum)),
      maximum: Math.max(...datasets.map(({ range }) => range.maximum)),
    },
    labels: labelsOf(datasets),
    notes: notesOf(datasets),
    checksum,
    first: checksumOfFirst(checksum),
    read: (indices) => readParts(datasets, starts, indices),
  }) as Chosen<all[number]>
}

/** The labels of all, if all have some. */
function labelsOf(datasets: readonly IndexedDataset[]): Int32Array | undefined {
  const labels = datasets.map((dataset) => dataset.labels)
  return labels.every((own) => own !== undefined)
    ? Int32Array.from(labels.flatMap((own) => Array.from(own)))
    : undefined
}

/** The notes of all, if all have the same. */
function notesOf(datasets: readonly IndexedDataset[]): IndexedDataset['notes'] {
  const [notes, ...others] = datasets.map((dataset) => dataset.notes)
  return others.every((other) => JSON.stringify(other) === JSON.stringify(notes)) ? notes : undefined
}

/** Reads from each data set once, and puts the examples where `indices` has them. */
async function readParts(
  datasets: readonly IndexedDataset[],
  starts: readonly number[],
  indices: Uint32Array,
): Promise<Values> {
  const parts = await Promise.all(
    datasets.map(async (dataset, part) => {
      const start = starts[part] as number
      const places: number[] = []
      for (const [place, index] of indices.entries()) {
        if (index >= start && index < start + dataset.size) places.push(place)
      }
      const own = Uint32Array.from(places, (place) => (indices[place] as number) - start)
      return { places, values: own.length > 0 ? await dataset.read(own) : new Uint8Array() }
    }),
  )
  const isBytes = parts.every(({ values }) => values instanceof Uint8Array)
  const length = parts.reduce((sum, { values }) => sum + values.length, 0)
  const exampleSize = length / indices.length
  const read = new (isBytes ? Uint8Array : Float32Array)(length)
  for (const { places, values } of parts) {
    const numbers = isBytes || values instanceof Float32Array ? values : fractionsOf(values)
    for (const [i, place] of places.entries()) {
      read.set(numbers.subarray(i * exampleSize, (i + 1) * exampleSize), place * exampleSize)
    }
  }
  return read
}
