// Narrow weights for smaller files: 16-bit floats, and 8-bit integers with a scale for each channel. `save` loads this module only
// when it is asked for them.
import { WeightsError } from '../errors.ts'
import { type Shape, sizeOfShape } from '../shape.ts'
import type { TableEntry } from './safetensors.ts'

/** The types that `save` narrows weights to. */
export type NarrowWeights = 'float16' | 'bfloat16' | 'int8'

/**
 * The tensors of a file with its weights, that is float32 tensors of two axes or more, in a narrower type. Biases, normalisations
 * and whatever else has one axis stay as they are: they take little room, and statistics may be beyond the range of float16.
 *
 * @throws {WeightsError} when a weight is beyond the range of the type
 */
export function narrowed(entries: readonly TableEntry[], weights: NarrowWeights): readonly TableEntry[] {
  const names = new Set(entries.map(({ name }) => name))
  return entries.flatMap((entry) => {
    const isWeight = entry.dtype === 'F32' && entry.shape.length > 1
    if (!isWeight || (weights === 'int8' && names.has(scaleNameOf(entry.name)))) return [entry]
    return weights === 'int8' ? quantized(entry) : [halved(entry, weights)]
  })
}

/** The name of the tensor with the scales of a tensor of 8-bit integers. */
function scaleNameOf(name: string): string {
  return `${name}.scale`
}

/** Sixteen bits a number, each rounded to the nearest, ties to even. */
function halved({ name, shape, bytes }: TableEntry, weights: 'float16' | 'bfloat16'): TableEntry {
  const { dtype, encode, largest } = halves[weights]
  const bits = new Uint32Array(new Uint8Array(bytes).buffer)
  const values = new Float32Array(bits.buffer)
  const encoded = new DataView(new ArrayBuffer(bits.length * 2))
  for (let i = 0; i < bits.length; i++) {
    const size = Math.abs(values[i] ?? 0)
    if (size >= largest.roundsUp && size !== Number.POSITIVE_INFINITY)
      throw outOfRange(name, weights, values[i], largest.value)
    encoded.setUint16(i * 2, encode(bits[i] ?? 0), true)
  }
  return { name, dtype, shape, bytes: new Uint8Array(encoded.buffer) }
}

/** The bits of a float32 as those of the nearest float16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 255) - 112
  const fraction = bits & 0x7fffff
  if (exponent === 143) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200 | (fraction >> 13))
  if (exponent > 30) return sign | 0x7c00
  if (exponent > 0) return sign | shifted((exponent << 23) | fraction, 13)
  return exponent < -10 ? sign : sign | shifted(fraction | 0x800000, 14 - exponent) // a subnormal
}

/** The bits of a float32 as those of the nearest bfloat16, which is its upper half. */
function bfloatOf(bits: number): number {
  const isNan = (bits & 0x7fffffff) > 0x7f800000
  return isNan ? (bits >>> 16) | 0x40 : shifted(bits, 16) & 0xffff
}

/** bits / 2^count, rounded to the nearest, ties to even. A carry out of the fraction raises the exponent, as it should. */
function shifted(bits: number, count: number): number {
  const kept = bits >>> count
  const rest = bits & ((1 << count) - 1)
  const half = 1 << (count - 1)
  return kept + Number(rest > half || (rest === half && kept % 2 === 1))
}

/** The largest value of each type, and the least one that would become infinite. */
const halves = {
  float16: { dtype: 'F16', encode: halfOf, largest: { value: 65504, roundsUp: 65520 } },
  bfloat16: {
    dtype: 'BF16',
    encode: bfloatOf,
    largest: { value: 255 * 2 ** 120, roundsUp: 511 * 2 ** 119 },
  },
} as const

/** Integers from -127 to 127 times a scale for each channel, of the axis that loses less. */
function quantized({ name, shape, bytes }: TableEntry): TableEntry[] {
  const values = new Float32Array(new Uint8Array(bytes).buffer)
  const notFinite = values.find((value) => !Number.isFinite(value))
  if (notFinite !== undefined) throw outOfRange(name, 'int8', notFinite, undefined)
  // Outputs are the last axis, of a transposed convolution's filter the one before it.
  const axes = shape.length === 2 ? [1] : [shape.length - 1, shape.length - 2]
  const candidates = axes.map((axis) => quantizedAlong(values, shape, axis))
  const best = candidates.reduce((best, candidate) => (candidate.error < best.error ? candidate : best))
  return [
    { name, dtype: 'I8', shape, bytes: new Uint8Array(best.integers.buffer) },
    { name: scaleNameOf(name), dtype: 'F32', shape: best.scaleShape, bytes: new Uint8Array(best.scales.buffer) },
  ]
}

function quantizedAlong(values: Float32Array, shape: Shape, axis: number) {
  const channels = shape[axis] ?? 1
  const inner = sizeOfShape(shape.slice(axis + 1))
  const channelOf = (i: number) => Math.floor(i / inner) % channels
  const scales = new Float32Array(channels)
  for (let i = 0; i < values.length; i++) {
    const channel = channelOf(i)
    scales[channel] = Math.max(scales[channel] ?? 0, Math.abs(values[i] ?? 0) / 127)
  }
  const integers = new Int8Array(values.length)
  let error = 0
  for (let i = 0; i < values.length; i++) {
    const [value, scale] = [values[i] ?? 0, scales[channelOf(i)] ?? 0]
    const integer = scale === 0 ? 0 : Math.max(-127, Math.min(127, toNearest(value / scale)))
    integers[i] = integer
    error += (value - integer * scale) ** 2
  }
  return { integers, scales, scaleShape: shape.map((length, i) => (i === axis ? length : 1)), error }
}

/** The nearest integer, ties to even. */
function toNearest(value: number): number {
  const up = Math.round(value)
  return up - value === 0.5 && up % 2 !== 0 ? up - 1 : up
}

function outOfRange(name: string, weights: NarrowWeights, value: number | undefined, largest: number | undefined) {
  return new WeightsError(`\`save\` cannot write the tensor \`${name}\` as ${weights}.`, {
    facts: {
      Expected: largest === undefined ? 'finite numbers' : `numbers of at most ${largest} in size`,
      Received: String(value),
    },
    fix:
      weights === 'float16'
        ? "pass weights: 'bfloat16', whose range is that of float32"
        : 'leave `weights` out, which keeps float32',
  })
}
