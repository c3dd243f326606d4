// Data that is already in memory.
import type { Shape } from '@ae/core'
import { assertOptions, nameOption, shapeOption } from '@ae/core/internal'
import type { ArrayDataset } from './array-dataset.ts'
import type { IndexedDataset, LabelledDataset } from './indexed-dataset.ts'
import { datasetOf } from './parts.ts'
import { type ArrayValues, labelsOption, storedLabels, storedValues } from './stored-values.ts'

/** Options of `fromArray`. */
export interface FromArrayOptions {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly shape: Shape
  /** One integer of 32 bits for each example, in an array or a typed array. */
  readonly labels?: ArrayLike<number> | undefined
  /** What the data is; goes into saved models. Defaults to `array`. */
  readonly name?: string | undefined
}

/**
 * A dataset from values in memory.
 *
 * @param values all examples one after the other, or one entry per example, flat or nested as `shape` says. A Uint8Array or
 *   a Float32Array is borrowed for as long as the dataset lives. Bytes, in a Uint8Array or a Uint8ClampedArray, are scaled by
 *   1/255; other numbers stay as they are, in float32. Only numbers are accepted: not `null`, `'1'` or `true`
 * @param options the shape of one example, labels, a name
 * @returns a dataset; with labels, one that `withLabels` takes
 * @throws {OptionError} on an unknown or bad option
 * @throws {ShapeError} when the values do not divide into examples of that shape, or one example has another shape
 * @throws {DatasetError} when there are no values, one is not a number, NaN or infinite, or the labels do not fit
 * @example
 * ```ts
 * const points = fromArray([[0, 1], [1, 0], [1, 1]], { shape: [2], labels: [1, 1, 0] })
 * ```
 */
export function fromArray(
  values: ArrayValues,
  options: FromArrayOptions & { readonly labels: ArrayLike<number> },
): LabelledDataset
export function fromArray(values: ArrayValues, options: FromArrayOptions): ArrayDataset
export function fromArray(values: ArrayValues, options: FromArrayOptions): IndexedDataset {
  assertOptions('fromArray', options, { shape: shapeOption, labels: labelsOption, name: nameOption }, ['shape'])
  const { shape, labels, name = 'array' } = options
  return datasetOf('fromArray', {
    name,
    shape: [...shape],
    values: storedValues(values, shape),
    labels: labels === undefined ? undefined : storedLabels('fromArray', labels),
  })
}
