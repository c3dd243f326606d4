// Writes the fields of protocol buffer messages (https://protobuf.dev/programming-guides/encoding). A message is its fields, joined.
import { joinBytes } from '@ae/core/internal'

/** A field of type `double`. */
export function double(field: number, value: number): Uint8Array {
  return joinBytes([varint(8 * field + 1), littleEndian(8, (view) => view.setFloat64(0, value, true))])
}

/** A field of type `float`. */
export function float(field: number, value: number): Uint8Array {
  return joinBytes([varint(8 * field + 5), littleEndian(4, (view) => view.setFloat32(0, value, true))])
}

/** A field of type `int32`, `int64` or of an enumeration, for a value of at least 0. */
export function integer(field: number, value: number): Uint8Array {
  return joinBytes([varint(8 * field), varint(value)])
}

/** A field of type `bytes`, or a message in a message. */
export function bytes(field: number, value: Uint8Array): Uint8Array {
  return joinBytes([varint(8 * field + 2), varint(value.length), value])
}

/** A field of type `string`. */
export function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value))
}

/** A packed field of type `repeated double`. */
export function doubles(field: number, values: readonly number[]): Uint8Array {
  return bytes(
    field,
    littleEndian(8 * values.length, (view) => {
      for (const [i, value] of values.entries()) view.setFloat64(8 * i, value, true)
    }),
  )
}

/** A number in groups of seven bits, the lowest first; up to 2^53, so without bit operators. */
function varint(value: number): Uint8Array {
  const groups: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) groups.push((rest % 128) + 128)
  return Uint8Array.from([...groups, rest])
}

function littleEndian(length: number, fill: (view: DataView) => void): Uint8Array {
  const result = new Uint8Array(length)
  fill(new DataView(result.buffer))
  return result
}
