// Files of 8 MB whose values do not repeat, so that packing does not make them smaller, in every format; and their damages.
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { uniforms, writeSafetensors } from '@ae/core'

const size = 2 ** 23
const values = Uint8Array.from(uniforms('values', { seed: 1 }, size), (x) => 256 * x)

/** By format. */
export const largeFiles = { npy, npz, idx, safetensors, png }

/** `[1024, 8192]` of uint8. */
function npy(): Buffer<ArrayBuffer> {
  const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1024, 8192), }".padEnd(117).concat('\n')
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.from([1, 0, 118, 0]),
    Buffer.from(header),
    values,
  ])
}

/** The same, deflated. */
function npz(): Buffer<ArrayBuffer> {
  const content = npy()
  const packed = deflateRawSync(content, { level: 1 })
  const name = Buffer.from('x.npy')
  const about = Buffer.alloc(26) // what the local header and the directory share
  about.writeUInt16LE(20, 0)
  about.writeUInt16LE(8, 4)
  about.writeUInt32LE(crc32(content), 10)
  about.writeUInt32LE(packed.length, 14)
  about.writeUInt32LE(content.length, 18)
  about.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), about, name, packed])
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), about, Buffer.alloc(14), name])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, entry, end])
}

/** `[1024, 8192]`, gzip. */
function idx(): Buffer<ArrayBuffer> {
  return gzipSync(Buffer.concat([Buffer.from([0, 0, 8, 2, 0, 0, 4, 0, 0, 0, 32, 0]), values]), { level: 1 })
}

function safetensors(): Uint8Array<ArrayBuffer> {
  return writeSafetensors({ metadata: new Map(), tensors: new Map([['x', { shape: [1024, 8192], data: values }]]) })
}

/** 2048 x 4096 grey pixels. */
function png(): Buffer<ArrayBuffer> {
  const rows = Buffer.alloc(2048 * 4097)
  for (let y = 0; y < 2048; y++) rows.set(values.subarray(4096 * y, 4096 * (y + 1)), 4097 * y + 1)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(4096, 0)
  header.writeUInt32BE(2048, 4)
  header[8] = 8
  const chunk = (type: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), content])
    const ends = Buffer.alloc(8)
    ends.writeUInt32BE(content.length, 0)
    ends.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const content = deflateSync(rows, { level: 1 })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', content), chunk('IEND', Buffer.alloc(0))])
}

/**
 * The file itself, then with its lengths grown at each place of its beginning and its end, with some bytes changed, and cut. One at a
 * time, in the memory of the file.
 */
export function* damagesOf(file: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(file.buffer as ArrayBuffer, file.byteOffset, file.byteLength)
  yield bytes
  const places = [
    4,
    8,
    16,
    20,
    24,
    28,
    64,
    1000,
    bytes.length >> 1,
    bytes.length - 6,
    bytes.length - 50,
    bytes.length - 60,
  ]
  for (const [i, place] of places.entries()) {
    const kept = bytes.slice(place, place + 4)
    bytes.fill(i % 2 === 0 ? 255 : 127, place, place + 1 + (i % 4))
    yield bytes
    bytes.set(kept, place)
  }
  yield bytes.subarray(0, bytes.length >> 1)
  yield bytes.subarray(0, bytes.length - 1)
}
