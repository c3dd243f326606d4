// What is written by rows: arrays by name, and what turns them into bytes.
import { type Shape, sizeOfShape } from '@ae/core'

/** An array with one entry for each example. */
export interface ArrayColumn {
  /** Its name, in formats that hold several, e.g. `codes`. */
  readonly name: string
  /** The shape of one entry; `[]` is a number. */
  readonly shape: Shape
  readonly type: 'float32' | 'int32'
  /** What begins the names of its columns in a table, e.g. `z` of `z0` and `z1`. Defaults to `name`. */
  readonly letter?: string
}

/** The values of some rows. */
export type ArrayValues = ArrayLike<number> & (Float32Array | Int32Array | Uint8Array)

/** Writes rows in a format. */
export interface Encoder<rows> {
  /** What comes before the first row. */
  begin(): Uint8Array
  /** Some rows. */
  rows(rows: rows): Uint8Array
  /** What comes after the last. */
  end(): Uint8Array
}

/** The columns that an array becomes in a table, e.g. `z0` and `z1`. */
export function columnNames({ name, letter = name, shape }: ArrayColumn): readonly string[] {
  return shape.length === 0 ? [name] : Array.from({ length: sizeOfShape(shape) }, (_, i) => `${letter}${i}`)
}
