// Values in memory as the typed array that a dataset keeps. Only numbers are accepted: a missing value is an error, not 0.
import { DatasetError, OptionError, type Shape, ShapeError, sizeOfShape } from '@ae/core'
import { type OptionCheck, show } from '@ae/core/internal'
import type { Labels } from './indexed-dataset.ts'
import type { NumberArray, Scale } from './strided-dataset.ts'

/** Numbers in arrays, as deep as you like; each entry of the outermost array is an example. */
export type NestedNumbers = readonly (number | NestedNumbers)[]

/** A typed array of numbers. */
export type TypedNumbers = NumberArray | Float64Array

/** Numbers one after the other. */
export type NumberArrayLike = TypedNumbers | readonly number[]

/**
 * What `fromArray` takes: bytes (0 to 255, scaled to 0 to 1) or numbers (kept as they are, in float32), all in one array or one
 * array for each example.
 */
export type ArrayValues = TypedNumbers | readonly TypedNumbers[] | NestedNumbers

/**
 * Values as a dataset keeps them: bytes and Float32Arrays as they are, everything else as float32.
 *
 * @param caller the public function that received them, for messages
 * @throws {OptionError} when they are of a type that does not hold such numbers
 * @throws {ShapeError} when an example has another shape
 * @throws {DatasetError} when a value is not a number; the facts say where
 */
export function storedValues(caller: string, values: ArrayValues, shape: Shape): Uint8Array | Float32Array {
  if (Array.isArray(values)) {
    if (ArrayBuffer.isView(values[0])) return storedValues(caller, joined(caller, values, shape), shape)
    return Array.isArray(values[0])
      ? nested(caller, values as readonly NestedNumbers[], shape)
      : flat(caller, values, shape)
  }
  if (ArrayBuffer.isView(values)) {
    const stored = ofView(values)
    if (stored !== undefined) return stored
  }
  throw badValues(caller, values)
}

function badValues(caller: string, values: unknown): OptionError {
  return new OptionError(`\`${caller}\` received bad \`values\`.`, {
    facts: { Expected: 'a Uint8Array, a Float32Array or arrays of numbers', Received: show(values) },
    fix: conversionOf(values),
  })
}

/**
 * Numbers one after the other, of integers or float32 as they are; the rest as {@link storedValues}.
 *
 * @param caller the public function that received them, for messages
 */
export function compactValues(caller: string, values: ArrayValues, shape: Shape = [1]): NumberArray {
  if (Array.isArray(values) && ArrayBuffer.isView(values[0]))
    return compactValues(caller, joined(caller, values, shape))
  const isInteger = ArrayBuffer.isView(values) && /^U?[Ii]nt/.test(tagOf(values)) && numeric.test(tagOf(values))
  return isInteger ? (values as NumberArray) : storedValues(caller, values, shape)
}

/** What the options `minimum` and `maximum` ask for. */
export function scaleOf(
  caller: string,
  { minimum, maximum }: { readonly minimum?: number | undefined; readonly maximum?: number | undefined },
): Scale | undefined {
  const least = minimum ?? 0
  if (maximum !== undefined && maximum > least) return { minimum: least, maximum }
  if (maximum === undefined && minimum === undefined) return undefined
  throw new OptionError(`\`${caller}\` received a bad \`maximum\`.`, {
    facts: { Expected: `a number above minimum, ${least}`, Received: show(maximum) },
    fix: 'pass as minimum what becomes 0, and as maximum what becomes 1',
  })
}

/** Whether a value is an array of numbers; of an array, only its first element is looked at. */
export function isNumberArray(value: unknown): value is NumberArrayLike {
  return Array.isArray(value) ? typeof value[0] === 'number' : ArrayBuffer.isView(value) && numeric.test(tagOf(value))
}

/** @throws {DatasetError} when a label is not an integer of 32 bits */
export function storedLabels(caller: string, labels: ArrayLike<number>): Labels {
  if (labels instanceof Uint8Array || labels instanceof Int32Array) return labels
  const stored = new Int32Array(labels.length)
  for (let i = 0; i < labels.length; i++) {
    const label: unknown = labels[i]
    if (typeof label === 'number') stored[i] = label
    if (stored[i] === label) continue
    throw new DatasetError(`\`${caller}\` received a label that is not an integer.`, {
      facts: { Expected: 'integers of 32 bits', Received: `${show(label)} at index ${i}` },
      fix: 'give each example the number of its class: 0 for the first, 1 for the second and so on',
    })
  }
  return stored
}

/** An array or a typed array of numbers; nothing is said of an array's elements. */
export const labelsOption: OptionCheck = (value) =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && numeric.test(tagOf(value)))
    ? undefined
    : 'a Uint8Array, an Int32Array or an array of integers'

const numeric = /^(?:Float\d\d|U?[Ii]nt(?:8|16|32)|Uint8Clamped)Array$/

/** The name of a typed array's class, also where the array comes from another realm. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
}

function ofView(view: ArrayBufferView): Uint8Array | Float32Array | undefined {
  if (view instanceof Uint8Array || view instanceof Float32Array) return view
  const tag = tagOf(view)
  if (/^Uint8(?:Clamped)?Array$/.test(tag)) return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  return numeric.test(tag) ? new Float32Array(view as unknown as ArrayLike<number>) : undefined
}

/** Typed arrays of one kind, one for each example, in one. */
function joined(caller: string, examples: readonly unknown[], shape: Shape): TypedNumbers {
  const exampleSize = sizeOfShape(shape)
  const first = examples[0] as TypedNumbers
  const tag = tagOf(first)
  if (!numeric.test(tag)) throw badValues(caller, first)
  const out = new (first.constructor as new (length: number) => TypedNumbers)(examples.length * exampleSize)
  for (const [index, example] of examples.entries()) {
    if (tagOf(example) !== tag || (example as TypedNumbers).length !== exampleSize) {
      throw new ShapeError(`\`${caller}\` received an example of the wrong shape at index ${index}.`, {
        facts: {
          Expected: `${tag} of ${exampleSize} values, for [${shape.join(', ')}]`,
          Received: show(example),
        },
        fix: 'pass examples of one shape, in arrays of one type',
      })
    }
    out.set(example as TypedNumbers, index * exampleSize)
  }
  return out
}

function flat(caller: string, values: readonly unknown[], shape: Shape): Float32Array {
  const out = new Float32Array(values.length)
  for (let i = 0; i < out.length; i++) {
    const value = values[i]
    if (typeof value !== 'number') throw notANumber(caller, value, `values[${i}]`, i, sizeOfShape(shape))
    out[i] = value
  }
  return out
}

/** One entry an example: each nested as the first one is, which is flat or as `shape` says. */
function nested(caller: string, examples: readonly NestedNumbers[], shape: Shape): Float32Array {
  const exampleSize = sizeOfShape(shape)
  const axes = axesOf(examples[0], shape)
  const out = new Float32Array(examples.length * exampleSize)
  let at = 0
  const copy = (entry: unknown, depth: number) => {
    const length = axes[depth] as number
    const isLast = depth === axes.length - 1
    if (!Array.isArray(entry) || entry.length !== length) {
      throw wrongShape(caller, entry, pathOf(at, axes, depth), length, isLast, shape)
    }
    for (let i = 0; i < length; i++) {
      const value: unknown = entry[i]
      if (!isLast) copy(value, depth + 1)
      else if (typeof value === 'number') out[at++] = value
      else throw notANumber(caller, value, placeOf(pathOf(at, axes, axes.length)), at, exampleSize)
    }
  }
  for (let index = 0; index < examples.length; index++) copy(examples[index], 0)
  return out
}

/** The indices of the value at `at`: of its example, then those of `depth` axes inside. */
function pathOf(at: number, axes: readonly number[], depth: number): readonly number[] {
  const indices = axes.map((length, axis) => Math.floor(at / sizeOfShape(axes.slice(axis + 1))) % length)
  return [Math.floor(at / sizeOfShape(axes)), ...indices.slice(0, depth)]
}

/** How an example's arrays are nested; axes of length 1 may be left out, and more of them may be there. */
function axesOf(example: unknown, shape: Shape): readonly number[] {
  const axes: number[] = []
  for (let entry = example; Array.isArray(entry); entry = entry[0]) axes.push(entry.length)
  const longer = (lengths: Shape) => lengths.filter((length) => length !== 1).join()
  if (longer(axes) === longer(shape)) return axes
  return axes.length <= 1 ? [sizeOfShape(shape)] : shape
}

function wrongShape(
  caller: string,
  entry: unknown,
  path: readonly number[],
  length: number,
  isLast: boolean,
  shape: Shape,
) {
  const what = isLast ? 'numbers' : 'arrays'
  const inside = path.length > 1 ? ` in ${placeOf(path)}` : ''
  return new ShapeError(`\`${caller}\` received an example of the wrong shape at index ${path[0]}.`, {
    facts: {
      Expected: `${length} ${what}, for [${shape.join(', ')}]`,
      Received: `${Array.isArray(entry) ? `${entry.length} ${what}` : show(entry)}${inside}`,
    },
    fix: ArrayBuffer.isView(entry) ? oneTypedArray : 'pass examples of one shape',
  })
}

function notANumber(caller: string, value: unknown, place: string, index: number, exampleSize: number): DatasetError {
  const example = `example ${Math.floor(index / exampleSize)}, value ${index % exampleSize} of it`
  return new DatasetError(`\`${caller}\` received a value that is not a number.`, {
    facts: { Expected: 'finite float32 numbers', Received: `${show(value)} at ${place}: ${example}` },
    fix: cureOf(value),
  })
}

const oneTypedArray = 'copy all examples into one typed array; bytes in a Uint8Array become 0 to 1'

function cureOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'leave the example out, or put a number there'
  if (['string', 'bigint', 'boolean'].includes(typeof value)) return 'convert it to a number first, with Number(value)'
  if (ArrayBuffer.isView(value)) return oneTypedArray
  if (isTensor(value)) return 'read their values first: await fromTensor(tf.stack(tensors))'
  return 'pass numbers alone, or one array of numbers for each example'
}

function conversionOf(values: unknown): string {
  if (isTensor(values)) {
    return 'read its values first: await fromTensor(x)'
  }
  if (typeof values === 'string') return 'pass the numbers themselves; fromIdx reads files'
  const tag = tagOf(values)
  if (tag.startsWith('Big')) return 'convert them first: Float32Array.from(values, Number)'
  if (tag === 'DataView') return 'pass its bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength)'
  if (tag.endsWith('ArrayBuffer')) return 'say what it holds: new Uint8Array(values) or new Float32Array(values)'
  return 'convert them first, e.g. Float32Array.from(values)'
}

function isTensor(value: unknown): value is { readonly dtype: string; readonly shape: Shape } {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'dtype' in value && 'shape' in value
}

function placeOf(path: readonly number[]): string {
  return `values${path.map((index) => `[${index}]`).join('')}`
}
