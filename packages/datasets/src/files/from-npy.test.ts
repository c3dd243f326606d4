import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { readNpy } from '@ae/core/internal'
import { describe, expect, test } from 'vitest'
import { fileError } from '../file-error.ts'
import { errorText } from '../testing/error-text.ts'
import { folderWith, serve } from '../testing/tiny-dataset.ts'
import { fromNpy } from './from-npy.ts'

const folder = fileURLToPath(new URL('../../fixtures/numpy', import.meta.url))
const fixture = (name: string) => new Uint8Array(readFileSync(join(folder, `${name}.npy`)))
const expected: Record<string, { shape: number[]; values: number[] }> = JSON.parse(
  readFileSync(join(folder, 'expected.json'), 'utf8'),
)
const refuse = (what: string, details: object) => fileError({ caller: 'fromNpy', file: 'x.npy' }, what, details)

describe('NumPy 2.4.6 and the reader agree on', () => {
  test.each(Object.keys(expected))('%s', (name) => {
    const { shape, data } = readNpy(fixture(name), refuse)
    expect(shape).toEqual(expected[name]?.shape)
    const isFloat32 = data instanceof Float32Array
    expect([...data]).toEqual((expected[name]?.values ?? []).map((value) => (isFloat32 ? Math.fround(value) : value)))
  })
})

test('fromNpy reads a path, a file URL, an address, a Blob, bytes and an ArrayBuffer', async () => {
  const path = join(folder, 'images.npy')
  const bytes = fixture('images')
  const { url } = await serve({ 'images.npy': bytes })
  const values = Uint8Array.from({ length: 96 }, (_, i) => i)
  for (const source of [path, pathToFileURL(path), `${url}/images.npy`, new Blob([bytes]), bytes, bytes.buffer]) {
    const data = await fromNpy(source, { name: 'x' })
    expect(data).toMatchObject({
      name: 'x',
      shape: [4, 4, 1],
      size: 6,
      range: { minimum: 0, maximum: Math.fround(95 / 255) },
    })
    expect(data.checksum?.()).toBe((await fromNpy(bytes)).checksum?.())
  }
  expect(values).toHaveLength(96)
})

test('fromNpy names the data after the file', async () => {
  expect((await fromNpy(join(folder, 'images.npy'))).name).toBe('images')
  expect((await fromNpy(new File([fixture('images')], 'faces.npy'))).name).toBe('faces')
  expect((await fromNpy(fixture('images'))).name).toBe('source')
})

test('fromNpy takes labels from another file or an array', async () => {
  const labels = new Int32Array([3, 1, 2, 0, 1, 2])
  const images = join(folder, 'images.npy')
  expect((await fromNpy(images, { labels: join(folder, 'labels.npy') })).labels).toEqual(labels)
  expect((await fromNpy(images, { labels: [...labels] })).labels).toEqual(labels)
  expect(await errorText(fromNpy(images, { labels: [1] }), { [folder]: '<folder>' })).toContain(
    'Expected: 6, one for each',
  )
  expect(await errorText(fromNpy(images, { labels: images }), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
    "DatasetError: \`fromNpy\` received an array that holds no labels.

    File:     <folder>/images.npy
    Expected: one integer for each example: [n] or [n, 1]
    Received: U8 of shape [6, 4, 4]
    Fix:      pass the array of the labels"
  `)
})

test('fromNpy scales from `minimum` and `maximum` to 0 and 1, and keeps other numbers', async () => {
  expect((await fromNpy(fixture('little-u2'))).range).toEqual({ minimum: 0, maximum: 230 })
  expect((await fromNpy(fixture('little-u2'), { maximum: 230 })).range).toEqual({ minimum: 0, maximum: 1 })
  expect((await fromNpy(fixture('big-i4'), { minimum: -12, maximum: 11 })).range).toEqual({ minimum: 0, maximum: 1 })
  expect((await fromNpy(fixture('one-u1'))).range).toEqual({ minimum: 0, maximum: Math.fround(230 / 255) })
  expect((await fromNpy(fixture('bool'))).range).toEqual({ minimum: 0, maximum: 1 })
  expect(await errorText(fromNpy(fixture('bool'), { minimum: 3 }))).toMatchInlineSnapshot(`
    "OptionError: \`fromNpy\` received a bad \`maximum\`.

    Expected: a number above \`minimum\`, which is 3
    Received: undefined
    Fix:      pass a number above \`minimum\`, which is 3"
  `)
})

test('fromNpy gives examples the shape that is asked for', async () => {
  expect((await fromNpy(fixture('images'), { shape: [16] })).shape).toEqual([16])
  expect((await fromNpy(fixture('vector'), { shape: [1] })).size).toBe(4)
  expect(await errorText(fromNpy(fixture('images'), { shape: [6, 4, 4] }))).toMatchInlineSnapshot(`
    "ShapeError: \`fromNpy\` received a \`shape\` with another number of values than an example has.

    File:     source
    Expected: 16 values, as in [4, 4]
    Received: [6, 4, 4]
    Fix:      pass the shape of one example, without the number of examples"
  `)
})

describe('fromNpy refuses', () => {
  const refused = [
    'beyond',
    'object',
    'text',
    'byte-text',
    'complex',
    'dates',
    'structured',
    'structured-latin',
    'structured-utf8',
    'bfloat16',
    'float8-e4m3',
    'float8-e5m2',
    'long-double',
    'scalar',
    'vector',
    'empty',
  ]
  test.each(refused)('%s', async (name) => {
    expect(await errorText(fromNpy(fixture(name)))).toMatchSnapshot()
  })
  test('a path where nothing is, a folder, and other files', async () => {
    const place = await folderWith({ 'a.zip': new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0]), 'b.npy': new Uint8Array() })
    const text = (name: string) => errorText(fromNpy(join(place, name)), { [place]: '<folder>' })
    expect(await text('no.npy')).toContain('Reason: no such file')
    expect(await text('')).toContain('Reason: it is a folder')
    expect(await text('a.zip')).toContain('read archives with fromNpz')
    expect(await text('b.npy')).toContain('Received: an empty file')
    expect(await errorText(fromNpy(gzipSync('')))).toContain('a file that is not .npy')
  })
  test('a file that ends early, and one that goes on', async () => {
    const bytes = fixture('images')
    expect(await errorText(fromNpy(bytes.subarray(0, 200)))).toContain('Expected: 224 bytes for [6, 4, 4] of U8')
    expect(await errorText(fromNpy(bytes.subarray(0, 60)))).toContain('Expected: a header of 128 bytes')
    expect(await errorText(fromNpy(new Uint8Array([...bytes, ...bytes])))).toContain('save them with np.savez')
  })
  test('lengths that no memory could hold, without trying', async () => {
    const bytes = fixture('images')
    const text = String.fromCharCode(...bytes) // not TextDecoder('latin1'), which is windows-1252
      .replace('(6, 4, 4), }        ', '(999999999, 9999999999), }')
      .slice(0, 128)
    const hostile = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    expect(await errorText(fromNpy(hostile))).toContain('a truncated .npy file')
  })
  test('NaN', async () => {
    const bytes = fixture('little-f4')
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, Number.NaN, true)
    expect(await errorText(fromNpy(bytes))).toContain('NaN at index 23: example 3, value 5 of it')
  })
  test('what is neither a file nor bytes', async () => {
    expect(await errorText(fromNpy([[1, 2]] as never))).toMatchInlineSnapshot(`
      "OptionError: \`fromNpy\` received a bad \`source\`.

      Expected: a path, a URL, a Blob or the bytes of a .npy file
      Received: [[…]]
      Fix:      pass a path, a URL, a Blob or the bytes of a .npy file"
    `)
    expect(await errorText(fromNpy(fixture('images'), { label: [1] } as never))).toContain('did you mean labels?')
  })
})

test('a header as Python 2 wrote it is read', () => {
  const header = `${"{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 3L), }".padEnd(117)}\n`
  const bytes = new Uint8Array([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    header.length,
    0,
    ...new TextEncoder().encode(header),
    1,
    2,
    3,
    4,
    5,
    6,
  ])
  expect(readNpy(bytes, refuse)).toEqual({ dtype: 'U8', shape: [2, 3], data: new Uint8Array([1, 2, 3, 4, 5, 6]) })
})
