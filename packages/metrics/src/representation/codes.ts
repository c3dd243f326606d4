// What measures of representations take: codes, their labels and their factors, each in the forms that people have them in.
import { OptionError, ShapeError } from '@ae/core'
import { assertTensor, show } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'

/** The codes of a data set, as plain numbers: what `encodeAll` gives. */
export interface Codes {
  /** `[count, codeSize]`, row after row. */
  readonly values: Float32Array | Float64Array
  /** How many codes, at least 1. */
  readonly count: number
  /** The length of each, at least 1. */
  readonly codeSize: number
}

/** Codes in fewer dimensions: plain numbers, the caller's. */
export interface Projection extends Codes {
  readonly values: Float32Array<ArrayBuffer>
}

/** Codes, or other vectors: {@link Codes}, a tensor `[count, codeSize]`, or an array of rows. Borrowed. */
export type CodeSource = Codes | tf.Tensor2D | readonly ArrayLike<number>[]

/** An integer for each code: an array, a typed array or a tensor `[count]`. Borrowed. */
export type LabelSource = ArrayLike<number> | tf.Tensor1D

/** Codes with the label of each: what `encodeAll` gives of data with labels, or both as they are. */
export type LabelledCodes =
  | (Codes & {
      /** One integer for each code. */
      readonly labels: LabelSource
    })
  | {
      /** The codes. */
      readonly codes: CodeSource
      /** One integer for each code. */
      readonly labels: LabelSource
    }

/** The factors that examples were made from, as `shapeFactors` of \@ae/datasets gives them. */
export interface Factors {
  /** The name of each factor. */
  readonly names: readonly string[]
  /** `[count, factors]`, row after row: integers, such as the place of a value among those of its factor. */
  readonly values: ArrayLike<number>
}

/** Factors: {@link Factors}, a tensor `[count, factors]`, or an array of rows. Borrowed. */
export type FactorSource = Factors | tf.Tensor2D | readonly ArrayLike<number>[]

/** Integers as the places of their values among all that occur. */
export interface Classes {
  /** For each code, from 0 to `values.length` - 1. */
  readonly indices: Int32Array
  /** The integers that occur, ascending. */
  readonly values: readonly number[]
}

/** A factor of each code. */
export interface Factor extends Classes {
  readonly name: string
}

/**
 * Codes as plain numbers.
 *
 * @param functionName the public function that received them, for messages
 * @param argument the argument's name, for messages
 * @param source as received; borrowed
 * @param least how many codes are needed
 * @throws {OptionError} when these are not codes, or one is not finite; {@link ShapeError} when rows differ in length, or there
 *   are too few
 */
export async function readCodes(functionName: string, argument: string, source: CodeSource, least = 1): Promise<Codes> {
  const { values, count, size } = await readRows(functionName, argument, source, codeForms)
  if (count < least) {
    throw new ShapeError(`\`${functionName}\` received too few \`${argument}\`.`, {
      facts: { Expected: `at least ${least}`, Received: String(count) },
      fix: `pass ${least} or more`,
    })
  }
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) {
    throw new OptionError(`\`${functionName}\` received \`${argument}\` with a value that is not finite.`, {
      facts: {
        Expected: 'finite numbers',
        Received: `${values[at]} in row ${Math.floor(at / size)}, column ${at % size}`,
      },
      fix: 'check the weights of the model and the data for values that are NaN or extreme',
    })
  }
  return { values, count, codeSize: size }
}

/**
 * Labels as classes.
 *
 * @param count how many there must be
 * @throws {OptionError} when these are not integers, or not as many as codes
 */
export async function readLabels(
  functionName: string,
  argument: string,
  source: LabelSource,
  count: number,
): Promise<Classes> {
  let labels: unknown = source
  if (source instanceof tf.Tensor) {
    assertTensor(functionName, argument, source)
    labels = source.rank === 1 ? await source.data() : undefined
  }
  if (!isList(labels) || !Array.from(labels).every(Number.isInteger)) {
    throw new OptionError(`\`${functionName}\` received bad \`${argument}\`.`, {
      facts: { Expected: 'an integer for each code', Received: show(source) },
      fix: 'pass integers, e.g. the labels that encodeAll gives, or data.labels',
    })
  }
  assertOneEach(functionName, argument, labels.length, count)
  return classesOf(labels as ArrayLike<number>)
}

/**
 * Factors, one after the other.
 *
 * @param count of how many codes
 * @throws {OptionError} when these are not integers for each code; {@link ShapeError} when rows differ in length
 */
export async function readFactors(
  functionName: string,
  argument: string,
  source: FactorSource,
  count: number,
): Promise<readonly Factor[]> {
  const rows = await readRows(functionName, argument, source, factorForms)
  assertOneEach(functionName, argument, rows.count, count)
  const at = rows.values.findIndex((value) => !Number.isInteger(value))
  if (at >= 0) {
    throw new OptionError(`\`${functionName}\` received \`${argument}\` that are not integers.`, {
      facts: { Expected: 'integers', Received: `${rows.values[at]} of example ${Math.floor(at / rows.size)}` },
      fix: 'pass for each factor the place of its value, e.g. shapeFactors(labels) of @ae/datasets',
    })
  }
  return Array.from({ length: rows.size }, (_, factor) => {
    const own = Float64Array.from({ length: count }, (_, i) => rows.values[i * rows.size + factor] as number)
    const name = 'names' in source ? String(source.names[factor]) : `factor ${factor}`
    return { name, ...classesOf(own) }
  })
}

/** One column of codes. */
export function columnOf({ values, count, codeSize }: Codes, column: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => values[i * codeSize + column] as number)
}

/** Each integer as its place among those that occur. */
export function classesOf(labels: ArrayLike<number>): Classes {
  const values = [...new Set(Array.from(labels))].sort((a, b) => a - b)
  const places = new Map(values.map((value, place) => [value, place]))
  return { indices: Int32Array.from(labels, (label) => places.get(label) as number), values }
}

/** Whether a value is an array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}

/** Refuses other than one for each code. */
export function assertOneEach(functionName: string, argument: string, received: number, count: number): void {
  if (received === count) return
  throw new OptionError(`\`${functionName}\` received the wrong number of \`${argument}\`.`, {
    facts: { Expected: `${count}, one for each code`, Received: String(received) },
    fix: 'pass codes, labels and factors of the same examples',
  })
}

interface Rows {
  readonly values: Float32Array | Float64Array
  readonly count: number
  readonly size: number
}

/** What is accepted in one place, for messages. */
interface Forms {
  readonly expected: string
  readonly fix: string
}

const codeForms: Forms = {
  expected: 'codes of encodeAll, a tensor [count, codeSize], or an array of rows',
  fix: 'pass await encodeAll(model, data)',
}
const factorForms: Forms = {
  expected: '{ names, values }, a tensor [count, factors], or an array of rows',
  fix: 'pass e.g. shapeFactors(labels) of @ae/datasets',
}

async function readRows(functionName: string, argument: string, source: unknown, forms: Forms): Promise<Rows> {
  const refuse = (received: string) =>
    new OptionError(`\`${functionName}\` received bad \`${argument}\`.`, {
      facts: { Expected: forms.expected, Received: received },
      fix: forms.fix,
    })
  if (source instanceof tf.Tensor) {
    assertTensor(functionName, argument, source)
    const [count = 0, size = 0] = source.shape
    if (source.rank !== 2 || source.size === 0) throw refuse(show(source))
    return { values: Float64Array.from(await source.data()), count, size }
  }
  if (Array.isArray(source)) return rowsOfArrays(functionName, argument, source, refuse)
  const { values, codeSize, names } = Object(source) as Partial<Codes & Factors>
  const size = codeSize ?? (Array.isArray(names) ? names.length : undefined)
  if (!isList(values) || size === undefined || !Number.isInteger(size) || size < 1) throw refuse(show(source))
  const count = values.length / size
  const stated = (source as Partial<Codes>).count ?? count
  if (count < 1 || !Number.isInteger(count) || stated !== count) {
    throw refuse(`${values.length} values for ${stated} rows of ${size}`)
  }
  const isKept = values instanceof Float32Array || values instanceof Float64Array
  return { values: isKept ? values : numbersOf(values, refuse), count, size }
}

function rowsOfArrays(
  functionName: string,
  argument: string,
  rows: readonly unknown[],
  refuse: (received: string) => OptionError,
): Rows {
  const [first] = rows
  if (!isList(first) || first.length === 0) throw refuse(show(rows))
  const size = first.length
  const values = new Float64Array(rows.length * size)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    if (!isList(row)) throw refuse(`${show(row)} as row ${i}`)
    if (row.length !== size) {
      throw new ShapeError(`\`${functionName}\` received \`${argument}\` whose rows differ in length.`, {
        facts: { Expected: `${size} numbers, as in row 0`, Received: `${row.length} in row ${i}` },
        fix: 'pass rows of one length',
      })
    }
    values.set(numbersOf(row, refuse), i * size)
  }
  return { values, count: rows.length, size }
}

function numbersOf(values: ArrayLike<unknown>, refuse: (received: string) => OptionError): Float64Array {
  return Float64Array.from(values, (value) => {
    if (typeof value === 'number') return value
    throw refuse(`${show(value)} as a value`)
  })
}
