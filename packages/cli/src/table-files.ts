// The files of a training run on a table, with rows in their own units and names: comma-separated values.
import type { Autoencoder } from '@ae/core'
import type { Row } from '@ae/datasets'
import type { Tensor } from '@tensorflow/tfjs-core'
import { withFirstImages } from './pictures.ts'
import { csvOf } from './row-formats.ts'
import { samplerOf } from './samplers.ts'
import { isConditional, labelled, type PictureSource, type Pictures } from './subject.ts'
import type { TableParts } from './tables.ts'

const rowCount = 1000

/** The files, by name. */
export const tableFiles: Pictures<Autoencoder> = {
  /** New rows. */
  'samples.csv': async (model, source) => {
    const { transform, labels } = partsOf(source)
    if (!isConditional(model)) {
      const sampler = await samplerOf(model, source.data)
      return csvOf(await inverted(transform, sampler.sample(rowCount, { seed: source.seed, draw: true })))
    }
    const known = labelled(source.data).labels
    const drawn = Array.from({ length: rowCount }, (_, i) => known[i % known.length] as number)
    const rows = await inverted(transform, model.sample(drawn, { seed: source.seed, draw: true }))
    return csvOf(rows.map((row, i) => ({ ...row, ...labelOf(labels, drawn[i] as number) })))
  },
  /** The first test rows; beside each of their values, its reconstruction. */
  'reconstructions.csv': (model, { test, ...source }) => {
    const { transform, testRows } = partsOf(source)
    return withFirstImages(test, rowCount, async (examples) => {
      const count = examples.shape[0] as number
      const reconstructed = isConditional(model)
        ? model.reconstruct(examples, Array.from(labelled(test).labels.subarray(0, count)))
        : model.reconstruct(examples)
      const rows = await inverted(transform, reconstructed)
      const pairs = rows.map((row, i) =>
        Object.entries(row).flatMap(([name, value]) => [
          [name, testRows[i]?.[name] ?? null] as const,
          [`${name} (reconstructed)`, value] as const,
        ]),
      )
      return csvOf(pairs.map((pair) => Object.fromEntries(pair)))
    })
  },
}

function labelOf(labels: TableParts['labels'], label: number): Row {
  return labels === undefined ? {} : { [labels.column]: labels.classNames?.[label] ?? label }
}

async function inverted({ invert }: TableParts['transform'], features: Tensor): Promise<readonly Row[]> {
  try {
    return await invert(features)
  } finally {
    features.dispose()
  }
}

function partsOf({ table }: Pick<PictureSource, 'table'>): TableParts {
  if (table === undefined) throw new Error('only tables have rows')
  return table
}
