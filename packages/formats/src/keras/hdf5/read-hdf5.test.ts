import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { WeightsError } from '@ae/core'
import { describe, expect, test } from 'vitest'
import { readHdf5 } from './read-hdf5.ts'

const folder = join(import.meta.dirname, '../../../fixtures/hdf5')
const read = (name: string) => {
  const bytes = gunzipSync(readFileSync(join(folder, `${name}.h5.gz`)))
  return readHdf5(new Uint8Array(bytes), { caller: 'readKeras', source: `${name}.h5` })
}
const array = Array.from({ length: 63 }, (_, i) => i / 8 - 3)

describe.each(['earliest', 'latest'])('a file that h5py wrote with libver %s', (name) => {
  const { arrays, attributes, groups } = read(name)

  test.each(['plain', 'bigEndian', 'half', 'double', 'chunks', 'gzip', 'everyFilter', 'oneChunk'])(
    'has the array %s with the values of all the others',
    (name) => {
      expect(arrays.get(name)?.shape).toEqual([7, 9])
      expect([...(arrays.get(name)?.data ?? [])]).toEqual(array)
    },
  )

  test('has whole numbers, truth values, a single number, and arrays without any', () => {
    const valuesOf = (name: string) => [...(arrays.get(name)?.data ?? ['none'])]
    expect(valuesOf('integers')).toEqual([-(2 ** 31), -1, 2 ** 53 - 1])
    expect(valuesOf('bytes')).toEqual([0, 255])
    expect(valuesOf('truths')).toEqual([1, 0])
    expect(valuesOf('scalar')).toEqual([3.5])
    expect(arrays.get('scalar')?.shape).toEqual([])
    expect(valuesOf('empty')).toEqual([])
    expect(arrays.has('nothing')).toBe(false)
  })

  test('has attributes: texts of both kinds, numbers, and none where h5py.Empty was written', () => {
    expect(Object.fromEntries(attributes)).toEqual({
      text: ['größe'],
      texts: ['kernel', 'bias'],
      fixed: ['kernel', 'bias'],
      numbers: [1, 2, 3],
    })
  })

  test('has groups with more members and attributes than fit into a header', () => {
    const many = groups.get('many')
    expect(many?.groups.size).toBe(70)
    expect(many?.groups.get('layer_69')?.attributes.get('name')).toEqual(['name 69'])
    expect(many?.attributes.get('attribute 11')).toEqual([11])
  })
})

describe('what it refuses instead of guessing', () => {
  test.each([
    ['lzf', 'compressed with a filter that is not read'],
    ['scaleoffset', 'compressed with a filter that is not read'],
    ['complex', 'not of a type that is read'],
    ['opaque', 'not of a type that is read'],
    ['growing', 'can grow, which is not read'],
    ['unwritten', 'some chunks of "/x" were never written'],
  ])('%s', (name, message) => {
    expect(() => read(`refused-${name}`)).toThrow(WeightsError)
    expect(() => read(`refused-${name}`)).toThrow(message)
  })

  test('whole numbers that JavaScript does not have', () => {
    const x = read('refused-long').arrays.get('x')
    expect(x?.shape).toEqual([1])
    expect(() => x?.data).toThrow('whole numbers beyond 2^53')
  })

  test('lzf by its name, with what to do', () => {
    expect(() => read('refused-lzf')).toThrowErrorMatchingInlineSnapshot(`
      [WeightsError: \`readKeras\` cannot read refused-lzf.h5: the values of "/x" are compressed with a filter that is not read.

      Expected: deflate, shuffle, fletcher32
      Received: lzf
      Fix:      write it again with Python, with compression='gzip' or none]
    `)
  })
})
