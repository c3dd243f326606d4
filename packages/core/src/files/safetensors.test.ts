import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { WeightsError } from '../errors.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

const sample = {
  metadata: new Map([['kind', 'vae']]),
  tensors: new Map<string, StoredTensor>([
    ['bytes', { dtype: 'U8', shape: [3], data: new Uint8Array([1, 2, 255]) }],
    ['encoder.0.weight', { dtype: 'F32', shape: [2, 2], data: new Float32Array([1, -2.5, Number.NaN, -0]) }],
    ['step', { dtype: 'I32', shape: [], data: new Int32Array([-7]) }],
  ]),
}

describe('writeSafetensors', () => {
  test('writes what readSafetensors reads', () => {
    expect(readSafetensors(writeSafetensors(sample))).toEqual(sample)
  })

  test('gives the same bytes for the same tensors', () => {
    expect(writeSafetensors(sample)).toEqual(writeSafetensors(structuredClone(sample)))
  })

  test('puts the values at a multiple of 8 and each tensor at a multiple of its item size', () => {
    const bytes = writeSafetensors(sample)
    const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(headerLength % 8).toBe(0)
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)).trimEnd()).toMatchInlineSnapshot(
      `"{"__metadata__":{"kind":"vae"},"encoder.0.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"step":{"dtype":"I32","shape":[],"data_offsets":[16,20]},"bytes":{"dtype":"U8","shape":[3],"data_offsets":[20,23]}}"`,
    )
  })

  test('writes the part of a buffer that an array shows', () => {
    const data = new Float32Array([1, 2, 3, 4]).subarray(1, 3)
    const bytes = writeSafetensors({ metadata: new Map(), tensors: new Map([['x', { shape: [2], data }]]) })
    expect(readSafetensors(bytes).tensors.get('x')).toEqual({
      dtype: 'F32',
      shape: [2],
      data: new Float32Array([2, 3]),
    })
  })

  test('refuses values that do not fill their shape', () => {
    const tensors = new Map([['x', { shape: [2, 3], data: new Float32Array(5) }]])
    expect(messageOf(() => writeSafetensors({ metadata: new Map(), tensors }))).toMatchInlineSnapshot(`
      "ShapeError: \`writeSafetensors\` received values that do not fill the shape of "x".

      Expected: 6 values for [2, 3]
      Received: 5 values
      Fix:      pass as many values as the shape has"
    `)
  })

  test('refuses an array of a type that it does not write', () => {
    const tensors = new Map([['x', { shape: [2], data: new Float64Array(2) as unknown as Float32Array }]])
    expect(messageOf(() => writeSafetensors({ metadata: new Map(), tensors }))).toMatchInlineSnapshot(`
      "WeightsError: \`writeSafetensors\` cannot write the type of the tensor "x".

      Expected: Float32Array, Int32Array or Uint8Array
      Received: [object Float64Array]
      Fix:      convert the values to float32"
    `)
  })

  test('refuses the name that the format reserves', () => {
    const tensors = new Map([['__metadata__', { shape: [1], data: new Float32Array(1) }]])
    expect(messageOf(() => writeSafetensors({ metadata: new Map(), tensors }))).toMatchInlineSnapshot(`
      "WeightsError: \`writeSafetensors\` cannot write a tensor with the reserved name \`__metadata__\`.

      Fix: give the tensor another name"
    `)
  })
})

describe('readSafetensors', () => {
  test("reads every supported type from a file of Python's safetensors", () => {
    const { metadata, tensors } = readSafetensors(
      readFileSync(new URL('../../fixtures/python.safetensors', import.meta.url)),
    )
    const inf = Number.POSITIVE_INFINITY
    expect(Object.fromEntries(metadata)).toEqual({ 'made by': 'Python "safetensors"', ü: '🦎' })
    expect(Object.fromEntries([...tensors].filter(([name]) => !name.startsWith('all/')))).toEqual({
      'fc1.weight': { dtype: 'F32', shape: [2, 3], data: new Float32Array([1.5, -2.25, 3e38, 1e-45, -0, 0.1]) },
      double: { dtype: 'F64', shape: [3], data: new Float32Array([0.1, -inf, 0]) },
      half: {
        dtype: 'F16',
        shape: [9],
        data: new Float32Array([1, -2.5, 65504, 2 ** -24, 1023 * 2 ** -24, inf, -inf, Number.NaN, -0]),
      },
      bfloat: {
        dtype: 'BF16',
        shape: [6],
        data: new Float32Array([1, -2.5, 3.00405527047391e38, 9.183549615799121e-41, inf, Number.NaN]),
      },
      signed: { dtype: 'I8', shape: [3], data: new Int32Array([-128, -1, 127]) },
      short: { dtype: 'I16', shape: [3], data: new Int32Array([-32768, -1, 32767]) },
      unsignedShort: { dtype: 'U16', shape: [2], data: new Int32Array([0, 65535]) },
      unsigned: { dtype: 'U32', shape: [2], data: new Float64Array([0, 2 ** 32 - 1]) },
      'norm.num_batches_tracked': { dtype: 'I64', shape: [], data: new Float64Array([938]) },
      long: { dtype: 'I64', shape: [4], data: new Float64Array([-(2 ** 53 - 1), -1, 2 ** 32, 2 ** 53 - 1]) },
      unsignedLong: { dtype: 'U64', shape: [2], data: new Float64Array([2 ** 32, 2 ** 53 - 1]) },
      booleans: { dtype: 'BOOL', shape: [3], data: new Uint8Array([1, 0, 1]) },
      integers: { dtype: 'I32', shape: [3], data: new Int32Array([-(2 ** 31), -1, 2 ** 31 - 1]) },
      bytes: { dtype: 'U8', shape: [2, 2], data: new Uint8Array([0, 127, 128, 255]) },
      scalar: { dtype: 'F32', shape: [], data: new Float32Array([7]) },
      empty: { dtype: 'F32', shape: [0, 3], data: new Float32Array([]) },
      'größe/🦎': { dtype: 'F32', shape: [1], data: new Float32Array([1]) },
    })
  })

  test.each(['F16', 'BF16', 'F8_E4M3', 'F8_E5M2', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ', 'F8_E8M0'])(
    'decodes %s as PyTorch does, bit for bit',
    (type) => {
      const { tensors } = readSafetensors(readFileSync(new URL('../../fixtures/python.safetensors', import.meta.url)))
      const [narrow, wide] = [tensors.get(`all/${type}`), tensors.get(`all/${type}/F32`)]
      expect(narrow?.dtype).toBe(type)
      const bits = (data: unknown) => [...new Uint32Array((data as Float32Array).buffer)]
      expect(bits(narrow?.data)).toEqual(bits(wide?.data))
      expect(narrow?.data.length).toBeGreaterThan(249)
    },
  )

  test('decodes F4 as the OCP Microscaling Formats list its values, and refuses only the values of a complex tensor', () => {
    const { tensors } = readSafetensors(readFileSync(new URL('../../fixtures/python.safetensors', import.meta.url)))
    const magnitudes = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
    const data = new Float32Array([...magnitudes, ...magnitudes.map((value) => -value)])
    expect(tensors.get('all/F4')).toEqual({ dtype: 'F4', shape: [16], data })
    const complex = tensors.get('all/C64')
    expect([complex?.dtype, complex?.shape]).toEqual(['C64', [2]])
    expect(() => complex?.data).toThrow('the type of the tensor "all/C64" is not supported')
  })

  test('makes a new array from a file in a Buffer too', () => {
    const file = Buffer.from(writeSafetensors(sample))
    readSafetensors(file).tensors.get('bytes')?.data.fill(9)
    expect(readSafetensors(file)).toEqual(sample)
  })

  test.each([
    ['I64', [0, 0, 0, 0, 0, 0, 32, 0], '9007199254740992'],
    ['I64', [0, 0, 0, 0, 0, 0, 224, 255], '-9007199254740992'],
    ['U64', [255, 255, 255, 255, 255, 255, 255, 255], '18446744073709551615'],
  ])('refuses an integer beyond 2^53 in %s when it is asked for, not the file', (type, values, shown) => {
    const header = `{"x":{"dtype":"${type}","shape":[1],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}`
    const { tensors } = readSafetensors(hostile(header, [...values, 7]))
    expect(tensors.get('y')?.data).toEqual(new Uint8Array([7]))
    expect(messageOf(() => tensors.get('x')?.data)).toBe(
      [
        `WeightsError: \`readSafetensors\` cannot read the bytes: the tensor "x" cannot be read exactly: it holds ${shown}.`,
        '',
        `Expected: ${type} from -(2^53 - 1) to 2^53 - 1`,
        'Fix:      convert the tensor to another type before saving it, or do without its values',
      ].join('\n'),
    )
  })

  test('copies values that lie unaligned, and leaves the file alone', () => {
    const bytes = hostile('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', [0, 0, 128, 63])
    const { tensors } = readSafetensors(bytes)
    tensors.get('x')?.data.fill(9)
    expect(bytes.length % 4).not.toBe(0)
    expect(readSafetensors(bytes).tensors.get('x')?.data).toEqual(new Float32Array([1]))
  })

  test('takes names that mean something in JavaScript for what they are', () => {
    const bytes = hostile(
      '{"__metadata__":{"__proto__":"a","constructor":"b"},"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
      [5],
    )
    const { metadata, tensors } = readSafetensors(bytes)
    expect([...metadata]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
    expect(tensors.get('__proto__')?.data).toEqual(new Uint8Array([5]))
    expect('dtype' in {}).toBe(false)
  })

  test('reads a file without tensors', () => {
    expect(readSafetensors(hostile('{}'))).toEqual({ metadata: new Map(), tensors: new Map() })
  })

  test.each(['', '1234567'])('refuses a file shorter than its first field: %j', (text) => {
    expect(messageOf(() => readSafetensors(new TextEncoder().encode(text)))).toContain('it is truncated.')
  })

  test('refuses a header that ends beyond the file, without making room for it', () => {
    const bytes = new Uint8Array(100)
    new DataView(bytes.buffer).setBigUint64(0, 99_999_999n, true)
    expect(
      messageOf(() => readSafetensors(bytes, { caller: 'load', source: 'vae.safetensors' })),
    ).toMatchInlineSnapshot(`
      "WeightsError: \`load\` cannot read vae.safetensors: it is truncated.

      Expected: at least 100000007 bytes
      Received: 100 bytes
      Fix:      the file is damaged: copy or download it again"
    `)
  })

  test('refuses a different kind of file, and shows how it begins', () => {
    const page = new TextEncoder().encode('<!DOCTYPE html><title>404</title>')
    expect(
      messageOf(() => readSafetensors(page, { caller: 'load', source: 'vae.safetensors' })),
    ).toMatchInlineSnapshot(`
      "WeightsError: \`load\` cannot read vae.safetensors: it does not begin like a safetensors file.

      Expected: the length of a header, at most 100000000
      Received: 5789751444030890300, or as text "<!DOCTYP"
      Fix:      check that the path or address is that of the file itself, not of a page about it"
    `)
  })

  test('refuses values that end before the last tensor', () => {
    const bytes = writeSafetensors(sample)
    expect(messageOf(() => readSafetensors(bytes.subarray(0, -1)))).toMatchInlineSnapshot(`
      "WeightsError: \`readSafetensors\` cannot read the bytes: it is truncated.

      Expected: at least 255 bytes
      Received: 254 bytes
      Fix:      the file is damaged: copy or download it again"
    `)
  })

  test('refuses bytes after the last tensor', () => {
    const bytes = writeSafetensors(sample)
    expect(messageOf(() => readSafetensors(new Uint8Array([...bytes, 0])))).toMatchInlineSnapshot(`
      "WeightsError: \`readSafetensors\` cannot read the bytes: bytes follow the last tensor.

      Expected: 255 bytes
      Received: 256 bytes
      Fix:      the file is damaged: copy or download it again"
    `)
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{"x":'],
    ['text before the brace', ' {}'],
    ['a byte order mark', '\ufeff{}'],
    ['an array', '[]'],
    ['a null', 'null'],
    ['text after the brace', '{} x'],
  ])('refuses a header of %s', (_title, header) => {
    expect(messageOf(() => readSafetensors(hostile(header)))).toContain('its header is not')
  })

  test('refuses a header that is not UTF-8', () => {
    const bytes = hostile('{"x":{}}')
    bytes[11] = 0xff
    expect(messageOf(() => readSafetensors(bytes))).toMatchInlineSnapshot(`
      "WeightsError: \`readSafetensors\` cannot read the bytes: its header is not UTF-8.

      Fix: the file is damaged: copy or download it again"
    `)
  })

  test.each([
    ['a number', '7'],
    ['null', 'null'],
    ['an array', '[]'],
    ['with a type that is not a name', '{"dtype":7,"shape":[1],"data_offsets":[0,1]}'],
    ['without a shape', '{"dtype":"U8","data_offsets":[0,1]}'],
    ['with another field', '{"dtype":"U8","shape":[1],"data_offsets":[0,1],"stride":1}'],
    ['with a shape that is a number', '{"dtype":"U8","shape":1,"data_offsets":[0,1]}'],
    ['with one offset', '{"dtype":"U8","shape":[1],"data_offsets":[0]}'],
    ['with three offsets', '{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}'],
    ['with a negative offset', '{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}'],
    ['with offsets in the wrong order', '{"dtype":"U8","shape":[1],"data_offsets":[1,0]}'],
    ['with a broken offset', '{"dtype":"U8","shape":[1],"data_offsets":[0,0.5]}'],
    ['with an offset beyond 2^53', '{"dtype":"U8","shape":[1],"data_offsets":[0,9007199254740993]}'],
    ['with an infinite offset', '{"dtype":"U8","shape":[1],"data_offsets":[0,1e999]}'],
    ['with text for an offset', '{"dtype":"U8","shape":[1],"data_offsets":[0,"1"]}'],
    ['nested a hundred thousand deep', `${'['.repeat(1e5)}${']'.repeat(1e5)}`],
  ])('refuses an entry that is malformed: %s', (_title, entry) => {
    const message = messageOf(() => readSafetensors(hostile(`{"x":${entry}}`, [0])))
    expect(message).toContain('the entry "x" of its header is malformed.')
    expect(message.length).toBeLessThan(300)
  })

  test('refuses metadata that is not text', () => {
    expect(messageOf(() => readSafetensors(hostile('{"__metadata__":{"epoch":7}}')))).toMatchInlineSnapshot(`
      "WeightsError: \`readSafetensors\` cannot read the bytes: the entry "__metadata__" of its header is malformed.

      Received: { epoch }
      Fix:      the file is damaged: copy or download it again"
    `)
  })

  test.each([
    [
      'a tensor',
      '{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
    ],
    ['a text', '{"__metadata__":{"a":"1","a":"2"},"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'],
    ['a field', '{"x":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,1]}}'],
    [
      'a name in other letters',
      '{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0078":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
    ],
  ])('refuses a header that names %s twice', (_title, header) => {
    expect(messageOf(() => readSafetensors(hostile(header, [0])))).toContain('a name occurs twice in its header.')
  })

  test('counts names, not the colons and quotes inside them', () => {
    const header = { 'a:"b\\': { dtype: 'U8', shape: [1], data_offsets: [0, 1] }, __metadata__: { ':': '":\\"' } }
    expect(readSafetensors(hostile(JSON.stringify(header), [0])).tensors.has('a:"b\\')).toBe(true)
  })

  test.each([
    ['negative', '[-1]'],
    ['broken', '[0.5]'],
    ['text', '["1"]'],
    ['nested', '[[1]]'],
    ['beyond 2^53', '[9007199254740992]'],
    ['of a product beyond 2^53', '[94906267,94906267]'],
    ['of a product beyond 2^53 times 0', '[94906267,94906267,0]'],
  ])('refuses a length that is %s', (_title, shape) => {
    const header = `{"x":{"dtype":"U8","shape":${shape},"data_offsets":[0,1]}}`
    expect(messageOf(() => readSafetensors(hostile(header, [0])))).toContain('is not a list of lengths')
  })

  test('refuses a shape whose size differs from that of the values', () => {
    const header = '{"x":{"dtype":"F32","shape":[2,1],"data_offsets":[0,4]}}'
    expect(messageOf(() => readSafetensors(hostile(header, [0, 0, 0, 0])))).toMatchInlineSnapshot(`
      "WeightsError: \`readSafetensors\` cannot read the bytes: the tensor "x" does not have as many bytes as its shape needs.

      Expected: 8 bytes for F32 of shape [2, 1]
      Received: 4 bytes
      Fix:      the file is damaged: copy or download it again"
    `)
  })

  test.each([
    ['overlap', '[0,2]', '[1,3]'],
    ['leave a gap', '[0,2]', '[3,5]'],
    ['begin late', '[1,3]', '[3,5]'],
    ['are the same', '[0,2]', '[0,2]'],
  ])('refuses values that %s', (_title, first, second) => {
    const header = `{"a":{"dtype":"U8","shape":[2],"data_offsets":${first}},"b":{"dtype":"U8","shape":[2],"data_offsets":${second}}}`
    expect(messageOf(() => readSafetensors(hostile(header, [0, 0, 0, 0, 0])))).toContain(
      'overlap others or leave a gap',
    )
  })

  test('refuses offsets beyond the file, without making room for them', () => {
    const header = '{"x":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}'
    expect(messageOf(() => readSafetensors(hostile(header, [0, 0, 0, 0])))).toMatchInlineSnapshot(`
      "WeightsError: \`readSafetensors\` cannot read the bytes: it is truncated.

      Expected: at least 4000000000086 bytes
      Received: 90 bytes
      Fix:      the file is damaged: copy or download it again"
    `)
  })

  test('refuses a type that it does not know when its values are asked for, and reads the others', () => {
    const header =
      '{"x":{"dtype":"F6_E2M3","shape":[2],"data_offsets":[0,1]},"y":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}'
    const { tensors } = readSafetensors(hostile(header, [0, 7]))
    expect(tensors.get('y')?.data).toEqual(new Uint8Array([7]))
    expect(tensors.get('x')?.shape).toEqual([2])
    expect(messageOf(() => tensors.get('x')?.data)).toMatchInlineSnapshot(`
      "WeightsError: \`readSafetensors\` cannot read the bytes: the type of the tensor "x" is not supported.

      Expected: F32, F64, F16, BF16, F8_E5M2, F8_E4M3, F8_E5M2FNUZ, F8_E4M3FNUZ, F8_E8M0, F4, I64, U64, I32, U32, I16, U16, I8, U8, BOOL
      Received: "F6_E2M3"
      Fix:      convert the tensor to float32 before saving it, or do without its values"
    `)
  })
})

/** A file with this header and these values, right or wrong. */
function hostile(header: string, values: readonly number[] = []): Uint8Array {
  const json = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + json.length + values.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  bytes.set(values, 8 + json.length)
  return bytes
}

function messageOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (WeightsError.isInstance(error) || (error as Error).name === 'ShapeError') return String(error)
    throw error
  }
  throw new Error('nothing was thrown')
}
