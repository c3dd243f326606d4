// Data that is already in memory.
import type { Shape } from '@ae/core'
import { sizeOfShape } from '@ae/core'
import { assertOptions, finiteNumber, nameOption, shapeOption } from '@ae/core/internal'
import type { ArrayDataset } from './array-dataset.ts'
import type { IndexedDataset, LabelledDataset } from './indexed-dataset.ts'
import { assertParts, datasetOf } from './parts.ts'
import { type ArrayValues, compactValues, labelsOption, scaleOf, storedLabels, storedValues } from './stored-values.ts'
import { stridedDataset } from './strided-dataset.ts'

/** Options of `fromArray`. */
export interface FromArrayOptions {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly shape: Shape
  /** One integer of 32 bits for each example, in an array or a typed array. */
  readonly labels?: ArrayLike<number> | undefined
  /** What becomes 0, if `maximum` is given. Defaults to 0. */
  readonly minimum?: number | undefined
  /** What becomes 1, e.g. 65535 for a Uint16Array. Defaults to none: numbers stay as they are, and bytes are scaled by 1/255. */
  readonly maximum?: number | undefined
  /** What the data is; goes into saved models. Defaults to `array`. */
  readonly name?: string | undefined
}

/**
 * A dataset from values in memory.
 *
 * @param values all examples one after the other, or one entry per example, flat or nested as `shape` says. A Uint8Array or
 *   a Float32Array is borrowed for as long as the dataset lives; with `maximum`, so is any array of integers, which is scaled
 *   batch by batch. Bytes, in a Uint8Array or a Uint8ClampedArray, are scaled by 1/255; other numbers stay as they are, in
 *   float32. Only numbers are accepted: not `null`, `'1'` or `true`. Tensors: see `fromTensor`
 * @param options the shape of one example, labels, a scale, a name
 * @returns a dataset; with labels, one that `withLabels` takes
 * @throws {OptionError} on an unknown or bad option
 * @throws {ShapeError} when the values do not divide into examples of that shape, or one example has another shape
 * @throws {DatasetError} when there are no values, one is not a number, NaN or infinite or outside of `minimum` and `maximum`, or the
 *   labels do not fit
 * @example
 * ```ts
 * const points = fromArray([[0, 1], [1, 0], [1, 1]], { shape: [2], labels: [1, 1, 0] })
 * const depths = fromArray(Uint16Array.of(0, 900, 4000, 250), { shape: [2, 2, 1], maximum: 4000 })
 * ```
 */
export function fromArray(
  values: ArrayValues,
  options: FromArrayOptions & { readonly labels: ArrayLike<number> },
): LabelledDataset
export function fromArray(values: ArrayValues, options: FromArrayOptions): ArrayDataset
export function fromArray(values: ArrayValues, options: FromArrayOptions): IndexedDataset {
  const checks = {
    shape: shapeOption,
    labels: labelsOption,
    minimum: finiteNumber,
    maximum: finiteNumber,
    name: nameOption,
  }
  assertOptions('fromArray', options, checks, ['shape'])
  const { shape, name = 'array' } = options
  const scale = scaleOf('fromArray', options)
  const labels = options.labels && storedLabels('fromArray', options.labels)
  if (scale === undefined) {
    return datasetOf('fromArray', { name, shape: [...shape], values: storedValues('fromArray', values, shape), labels })
  }
  const stored = compactValues('fromArray', values, shape)
  assertParts('fromArray', { shape, values: stored, labels })
  const length = sizeOfShape(shape)
  return stridedDataset('fromArray', {
    name,
    shape: [...shape],
    channels: [{ values: stored, first: 0, step: 1 }],
    length,
    stride: length,
    size: stored.length / length,
    labels,
    scale,
  })
}
