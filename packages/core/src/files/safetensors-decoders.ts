// Decodes the number types of safetensors that `save` writes only when asked to. Most files that `load` reads have none of them, so it
// loads this module only for a file that has one.
// The eight-bit floats are those of Micikevicius et al., FP8 formats, 2022.
import { dequantized } from './quantized-tensors.ts'
import { type Decoder, type Decoders, plainDecoders, type StoredTensor } from './safetensors-types.ts'

/** Every type that can be read. Floats become float32, integers the narrowest array that holds them. */
export const decoders: Decoders = /* @__PURE__ */ everyDecoder()

/** What is made of a file's tensors of any type, where those of 8-bit integers with scales are the numbers that they stand for. */
export function withEveryType<file extends { readonly tensors: ReadonlyMap<string, StoredTensor> }>(
  make: (by: Decoders) => file,
): file {
  const file = make(decoders)
  return { ...file, tensors: dequantized(file.tensors) }
}

function everyDecoder(): Decoders {
  return {
    ...plainDecoders,
    F64: numbers(8, Float32Array, (view, at) => view.getFloat64(at, true)),
    F16: floats(2, (view, at) => bitsOfHalf(view.getUint16(at, true))),
    BF16: floats(2, (view, at) => view.getUint16(at, true) << 16), // the upper half of a float32
    F8_E5M2: floats(1, (view, at) => bitsOfHalf(view.getUint8(at) << 8)), // the upper half of a float16
    F8_E4M3: numbers(1, Float32Array, (view, at) => float8(view.getUint8(at))),
    F8_E5M2FNUZ: numbers(1, Float32Array, (view, at) => unsignedZero(view.getUint8(at), 2)),
    F8_E4M3FNUZ: numbers(1, Float32Array, (view, at) => unsignedZero(view.getUint8(at), 3)),
    F8_E8M0: numbers(1, Float32Array, (view, at) => power(view.getUint8(at))),
    F4: fourBits,
    I64: numbers(8, Float64Array, (view, at) => wide(view.getInt32(at + 4, true), view.getUint32(at, true))),
    U64: numbers(8, Float64Array, (view, at) => wide(view.getUint32(at + 4, true), view.getUint32(at, true))),
    U32: numbers(4, Float64Array, (view, at) => view.getUint32(at, true)),
    I16: numbers(2, Int32Array, (view, at) => view.getInt16(at, true)),
    U16: numbers(2, Int32Array, (view, at) => view.getUint16(at, true)),
    I8: numbers(1, Int32Array, (view, at) => view.getInt8(at)),
  }
}

/** A type that is read number by number, without a second copy of the bytes. */
function numbers(
  itemSize: number,
  create: new (length: number) => Float32Array | Float64Array | Int32Array,
  read: (view: DataView, at: number) => number,
): Decoder {
  return (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const values = new create(bytes.byteLength / itemSize)
    for (let i = 0; i < values.length; i++) values[i] = read(view, i * itemSize)
    return values
  }
}

/** A narrow float as the bits of a float32: this keeps the bits of a NaN, which a JavaScript number may lose. */
function floats(itemSize: number, bitsAt: (view: DataView, at: number) => number): Decoder {
  return (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const bits = new Int32Array(bytes.byteLength / itemSize)
    for (let i = 0; i < bits.length; i++) bits[i] = bitsAt(view, i * itemSize)
    return new Float32Array(bits.buffer)
  }
}

/** The bits of the float32 that equals a float16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function bitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13)
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  const leading = 31 - Math.clz32(fraction) // a subnormal, fraction * 2^-24, is a normal float32
  return sign | ((leading + 103) << 23) | ((fraction << (23 - leading)) & 0x7fffff)
}

/** 1 bit of sign, 4 of exponent, 3 of fraction; no infinity, and one NaN. */
function float8(bits: number): number {
  const sign = bits & 128 ? -1 : 1
  const exponent = (bits >> 3) & 15
  const fraction = bits & 7
  if (exponent === 15 && fraction === 7) return Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -9 : sign * (8 + fraction) * 2 ** (exponent - 10)
}

/** A float of 8 bits with one zero, one NaN in the place of the other, and no infinity (FNUZ). */
function unsignedZero(bits: number, fractionBits: 2 | 3): number {
  if (bits === 128) return Number.NaN
  const sign = bits & 128 ? -1 : 1
  const one = 1 << fractionBits
  const exponent = (bits & 127) >> fractionBits
  const fraction = bits & (one - 1)
  const bias = (64 >> fractionBits) + fractionBits // 16 or 8, and the bits that make the fraction an integer
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (one + fraction) * 2 ** (exponent - bias))
}

/** Only an exponent. */
function power(bits: number): number {
  return bits === 255 ? Number.NaN : 2 ** (bits - 127)
}

/** 1 bit of sign, 2 of exponent, 1 of fraction; two in a byte, the first in its lower half. */
function fourBits(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(2 * bytes.length)
  for (let i = 0; i < values.length; i++) {
    const bits = ((bytes[i >> 1] as number) >> (4 * (i & 1))) & 15
    values[i] = (bits & 8 ? -1 : 1) * (sizesOfFourBits[bits & 7] as number)
  }
  return values
}

const sizesOfFourBits = [0, 0.5, 1, 1.5, 2, 3, 4, 6]

function wide(high: number, low: number): number {
  const value = high * 2 ** 32 + low
  if (Number.isSafeInteger(value)) return value
  throw new RangeError(`it holds ${(BigInt(high) << 32n) + BigInt(low)}`)
}
