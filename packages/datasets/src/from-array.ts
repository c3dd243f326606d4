// Data that is already in memory.
import {
  assertOptions,
  DatasetError,
  type OptionCheck,
  OptionError,
  type Shape,
  ShapeError,
  shapeOption,
  show,
  sizeOfShape,
} from '@ae/core'
import type { ArrayDataset, LabelledDataset, Labels } from './array-dataset.ts'
import { datasetOf } from './parts.ts'

/** Numbers in arrays, as deep as you like; each entry of the outermost array is an example. */
export type NestedNumbers = readonly (number | NestedNumbers)[]

/** What `fromArray` takes: bytes (0 to 255, scaled to 0 to 1) or numbers (kept as they are, in float32). */
export type ArrayValues = Uint8Array | Uint8ClampedArray | Float32Array | Float64Array | NestedNumbers

/** Options of `fromArray`. */
export interface FromArrayOptions {
  /** The shape of one example, e.g. `[28, 28, 1]`. */
  readonly shape: Shape
  /** One integer for each example. */
  readonly labels?: Labels | readonly number[] | undefined
  /** What the data is; goes into saved models. Defaults to `array`. */
  readonly name?: string | undefined
}

/**
 * A dataset from values in memory.
 *
 * @param values all examples one after the other, or one entry an example. Typed arrays are borrowed for as long as the
 *   dataset lives. Bytes are scaled by 1/255; other numbers stay as they are, in float32
 * @param options the shape of one example, labels, a name
 * @returns a dataset; with labels, one that `withLabels` takes
 * @throws {OptionError} on an unknown or bad option
 * @throws {ShapeError} when the values do not divide into examples of that shape
 * @throws {DatasetError} when there are no values, one is NaN or infinite, or the labels do not fit
 * @example
 * ```ts
 * const points = fromArray([[0, 1], [1, 0], [1, 1]], { shape: [2], labels: [1, 1, 0] })
 * ```
 */
export function fromArray(
  values: ArrayValues,
  options: FromArrayOptions & { readonly labels: Labels | readonly number[] },
): LabelledDataset
export function fromArray(values: ArrayValues, options: FromArrayOptions): ArrayDataset
export function fromArray(values: ArrayValues, options: FromArrayOptions): ArrayDataset {
  assertOptions('fromArray', options, { shape: shapeOption, labels: labelsOption, name: nameOption }, ['shape'])
  const { shape, labels, name = 'array' } = options
  return datasetOf('fromArray', {
    name,
    shape: [...shape],
    values: storedValues(values, shape),
    labels: labels === undefined ? undefined : storedLabels(labels),
  })
}

/** A name that is not empty. */
export const nameOption: OptionCheck = (value) => (typeof value === 'string' && value !== '' ? undefined : 'a name')

const labelsOption: OptionCheck = (value) =>
  value instanceof Uint8Array || value instanceof Int32Array || Array.isArray(value)
    ? undefined
    : 'a Uint8Array, an Int32Array or an array of integers'

function storedValues(values: ArrayValues, shape: Shape): Uint8Array | Float32Array {
  if (values instanceof Float32Array || values instanceof Uint8Array) return values
  if (values instanceof Uint8ClampedArray) return new Uint8Array(values.buffer, values.byteOffset, values.length)
  if (values instanceof Float64Array) return Float32Array.from(values)
  if (!Array.isArray(values)) {
    throw new OptionError('`fromArray` received bad `values`.', {
      facts: { Expected: 'a Uint8Array, a Float32Array or arrays of numbers', Received: show(values) },
      fix: 'convert them first, e.g. Float32Array.from(values)',
    })
  }
  if (typeof values[0] === 'number') return Float32Array.from(values, Number)
  return flatten(values, shape)
}

/** One entry an example: every entry must hold as many numbers as the shape. */
function flatten(examples: readonly NestedNumbers[], shape: Shape): Float32Array {
  const exampleSize = sizeOfShape(shape)
  const out = new Float32Array(examples.length * exampleSize)
  for (const [index, example] of examples.entries()) {
    const numbers: unknown[] = [example as unknown].flat(Number.POSITIVE_INFINITY)
    if (numbers.length !== exampleSize) {
      throw new ShapeError(`\`fromArray\` received an example of the wrong shape at index ${index}.`, {
        facts: { Expected: `${exampleSize} numbers, for [${shape.join(', ')}]`, Received: `${numbers.length} numbers` },
        fix: 'pass examples of one shape',
      })
    }
    out.set(numbers.map(Number), index * exampleSize)
  }
  return out
}

function storedLabels(labels: Labels | readonly number[]): Labels {
  if (labels instanceof Uint8Array || labels instanceof Int32Array) return labels
  const index = labels.findIndex((label) => !Number.isInteger(label) || Math.abs(label) >= 2 ** 31)
  if (index === -1) return Int32Array.from(labels)
  throw new DatasetError('`fromArray` received a label that is not an integer.', {
    facts: { Expected: 'integers of 32 bits', Received: `${show(labels[index])} at index ${index}` },
    fix: 'number the classes from 0',
  })
}
