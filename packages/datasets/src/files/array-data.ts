// From an array of a file, whose first axis counts the examples, to a data set.
import { type ErrorDetails, type Shape, ShapeError, type StoredTensor, sizeOfShape } from '@ae/core'
import { assertOption, finiteNumber, nameOption, type OptionCheck, shapeOption, show } from '@ae/core/internal'
import { fileError, type Origin } from '../file-error.ts'
import type { IndexedDataset, Labels } from '../indexed-dataset.ts'
import { assertOneLabelEach, datasetOf } from '../parts.ts'
import { type ReadingOptions, readingChecks } from '../place.ts'
import { storedLabels } from '../stored-values.ts'

/** Options of `fromNpy`, `fromNpz` and `fromSafetensors`. */
export interface ArrayFileOptions extends ReadingOptions {
  /**
   * The shape of one example, if it is not that of the array without its first axis; it has as many values. Defaults to that
   * shape, with a third axis of one channel where it has two: images `[n, 28, 28]` become `[28, 28, 1]`.
   */
  readonly shape?: Shape | undefined
  /** The stored value that becomes 0, where `maximum` is given. Defaults to 0. */
  readonly minimum?: number | undefined
  /**
   * The stored value that becomes 1, e.g. 65535 for 16 bits. Defaults to none: bytes (uint8) become value / 255, and other
   * numbers stay as they are.
   */
  readonly maximum?: number | undefined
  /** What the data is; goes into saved models. Defaults to the file's name, or that of the array. */
  readonly name?: string | undefined
}

/** The checks of {@link ArrayFileOptions}. */
export const arrayFileChecks = (): Readonly<Record<keyof ArrayFileOptions, OptionCheck>> => ({
  shape: shapeOption,
  minimum: finiteNumber,
  maximum: finiteNumber,
  name: nameOption,
  ...readingChecks(),
})

/** @throws {OptionError} unless `maximum` is there where `minimum` is, and above it */
export function assertScale(caller: string, { minimum, maximum }: ArrayFileOptions): void {
  if (maximum === undefined ? minimum === undefined : maximum > (minimum ?? 0)) return
  const above = `a number above \`minimum\`, which is ${minimum ?? 0}`
  assertOption(caller, 'maximum', maximum, () => above)
}

/** An array of a file. */
export interface FileArray {
  /** The file, and the array's name in it, for messages. */
  readonly file: string
  readonly array: StoredTensor
}

/** How the reader of a format reports what it cannot read, naming caller and file. */
export function refusing(origin: Origin): (what: string, details: ErrorDetails) => ReturnType<typeof fileError> {
  return (what, details) => fileError(origin, what, details)
}

/** The data set of an array, with labels where there are some. */
export function datasetOfArray(
  caller: string,
  name: string,
  { file, array }: FileArray,
  labels: Labels | undefined,
  { shape: wanted, minimum = 0, maximum }: ArrayFileOptions,
): IndexedDataset {
  const shape = exampleShape({ caller, file }, array, wanted)
  const files = { File: file }
  if (labels) assertOneLabelEach(caller, array.shape[0] ?? 0, labels, files)
  return datasetOf(caller, { name, shape, values: valuesOf(array, minimum, maximum), labels }, files)
}

/** The shape of one example of an array. */
function exampleShape(origin: Origin, { shape, dtype }: StoredTensor, wanted: Shape | undefined): Shape {
  const [count, ...example] = shape
  const received = `${dtype} of shape [${shape.join(', ')}]`
  if (count === undefined) {
    throw fileError(origin, 'a single number', {
      facts: { Expected: 'an array whose first axis counts the examples', Received: received },
      fix: 'pass an array of examples',
    })
  }
  if (wanted !== undefined) {
    if (sizeOfShape(wanted) === sizeOfShape(example)) return wanted
    throw new ShapeError(
      `\`${origin.caller}\` received a \`shape\` with another number of values than an example has.`,
      {
        facts: {
          File: origin.file,
          Expected: `${sizeOfShape(example)} values, as in [${example.join(', ')}]`,
          Received: show(wanted),
        },
        fix: 'pass the shape of one example, without the number of examples',
      },
    )
  }
  if (example.length === 0) {
    throw fileError(origin, 'a list of numbers where examples were expected', {
      facts: { Expected: 'an array of at least 2 axes', Received: received },
      fix: 'pass the array of the examples; for one number each, also `shape: [1]`',
    })
  }
  if (example.length > mostAxes) {
    throw fileError(origin, 'an array with more axes than a tensor has', {
      facts: { Expected: `up to ${mostAxes + 1} axes, the first being the number of examples`, Received: received },
      fix: 'pass `shape` with fewer axes and as many values',
    })
  }
  return example.length === 2 ? [...example, 1] : example
}

/** Axes of one example: a batch of them has one more, and no tensor of tfjs has more than six. */
const mostAxes = 5

/** Values as a data set keeps them: bytes as bytes, the rest as float32, scaled where that is asked for. */
function valuesOf(
  { data, dtype }: Pick<StoredTensor, 'data' | 'dtype'>,
  minimum: number,
  maximum: number | undefined,
): Uint8Array | Float32Array {
  if (maximum === undefined) {
    if (data instanceof Float32Array || (data instanceof Uint8Array && dtype !== 'BOOL')) return data
    return Float32Array.from(data)
  }
  return scaled(data, minimum, maximum)
}

/** Numbers with `minimum` moved to 0 and `maximum` to 1. */
export function scaled(data: ArrayLike<number>, minimum: number, maximum: number): Float32Array {
  const values = new Float32Array(data.length)
  const span = maximum - minimum
  for (let i = 0; i < values.length; i++) values[i] = ((data[i] as number) - minimum) / span
  return values
}

/** Labels from an array `[n]` or `[n, 1]`, as medmnist has them. */
export function labelsOfArray(caller: string, { file, array }: FileArray): Labels {
  const { shape, data } = array
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return storedLabels(caller, data)
  throw fileError({ caller, file }, 'an array that holds no labels', {
    facts: {
      Expected: 'one integer for each example: [n] or [n, 1]',
      Received: `${array.dtype} of shape [${shape.join(', ')}]`,
    },
    fix: shape.length === 2 ? 'for one-hot labels, save array.argmax(1) in Python' : 'pass the array of the labels',
  })
}

/** A file's own name without its ending, e.g. `digits` for `/data/digits.npy`. */
export function nameOfFile(file: string, otherwise: string): string {
  const own = file.split(/[?#]/, 1)[0]?.split(/[\\/]/).filter(Boolean).at(-1)
  return own?.replace(/(?<=.)\.[a-z\d]+$/i, '') || otherwise
}
