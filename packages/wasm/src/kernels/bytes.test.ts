import { tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test('every byte becomes the float32 nearest to byte / 255, bit for bit', () => {
  expectNoLeak(() => {
    const every = Uint8Array.from({ length: 256 }, (_, i) => i)
    const bytes = tensor(every, [4, 8, 8, 1], 'bool')
    const outputs = runKernel('AeByteFractions', { bytes })
    expect(outputs.map(({ shape, dtype }) => [shape, dtype])).toEqual([[[4, 8, 8, 1], 'float32']])
    expect(take(...outputs)[0]).toEqual(Array.from(every, (byte) => Math.fround(byte / 255)))
    bytes.dispose()
  })
})

test.each(Array.from({ length: 35 }, (_, size) => size))('%i bytes become as many numbers', (size) => {
  const values = Uint8Array.from({ length: size }, (_, i) => 255 - 7 * i)
  const bytes = tensor(values, [size], 'bool')
  const expected = Array.from(values, (byte) => Math.fround(byte / 255))
  expect(take(...runKernel('AeByteFractions', { bytes }))[0]).toEqual(expected)
})
