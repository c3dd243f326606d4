// Checks that the parts of a dataset fit together.
import { DatasetError, ShapeError, sizeOfShape } from '@ae/core'
import { type ArrayDataset, arrayDataset, type Parts } from './array-dataset.ts'
import type { IndexedDataset, LabelledDataset, Labels } from './indexed-dataset.ts'
import type { NumberArray } from './strided-dataset.ts'

/**
 * Makes a dataset of parts that may not fit together.
 *
 * @param caller the public function that received them, for messages
 * @param parts borrowed for as long as the dataset lives
 * @param files where they come from, for messages: e.g. `{ Images: 'a.idx' }`
 * @throws {ShapeError} when the values do not divide into examples of the shape
 * @throws {DatasetError} when there are none, one is not finite, or there is not one label for each
 */
export function datasetOf(caller: string, parts: Parts & { readonly labels: Labels }, files?: Facts): LabelledDataset
export function datasetOf(caller: string, parts: Parts, files?: Facts): ArrayDataset
export function datasetOf(caller: string, parts: Parts, files: Facts = {}): IndexedDataset {
  assertParts(caller, parts, files)
  return arrayDataset(parts)
}

/** @throws as {@link datasetOf} */
export function assertParts(
  caller: string,
  { shape, values, labels }: Pick<Parts, 'shape' | 'labels'> & { readonly values: NumberArray },
  files: Facts = {},
): void {
  const exampleSize = sizeOfShape(shape)
  if (values.length === 0 || exampleSize === 0) {
    throw new DatasetError(`\`${caller}\` received no examples.`, {
      facts: {
        ...files,
        Expected: 'at least one example',
        Received: `${values.length} values of shape [${shape.join(', ')}]`,
      },
      fix: 'pass data that is not empty',
    })
  }
  if (values.length % exampleSize !== 0) {
    throw new ShapeError(`\`${caller}\` received values that do not divide into examples of \`shape\`.`, {
      facts: {
        ...files,
        Expected: `a multiple of ${exampleSize} values, for [${shape.join(', ')}]`,
        Received: `${values.length} values`,
      },
      fix: 'pass the shape of one example, without the number of examples',
    })
  }
  if (values instanceof Float32Array) assertFinite(caller, values, exampleSize, files)
  if (labels !== undefined) assertOneLabelEach(caller, values.length / exampleSize, labels, files)
}

/** @throws {DatasetError} unless there are as many labels as examples */
export function assertOneLabelEach(caller: string, size: number, labels: Labels, files: Facts): void {
  if (labels.length === size) return
  throw new DatasetError(`\`${caller}\` received the wrong number of labels.`, {
    facts: { ...files, Expected: `${size}, one for each example`, Received: String(labels.length) },
    fix: 'pass the labels of the same examples',
  })
}

type Facts = Readonly<Record<string, string>>

function assertFinite(caller: string, values: Float32Array, exampleSize: number, files: Facts): void {
  let index = 0
  while (index < values.length && Number.isFinite(values[index])) index++
  if (index === values.length) return
  throw new DatasetError(`\`${caller}\` received a value that is not finite.`, {
    facts: {
      ...files,
      Expected: 'finite float32 numbers',
      Received: `${values[index]} at index ${index}: example ${Math.floor(index / exampleSize)}, value ${index % exampleSize} of it`,
    },
    fix: 'remove or replace NaN and Infinity first; numbers beyond 3.4e38 are infinite in float32',
  })
}
