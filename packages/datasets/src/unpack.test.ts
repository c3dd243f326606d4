import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { DatasetError } from '@ae/core'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { fromIdx } from './from-idx.ts'
import { counting, encodeIdx } from './testing/encode-idx.ts'
import { errorText } from './testing/error-text.ts'
import { release, unpack, type Wanted } from './unpack.ts'

const gunzip = async (packed: Uint8Array, wanted?: Wanted) =>
  (await unpack({ file: 'images.gz', bytes: packed }, 'mnist', wanted)).bytes
const bytes = counting(5000)

test('gunzip unpacks gzip and gives other bytes back as they are', async () => {
  expect(await gunzip(gzipSync(bytes))).toEqual(bytes)
  expect(await gunzip(bytes)).toBe(bytes)
})

test('gunzip unpacks what comes in many pieces', async () => {
  const values = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7)
  const large = Buffer.from(encodeIdx([300_000], values))
  expect(large.equals(await gunzip(gzipSync(large)))).toBe(true)
})

describe.each([
  ['gzip', (whole: Uint8Array) => gzipSync(whole)],
  ['a plain file', (whole: Uint8Array) => whole],
])('of %s', (_, pack) => {
  const whole = encodeIdx([300, 30, 30], counting(300 * 900)) // several pieces
  const file = { file: 'images', bytes: pack(whole) }

  test('a limit keeps the first examples alone, with the length and the checksum of all', async () => {
    for (const limit of [1, 100, 299]) {
      const { bytes: kept, length, sha256 } = await unpack(file, 'mnist', { limit, checksum: true })
      expect(kept).toEqual(whole.slice(0, 16 + limit * 900))
      expect(kept.buffer.byteLength).toBe(kept.length)
      expect(length).toBe(whole.length)
      expect(sha256).toBe(createHash('sha256').update(whole).digest('hex'))
    }
  })

  test('a limit of all or more keeps all', async () => {
    for (const limit of [300, 301]) expect((await unpack(file, 'mnist', { limit })).bytes).toEqual(whole)
  })

  test('no checksum is made that nobody wants', async () => {
    expect((await unpack(file, 'mnist')).sha256).toBeUndefined()
  })
})

test('release frees what it owns as a whole, where the engine can, and nothing else', () => {
  const [read, kept] = [counting(100), counting(10)]
  release(read, read.subarray(0, 10))
  release(read.subarray(0, 50), kept)
  expect(read.length).toBe(100)
  release(read, kept)
  expect(read.length).toBe('transfer' in ArrayBuffer.prototype ? 0 : 100) // since Node 22
})

test('a limit keeps all of what is no IDX file', async () => {
  expect(await gunzip(gzipSync(bytes), { limit: 1 })).toEqual(bytes)
})

test('gunzip unpacks a part of a larger buffer', async () => {
  const packed = gzipSync(bytes)
  const larger = new Uint8Array([1, 2, ...packed, 3])
  expect(await gunzip(larger.subarray(2, 2 + packed.length))).toEqual(bytes)
})

describe('gunzip refuses', () => {
  test('an archive that ends early', async () => {
    const packed = gzipSync(bytes)
    expect(await errorText(gunzip(packed.subarray(0, packed.length - 10)))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a corrupt gzip file.

      File:   images.gz
      Reason: <reason>
      Fix:    download or pack the file again"
    `)
  })
  test('an archive with a changed byte', async () => {
    const packed = gzipSync(bytes)
    packed[packed.length - 8] = (packed[packed.length - 8] as number) ^ 1
    expect(await errorText(gunzip(packed))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a corrupt gzip file.

      File:   images.gz
      Reason: <reason>
      Fix:    download or pack the file again"
    `)
  })
  test('bytes after the archive', async () => {
    expect(await errorText(gunzip(new Uint8Array([...gzipSync(bytes), 1, 2, 3])))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a corrupt gzip file.

      File:   images.gz
      Reason: <reason>
      Fix:    download or pack the file again"
    `)
  })
  test('an archive that unpacks to more than it should', async () => {
    expect(await gunzip(gzipSync(bytes), { maximum: bytes.length })).toEqual(bytes)
    expect(await errorText(gunzip(gzipSync(bytes), { maximum: bytes.length - 1 }))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a corrupt gzip file.

      File:   images.gz
      Reason: it unpacks to more than 4999 bytes
      Fix:    download or pack the file again"
    `)
  })
})

/** The newest versions of Node, and pages, take what follows the first member for junk; others unpack every member. */
const unpacksMembers = await new Response(
  new Blob([Buffer.concat([gzipSync('a'), gzipSync('b')])]).stream().pipeThrough(new DecompressionStream('gzip')),
)
  .text()
  .then(
    (text) => text === 'ab',
    () => false,
  )

describe('a small archive that unpacks to much', () => {
  const megabytes = 8
  /** How many bytes come out of the decompressor; what is beyond them is not unpacked. */
  const unpackedOf = async (action: () => Promise<unknown>) => {
    let count = 0
    const OriginalStream = globalThis.DecompressionStream
    vi.stubGlobal(
      'DecompressionStream',
      class {
        constructor(format: CompressionFormat) {
          const counter = new TransformStream<Uint8Array, Uint8Array>({
            transform(piece, controller) {
              count += piece.length
              controller.enqueue(piece)
            },
          })
          const { writable, readable } = new OriginalStream(format)
          Object.assign(this, { writable, readable: readable.pipeThrough(counter) })
        }
      },
    )
    try {
      return { text: await errorText(action), count }
    } finally {
      vi.unstubAllGlobals()
    }
  }
  const zeros = new Uint8Array(megabytes * 2 ** 20)
  const withHeader = (shape: readonly number[]) => Buffer.concat([encodeIdx(shape, []), zeros])

  const pastItsEnd =
    /received an IDX file with bytes after its end\.[\s\S]*Expected: 24 bytes for \[2, 2, 2\] of uint8\nReceived: \d+ bytes or more/
  const ofMembers = unpacksMembers ? pastItsEnd : /received a corrupt gzip file/

  test.each([
    ['in one piece', gzipSync(withHeader([2, 2, 2])), pastItsEnd],
    [
      'in many members',
      Buffer.concat([gzipSync(encodeIdx([2, 2, 2], [])), gzipSync(zeros), gzipSync(zeros)]),
      ofMembers,
    ],
    [
      'whose header comes in pieces',
      Buffer.concat([...encodeIdx([2, 2, 2], [])].map((byte) => gzipSync(Buffer.of(byte))).concat(gzipSync(zeros))),
      ofMembers,
    ],
    [
      'whose end claims little',
      Buffer.concat([gzipSync(withHeader([2, 2, 2])), gzipSync(new Uint8Array(1))]),
      pastItsEnd,
    ],
  ])('is stopped where its header says that it ends: %s', async (_, packed, expected) => {
    const { text, count } = await unpackedOf(() => gunzip(packed))
    expect(text).toMatch(expected)
    expect(count).toBeLessThan(2 ** 20)
  })

  test('is stopped when it is not IDX', async () => {
    const packed = gzipSync(zeros.fill(7, 0, 1))
    const { text, count } = await unpackedOf(() => fromIdx({ images: packed }))
    expect(text).toContain('received a file that is not IDX.')
    expect(count).toBeLessThan(2 ** 20)
  })

  test('is not begun when it cannot hold what its header claims', async () => {
    const packed = gzipSync(withHeader([60_000, 1000, 1000]))
    const { text, count } = await unpackedOf(() => gunzip(packed))
    expect(text).toContain('received a truncated IDX file.')
    expect(text).toContain(`${packed.length} bytes of gzip, which hold ${1032 * packed.length} at most`)
    expect(count).toBeLessThan(2 ** 20)
  })

  test.each([
    ['beyond all counting', Array<number>(255).fill(0xffffffff)],
    ['that multiply beyond 2^64', [0xffffffff, 0xffffffff, 0xffffffff]],
    ['of which one is nothing', [3, 0, ...Array<number>(250).fill(0xffffffff)]],
  ])('is refused with lengths %s, with and without a limit', async (_, shape) => {
    const packed = gzipSync(withHeader(shape))
    for (const limit of [undefined, 2]) {
      const { text, count } = await unpackedOf(() => gunzip(packed, { limit }))
      expect(text).toMatch(/a truncated IDX file|bytes after its end/)
      expect(count).toBeLessThan(2 ** 20)
    }
  })

  test('that holds what it claims is read, in one member or several', async () => {
    const whole = encodeIdx([2, 2, 2], counting(8))
    expect(await gunzip(gzipSync(whole))).toEqual(whole)
    const members = Buffer.concat([gzipSync(whole.subarray(0, 7)), gzipSync(whole.subarray(7))])
    if (unpacksMembers) expect(await gunzip(members)).toEqual(whole)
    else expect(await errorText(() => gunzip(members))).toContain('received a corrupt gzip file')
  })
})

test('gunzip, whatever follows the magic bytes, unpacks or throws a DatasetError', async () => {
  const packed = gzipSync(counting(50))
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(255), fc.nat(), async (at, byte, cut) => {
      const changed = new Uint8Array(packed)
      changed[2 + (at % (packed.length - 2))] = byte
      const result = await gunzip(changed.subarray(0, 2 + (cut % packed.length))).catch((error: unknown) => error)
      expect(result instanceof Uint8Array || DatasetError.isInstance(result)).toBe(true)
    }),
    { numRuns: 200 },
  )
})
