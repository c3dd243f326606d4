// Labels in a .npy file of their own, which examples of any kind may have.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { DatasetError } from '@ae/core'
import { readNpy } from '@ae/core/internal'
import type { IndexedDataset } from '@ae/datasets'

/** Whether `--labels` names such a file. */
export function isLabelsFile(labels: unknown): labels is string {
  return typeof labels === 'string' && /\.npy$/i.test(labels) && existsSync(labels)
}

/** The labels of a file. @throws {DatasetError} unless it holds one integer for each example */
export async function readLabels(verb: string, path: string): Promise<Int32Array> {
  const refuse = (what: string, details: ConstructorParameters<typeof DatasetError>[1] = {}) =>
    new DatasetError(`\`${verb}\` received ${what} as --labels.`, {
      ...details,
      facts: { File: path, ...details.facts },
    })
  const { shape, data, dtype } = readNpy(await readFile(path), refuse)
  const isList = shape.length === 1 || (shape.length === 2 && shape[1] === 1)
  const labels = Int32Array.from(data)
  if (isList && labels.every((label, i) => label === data[i])) return labels
  throw refuse('an array that holds no labels', {
    facts: { Expected: 'one integer for each example: [n] or [n, 1]', Received: `${dtype} [${shape.join(', ')}]` },
    fix: "save the number of each example's class, e.g. np.save('labels.npy', labels.astype('int32'))",
  })
}

/** @throws {DatasetError} unless there is one label for each example */
export function assertOneLabelEach(verb: string, labels: Int32Array, { name, size }: IndexedDataset): void {
  if (labels.length === size) return
  throw new DatasetError(`\`${verb}\` received the wrong number of labels.`, {
    facts: { Data: name, Expected: `${size}, one for each example`, Received: String(labels.length) },
    fix: 'pass the labels of the same examples',
  })
}
