import { DatasetError } from '@ae/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeIdx } from './idx.ts'
import { counting, encodeIdx } from './testing/encode-idx.ts'
import { errorText } from './testing/error-text.ts'

const good = encodeIdx([2, 3], counting(6))

/** A header alone: type code and axis lengths. */
function header(type: number, ...shape: number[]): number[] {
  return [...encodeIdx(shape, [])].with(2, type)
}

test('decodeIdx reads shape and values of a uint8 file', () => {
  expect(decodeIdx(good)).toEqual({ shape: [2, 3], values: new Uint8Array([0, 1, 2, 3, 4, 5]) })
})

test('decodeIdx reads an ArrayBuffer and a part of a larger buffer', () => {
  expect(decodeIdx(good.buffer)).toEqual(decodeIdx(good))
  const inside = new Uint8Array([9, 9, 9, ...good, 9]).subarray(3, 3 + good.length)
  expect(decodeIdx(inside)).toEqual(decodeIdx(good))
})

test('decodeIdx reads big-endian int32 and float32', () => {
  expect(decodeIdx(Uint8Array.from([...header(0x0c, 2), 0, 0, 1, 0, 255, 255, 255, 254])).values).toEqual(
    new Int32Array([256, -2]),
  )
  expect(decodeIdx(Uint8Array.from([...header(0x0d, 2), 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0])).values).toEqual(
    new Float32Array([1, -2.5]),
  )
})

test('decodeIdx reads all six types and any number of axes', () => {
  const file = (type: number, shape: number[], ...bytes: number[]) =>
    Uint8Array.from([...header(type, ...shape), ...bytes])
  expect(decodeIdx(file(0x09, [2], 255, 127)).values).toEqual(new Int8Array([-1, 127]))
  expect(decodeIdx(file(0x0b, [1, 2], 1, 0, 255, 254))).toEqual({ shape: [1, 2], values: new Int16Array([256, -2]) })
  expect(decodeIdx(file(0x0e, [1, 1, 1, 1], 0x3f, 0xf8, 0, 0, 0, 0, 0, 0))).toEqual({
    shape: [1, 1, 1, 1],
    values: new Float64Array([1.5]),
  })
})

test('decodeIdx reads a file without examples', () => {
  expect(decodeIdx(encodeIdx([0, 28, 28], []))).toEqual({ shape: [0, 28, 28], values: new Uint8Array() })
})

describe('decodeIdx refuses', () => {
  test('bytes that are not IDX', async () => {
    expect(await errorText(() => decodeIdx(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d])))).toMatchInlineSnapshot(`
      "DatasetError: \`decodeIdx\` received a file that is not IDX.

      File:     bytes
      Expected: 00 00, a type and a number of axes
      Received: 89 50 4e 47
      Fix:      pass an IDX file, such as train-images-idx3-ubyte"
    `)
  })
  test('a second byte that is not zero', () => {
    expect(() => decodeIdx(good.with(1, 1))).toThrow('`decodeIdx` received a file that is not IDX.')
  })
  test('an empty file', async () => {
    expect(await errorText(() => decodeIdx(new Uint8Array()))).toMatchInlineSnapshot(`
      "DatasetError: \`decodeIdx\` received a file that is not IDX.

      File:     bytes
      Expected: 00 00, a type and a number of axes
      Received: an empty file
      Fix:      pass an IDX file, such as train-images-idx3-ubyte"
    `)
  })
  test('gzip', async () => {
    expect(await errorText(() => decodeIdx(new Uint8Array([0x1f, 0x8b, 8, 0])))).toMatchInlineSnapshot(`
      "DatasetError: \`decodeIdx\` received a file that is not IDX.

      File:     bytes
      Expected: 00 00, a type and a number of axes
      Received: 1f 8b 08 00
      Fix:      unpack it first: it is gzip"
    `)
  })
  test('a type that it does not know', async () => {
    expect(await errorText(() => decodeIdx(good.with(2, 0x0a)))).toMatchInlineSnapshot(`
      "DatasetError: \`decodeIdx\` received an IDX file of an unsupported type.

      File:     bytes
      Expected: 08 (uint8), 09 (int8), 0b (int16), 0c (int32), 0d (float32), 0e (float64)
      Received: 0a
      Fix:      write the file with one of these types"
    `)
  })
  test('a header that ends early', async () => {
    expect(await errorText(() => decodeIdx(good.subarray(0, 9)))).toMatchInlineSnapshot(`
      "DatasetError: \`decodeIdx\` received a truncated IDX file.

      File:     bytes
      Expected: a header of 12 bytes
      Received: 9 bytes
      Fix:      download or copy the file again"
    `)
  })
  test('values that end early', async () => {
    expect(await errorText(() => decodeIdx(good.subarray(0, good.length - 1)))).toMatchInlineSnapshot(`
      "DatasetError: \`decodeIdx\` received a truncated IDX file.

      File:     bytes
      Expected: 18 bytes for [2, 3] of uint8
      Received: 17 bytes
      Fix:      download or copy the file again"
    `)
  })
  test('bytes after the end', async () => {
    expect(await errorText(() => decodeIdx(Uint8Array.from([...good, 0])))).toMatchInlineSnapshot(`
      "DatasetError: \`decodeIdx\` received an IDX file with bytes after its end.

      File:     bytes
      Expected: 18 bytes for [2, 3] of uint8
      Received: 19 bytes
      Fix:      download or write the file again"
    `)
  })
  test('lengths that no memory could hold, without trying', async () => {
    const hostile = Uint8Array.from(header(0x0d, ...Array<number>(40).fill(0xffffffff)))
    expect(await errorText(() => decodeIdx(hostile).shape)).toContain('Expected: Infinity bytes')
    expect(
      await errorText(() => decodeIdx(Uint8Array.from(header(0x0d, 0xffffffff, 0xffffffff)))),
    ).toMatchInlineSnapshot(`
      "DatasetError: \`decodeIdx\` received a truncated IDX file.

      File:     bytes
      Expected: 73786976260478470000 bytes for [4294967295, 4294967295] of float32
      Received: 12 bytes
      Fix:      download or copy the file again"
    `)
  })
  test('bytes after an empty array, whatever its other lengths', () => {
    const empty = header(8, ...Array<number>(40).fill(0xffffffff), 0)
    expect(decodeIdx(Uint8Array.from(empty)).values).toHaveLength(0)
    expect(() => decodeIdx(Uint8Array.from([...empty, 1]))).toThrow(
      '`decodeIdx` received an IDX file with bytes after its end.',
    )
  })
  test('anything that is not bytes', async () => {
    expect(await errorText(() => decodeIdx('train-images-idx3-ubyte' as never))).toMatchInlineSnapshot(`
      "OptionError: \`decodeIdx\` received a bad \`bytes\`.

      Expected: a Uint8Array or an ArrayBuffer
      Received: "train-images-idx3-ubyte"
      Fix:      pass a Uint8Array or an ArrayBuffer"
    `)
  })
})

describe('decodeIdx, whatever the bytes,', () => {
  /** Decodes as the format says, in another way than the reader: from the end of the header on. */
  function expectRightOrRefused(bytes: Uint8Array): void {
    let idx: ReturnType<typeof decodeIdx>
    try {
      idx = decodeIdx(bytes)
    } catch (error) {
      expect(error).toBeInstanceOf(DatasetError)
      return
    }
    const width = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 }[bytes[2] as number] as number
    expect(bytes.length).toBe(4 + 4 * idx.shape.length + width * idx.values.length)
    expect(idx.shape.reduce((product, length) => product * length, 1)).toBe(idx.values.length)
    expect(idx.shape).toHaveLength(bytes[3] as number)
    if (bytes[2] === 8) expect([...idx.values]).toEqual([...bytes.subarray(4 + 4 * idx.shape.length)])
  }

  test('decodes rightly or throws a DatasetError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), expectRightOrRefused), { numRuns: 500 })
  })

  test('decodes rightly or throws a DatasetError when they begin as IDX does', () => {
    const start = fc.tuple(
      fc.constantFrom(0, 0, 0, 1),
      fc.constantFrom(0, 0, 0, 7),
      fc.constantFrom(8, 9, 11, 12, 13, 14, 10),
      fc.nat(4),
    )
    const lengths = fc.array(fc.oneof(fc.nat(3), fc.nat(0xffffffff)), { maxLength: 5 })
    fc.assert(
      fc.property(start, lengths, fc.uint8Array({ maxLength: 40 }), (first, shape, values) => {
        expectRightOrRefused(Uint8Array.from([...first, ...encodeIdx(shape, values).subarray(4)]))
      }),
      { numRuns: 2000 },
    )
  })

  const file = fc.array(fc.nat(4), { maxLength: 4 }).chain((shape) => {
    const count = shape.reduce((product, length) => product * length, 1)
    return fc.record({ shape: fc.constant(shape), values: fc.uint8Array({ minLength: count, maxLength: count }) })
  })

  test('gives back what was encoded', () => {
    fc.assert(
      fc.property(file, ({ shape, values }) => {
        expect(decodeIdx(encodeIdx(shape, values))).toEqual({ shape, values })
      }),
      { numRuns: 500 },
    )
  })

  test('refuses every part of a good file, and more than it', () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), ({ shape, values }, cut, more) => {
        const whole = encodeIdx(shape, values)
        expect(() => decodeIdx(whole.subarray(0, cut % whole.length))).toThrow(DatasetError)
        expect(() => decodeIdx(Uint8Array.from([...whole, ...more]))).toThrow(DatasetError)
      }),
      { numRuns: 500 },
    )
  })

  test('decodes a mutated file rightly or throws a DatasetError', () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.nat(255), ({ shape, values }, at, byte) => {
        const bytes = encodeIdx(shape, values)
        expectRightOrRefused(bytes.with(at % bytes.length, byte))
      }),
      { numRuns: 1000 },
    )
  })
})
