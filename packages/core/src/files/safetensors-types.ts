// The number types of safetensors.
// https://github.com/huggingface/safetensors#format

import type { Shape } from '../shape.ts'

/** The values of one tensor in a file. */
export interface StoredTensor {
  /** Axis lengths; `[]` is one value. */
  readonly shape: Shape
  /**
   * The values in row-major order. To write: `Float32Array`, `Int32Array` or `Uint8Array`, stored as F32, I32 or U8. As read:
   * `Float32Array` for floats of every width, `Int32Array` for I8, I16, U16 and I32, `Float64Array` for U32, I64 and U64,
   * `Uint8Array` for U8 and BOOL. The values of a tensor that was read are decoded on first use, which throws a `WeightsError`
   * when their type is unknown or an integer is beyond 2^53.
   */
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array
  /** The type in the file, e.g. `BF16`, of a tensor that was read; not needed to write. */
  readonly dtype?: string | undefined
}

/** One tensor of a file, after a check of its position. */
export interface TableEntry {
  readonly name: string
  /** The type as the file calls it, known or not. */
  readonly dtype: string
  readonly shape: Shape
  /** A view of the file. */
  readonly bytes: Uint8Array
}

/** The values of a tensor of a file. */
export type StoredData = Float32Array | Float64Array | Int32Array | Uint8Array

/**
 * Converts stored values to numbers of JavaScript.
 *
 * @param bytes the values in the file, at any offset in their buffer; borrowed
 * @returns a copy
 * @throws {RangeError} when a value is an integer that a JavaScript number cannot hold
 */
export type Decoder = (bytes: Uint8Array) => StoredData

/** Decoders by the name of their type. */
export type Decoders = Readonly<Record<string, Decoder | undefined>>

/** Bytes per value, for every type that can be read. */
export const itemSizes: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ['F32', 4],
  ['F64', 8],
  ['F16', 2],
  ['BF16', 2],
  ['F8_E5M2', 1],
  ['F8_E4M3', 1],
  ['F8_E5M2FNUZ', 1],
  ['F8_E4M3FNUZ', 1],
  ['F8_E8M0', 1],
  ['F4', 0.5],
  ['I64', 8],
  ['U64', 8],
  ['I32', 4],
  ['U32', 4],
  ['I16', 2],
  ['U16', 2],
  ['I8', 1],
  ['U8', 1],
  ['BOOL', 1],
])

/** The types that need no conversion, all that `save` writes among them. The others are in safetensors-decoders.ts. */
export const plainDecoders: Decoders = {
  F32: (bytes) => new Float32Array(new Uint8Array(bytes).buffer),
  I32: (bytes) => new Int32Array(new Uint8Array(bytes).buffer),
  U8: (bytes) => new Uint8Array(bytes),
  BOOL: (bytes) => new Uint8Array(bytes),
}
