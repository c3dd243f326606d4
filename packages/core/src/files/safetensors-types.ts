// The number types of safetensors.
// https://github.com/huggingface/safetensors#format

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
