// Whatever the bytes are: a WeightsError with a short message, or a correct decode, in time and memory that fit the file.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WeightsError } from '../errors.ts'
import { sizeOfShape } from '../shape.ts'
import { readSafetensors, type Safetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

const name = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '0', '10', '', 'a.b:"c"\\'),
)

const storedTensor: fc.Arbitrary<StoredTensor> = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 4 }), fc.constantFrom(Float32Array, Int32Array, Uint8Array))
  .chain(([shape, type]) => {
    const bytes = sizeOfShape(shape) * type.BYTES_PER_ELEMENT
    return fc
      .uint8Array({ minLength: bytes, maxLength: bytes }) // any bits, so that every NaN occurs
      .map((values) => ({ shape, data: new type(new Uint8Array(values).buffer) }))
  })

const contents: fc.Arbitrary<Safetensors> = fc.record({
  metadata: fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' })), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  tensors: fc.array(fc.tuple(name, storedTensor), { maxLength: 5 }).map((pairs) => new Map(pairs)),
})

const file = contents.map(writeSafetensors)

test('what is written is read back, bit for bit', () => {
  fc.assert(
    fc.property(contents, (written) => {
      const read = readSafetensors(writeSafetensors(written))
      expect(new Map(read.metadata)).toEqual(written.metadata)
      expect(bits(read)).toEqual(bits(written))
    }),
    { numRuns: 500 },
  )
})

test('any bytes are refused or decoded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void isRefusedOrDecoded(bytes)),
    { numRuns: 1000 },
  )
})

test('a file with some bytes changed is refused or decoded', () => {
  const change = fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.oneof(fc.nat(255), digit()))
  fc.assert(
    fc.property(file, fc.array(change, { minLength: 1, maxLength: 8 }), (bytes, changes) => {
      for (const [where, value] of changes) bytes[Math.floor(where * bytes.length)] = value
      isRefusedOrDecoded(bytes)
    }),
    { numRuns: 2000 },
  )
})

test('a file cut anywhere, or with bytes added, is refused', () => {
  fc.assert(
    fc.property(
      file,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.uint8Array({ minLength: 1 }),
      (bytes, where, more) => {
        expect(isRefusedOrDecoded(bytes.subarray(0, Math.floor(where * bytes.length)))).toBe('refused')
        expect(isRefusedOrDecoded(new Uint8Array([...bytes, ...more]))).toBe('refused')
      },
    ),
    { numRuns: 500 },
  )
})

test('a header of any JSON is refused or decoded', () => {
  const length = fc.oneof(fc.nat(8), fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 53, 1e300, null, '1'))
  const lengths = fc.array(length, { maxLength: 4 })
  const entry = fc.oneof(
    { weight: 9, arbitrary: fc.record({ dtype: dtype(), shape: lengths, data_offsets: offsets() }) },
    { weight: 2, arbitrary: fc.record({ dtype: dtype(), shape: lengths, data_offsets: lengths }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
  const header = fc.oneof(fc.dictionary(name, entry, { maxKeys: 3 }), fc.jsonValue())
  const outcomes = { refused: 0, decoded: 0 }
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 16 }), (json, values) => {
      outcomes[isRefusedOrDecoded(withHeader(JSON.stringify(json), values))]++
    }),
    { numRuns: 3000 },
  )
  expect(outcomes.refused).toBeGreaterThan(100)
  expect(outcomes.decoded).toBeGreaterThan(10)
})

test('a header of 60,000 tensors is read in some seconds', { timeout: 20_000 }, () => {
  const names = Array.from(
    { length: 60_000 },
    (_, i) => `"layer.${i}.weight":{"dtype":"U8","shape":[1,1,1],"data_offsets":[${i},${i + 1}]}`,
  )
  expect(readSafetensors(withHeader(`{${names.join()}}`, new Uint8Array(60_000))).tensors.size).toBe(60_000)
})

test.each([
  ['two million names', `{"__metadata__":{${'"a":"",'.repeat(2e6)}"b":""}}`],
  ['twenty million arrays', `{"x":[${'[],'.repeat(2e7)}[]]}`],
  ['twenty million numbers', `{"x":[${'0,'.repeat(2e7)}0]}`],
  ['twenty million open arrays', `{"x":${'['.repeat(2e7)}`],
])('a header of %s is refused before it is parsed', { timeout: 20_000 }, (_title, header) => {
  expect(() => readSafetensors(withHeader(header, new Uint8Array()))).toThrow('its header is too large')
})

function isRefusedOrDecoded(bytes: Uint8Array): 'refused' | 'decoded' {
  const before = Buffer.from(bytes)
  let read: Safetensors
  try {
    read = readSafetensors(bytes)
    for (const { data } of read.tensors.values()) void data // a type that is not known is refused here
  } catch (error) {
    if (!WeightsError.isInstance(error)) throw error
    expect(error.message.length).toBeLessThan(1500)
    return 'refused'
  } finally {
    expect(before.equals(bytes)).toBe(true)
  }
  let held = 0
  for (const { shape, data } of read.tensors.values()) {
    expect(data.length).toBe(sizeOfShape(shape))
    held += data.byteLength
  }
  expect(held).toBeLessThanOrEqual(2 * bytes.length) // a half float becomes four bytes
  const writable = new Map([...read.tensors].filter(([, { data }]) => !(data instanceof Float64Array)))
  const again = { metadata: read.metadata, tensors: writable }
  expect(bits(readSafetensors(writeSafetensors(again)))).toEqual(bits(again))
  return 'decoded'
}

/** The tensors with their values as bytes: NaN equals NaN only if its bits do. */
function bits({ tensors }: Safetensors) {
  return new Map(
    [...tensors].map(([key, { shape, data }]) => [
      key,
      {
        shape,
        type: data.constructor.name,
        bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
      },
    ]),
  )
}

function withHeader(header: string, values: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + json.length + values.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  bytes.set(values, 8 + json.length)
  return bytes
}

function digit(): fc.Arbitrary<number> {
  return fc.constantFrom(...new TextEncoder().encode('0123456789-.e[]{}",:\\'))
}

function dtype(): fc.Arbitrary<unknown> {
  return fc.constantFrom('U8', 'U8', 'F32', 'F16', 'BF16', 'F64', 'I32', 'I64', 'BOOL', 'F4', '__proto__', '', null, 7)
}

function offsets(): fc.Arbitrary<readonly number[]> {
  return fc.oneof(
    fc.tuple(fc.constant(0), fc.nat(16)),
    fc.tuple(fc.nat(16), fc.nat(16)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]),
  )
}
