// Writes the wire format of Protocol Buffers: the few types of fields that ONNX files consist of. A library would bring a parser and
// a schema for the sake of some twenty fields.
// https://protobuf.dev/programming-guides/encoding/

import { joinBytes } from '@ae/core/internal'

/** Bytes in pieces, so that large values are copied once, by {@link toBytes}. */
export interface Chunks {
  readonly size: number
  readonly parts: readonly Uint8Array[]
}

/** One after the other: a message is its fields. */
export function join(...all: readonly Chunks[]): Chunks {
  return { size: all.reduce((sum, { size }) => sum + size, 0), parts: all.flatMap(({ parts }) => parts) }
}

/** A field of an integer type. */
export function integer(field: number, value: number): Chunks {
  return chunk([...varint(field * 8), ...varint(value)])
}

/** A field of the type float. */
export function float(field: number, value: number): Chunks {
  const bytes = new Uint8Array(5)
  bytes.set(varint(field * 8 + 5))
  new DataView(bytes.buffer).setFloat32(1, value, true)
  return { size: 5, parts: [bytes] }
}

/** A field that holds bytes, a text or a message. */
export function block(field: number, value: Uint8Array | string | Chunks): Chunks {
  const content = typeof value === 'string' ? new TextEncoder().encode(value) : value
  const { size, parts } = content instanceof Uint8Array ? { size: content.length, parts: [content] } : content
  const head = chunk([...varint(field * 8 + 2), ...varint(size)])
  return { size: head.size + size, parts: [...head.parts, ...parts] }
}

/** All pieces in one array. */
export function toBytes({ parts }: Chunks): ReturnType<Uint8Array['slice']> {
  return joinBytes(parts)
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. Negative integers count modulo 2^64. */
function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest > 0n ? low + 128 : low)
  } while (rest > 0n)
  return bytes
}

function chunk(bytes: readonly number[]): Chunks {
  return { size: bytes.length, parts: [Uint8Array.from(bytes)] }
}
