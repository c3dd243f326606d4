// The types of numbers and texts in HDF5 files.
import { show } from '@ae/core/internal'
import type { Hdf5Bytes } from './hdf5-bytes.ts'
import { unsupported } from './object-header.ts'

/** A type. */
export type Datatype =
  | {
      readonly kind: 'number'
      /** As safetensors calls it, e.g. `F32`. */
      readonly dtype: string
      /** Bytes of one value. */
      readonly size: number
      readonly isBigEndian: boolean
    }
  /** Text of a fixed number of bytes. */
  | { readonly kind: 'text'; readonly size: number }
  /** Text of any length, kept elsewhere. */
  | { readonly kind: 'longText'; readonly size: number }
  /** Bytes of which the file does not say what they are. */
  | { readonly kind: 'opaque'; readonly size: number }
  /** What is not read. */
  | { readonly kind: 'other'; readonly name: string; readonly size: number }

/** Reads the description of a type. */
export function readDatatype(file: Hdf5Bytes, at: number): Datatype {
  const kind = file.u8(at) & 0x0f
  const bits = file.u8(at + 1)
  const size = file.u32(at + 4)
  if (size === 0) throw file.refuse('one of its types has no bytes')
  if (kind === 0) {
    const name = `${bits & 8 ? 'I' : 'U'}${8 * size}`
    return [1, 2, 4, 8].includes(size) ? number(name, size, bits) : other('whole numbers', size)
  }
  if (kind === 1) {
    const form = [size, file.u8(at + 13), file.u8(at + 15), file.u32(at + 16)].join()
    const dtype = floats[form]
    return dtype === undefined ? other(`floats of ${8 * size} bits`, size) : number(dtype, size, bits)
  }
  if (kind === 3) return { kind: 'text', size }
  if (kind === 5) return { kind: 'opaque', size }
  if (kind === 8) return readDatatype(file, at + 8) // an enumeration, such as the truth values of h5py: its numbers
  if (kind === 9 && (bits & 0x0f) === 1) return { kind: 'longText', size }
  return other(names[kind] ?? `type ${kind}`, size)
}

/** The type of numbers, or a refusal. */
export function assertNumbers(file: Hdf5Bytes, type: Datatype, name: string) {
  if (type.kind === 'number') return type
  throw file.refuse(`the values of ${show(name)} are not of a type that is read`, {
    facts: {
      Expected: 'floats of 16, 32 or 64 bits, whole numbers of 8 to 64, or bfloat16 as Keras writes it',
      Received: type.kind === 'other' ? type.name : type.kind,
    },
    ...unsupported,
  })
}

function number(dtype: string, size: number, bits: number): Datatype {
  return { kind: 'number', dtype, size, isBigEndian: (bits & 1) !== 0 && size > 1 }
}

function other(name: string, size: number): Datatype {
  return { kind: 'other', name, size }
}

/** By size in bytes, bits of the exponent, bits of the fraction, and the exponent's bias. */
const floats: Readonly<Record<string, string>> = {
  '2,5,10,15': 'F16',
  '2,8,7,127': 'BF16',
  '4,8,23,127': 'F32',
  '8,11,52,1023': 'F64',
}

const names: Readonly<Record<number, string>> = {
  2: 'times',
  4: 'bit fields',
  6: 'compounds, such as complex numbers',
  7: 'references',
  9: 'lists of any length',
  10: 'arrays',
  11: 'complex numbers',
}
