// Data that is in a tensor.
import { ShapeError } from '@ae/core'
import { assertOptions, assertTensor, nameOption, type OptionCheck } from '@ae/core/internal'
import { Tensor } from '@tensorflow/tfjs-core'
import type { ArrayDataset } from './array-dataset.ts'
import type { IndexedDataset, LabelledDataset } from './indexed-dataset.ts'
import { datasetOf } from './parts.ts'
import { labelsOption, storedLabels } from './stored-values.ts'

/** Options of {@link fromTensor}. */
export interface FromTensorOptions {
  /** One integer for each example, in an array, a typed array or a tensor, which is borrowed. Defaults to none. */
  readonly labels?: ArrayLike<number> | Tensor | undefined
  /** What the data is; goes into saved models. Defaults to `tensor`. */
  readonly name?: string | undefined
}

/**
 * A dataset from the values of a tensor. They are read once, asynchronously since they may be on a GPU; the tensor may be disposed of
 * after that.
 *
 * @param x `[count, ...shape]` of float32, int32 or bool; borrowed until the promise settles. Numbers stay as they are
 * @param options labels, a name
 * @returns a dataset; with labels, one that `withLabels` takes
 * @throws {OptionError} on an unknown or bad option, or when `x` is not a tensor
 * @throws {DisposedError} when `x` is disposed of
 * @throws {ShapeError} when `x` has no axis of examples, or does not hold numbers
 * @throws {DatasetError} when there are no values, one is NaN or infinite, or the labels do not fit
 * @example
 * ```ts
 * const points = await fromTensor(tf.randomNormal([1000, 2]))
 * ```
 */
export function fromTensor(
  x: Tensor,
  options: FromTensorOptions & { readonly labels: ArrayLike<number> | Tensor },
): Promise<LabelledDataset>
export function fromTensor(x: Tensor, options?: FromTensorOptions): Promise<ArrayDataset>
export async function fromTensor(x: Tensor, options: FromTensorOptions = {}): Promise<IndexedDataset> {
  assertTensor('fromTensor', 'x', x)
  assertOptions('fromTensor', options, { labels: labelsOrTensor, name: nameOption })
  const [, ...shape] = x.shape
  if (shape.length === 0) {
    throw new ShapeError('`fromTensor` received a tensor without an axis of examples.', {
      facts: { Expected: '[count, ...shape], at least 2 axes', Received: `[${x.shape.join(', ')}]` },
      fix: 'add an axis: tf.expandDims(x, 1) for one number each, tf.expandDims(x, 0) for one example',
    })
  }
  const { labels, name = 'tensor' } = options
  if (labels instanceof Tensor) assertTensor('fromTensor', 'labels', labels)
  const [values, numbers] = await Promise.all([x.data(), labels instanceof Tensor ? labels.data() : labels])
  return datasetOf('fromTensor', {
    name,
    shape,
    values: Float32Array.from(values as Float32Array), // a copy: backends may hand out their own memory
    labels: numbers && storedLabels('fromTensor', numbers as ArrayLike<number>),
  })
}

const labelsOrTensor: OptionCheck = (value) => (value instanceof Tensor ? undefined : labelsOption(value))
