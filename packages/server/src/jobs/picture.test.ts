import '@tensorflow/tfjs-backend-cpu'
import { sizeOfShape, uniforms } from '@ae/core'
import { encodePng, grid } from '@ae/images'
import * as tf from '@tensorflow/tfjs-core'
import { decode } from 'fast-png'
import { beforeAll, describe, expect, test } from 'vitest'
import { pictureOf } from './picture.ts'

beforeAll(() => tf.setBackend('cpu'))

describe.each([
  [[3, 5], {}],
  [[3, 5, 1], { columns: 2 }],
  [[4, 2, 3], { columns: 3, scale: 2 }],
  [[2, 2, 1], { columns: 9, scale: 3 }],
] as const)('pictures of %j as %j', (shape, layout) => {
  test.each([1, 2, 5])('are those of encodePng(grid(images)): %i', async (count) => {
    const size = sizeOfShape([count, ...shape])
    const values = uniforms('picture', { seed: count }, size).map((value) => 1.4 * value - 0.2)
    const picture = tf.tidy(() =>
      grid(tf.tensor(values, [count, ...shape]), { ...layout, padding: count === 1 ? 0 : 2 }),
    )
    const png = await encodePng(picture)
    picture.dispose()
    const expected = decode(png)
    const { width, height, channels, data } = decode(await pictureOf(values, count, shape, layout))
    expect({ width, height, channels }).toEqual({
      width: expected.width,
      height: expected.height,
      channels: expected.channels,
    })
    expect(Buffer.compare(Buffer.from(data as Uint8Array), Buffer.from(expected.data as Uint8Array))).toBe(0)
  })
})

test('the platform without zlib compresses too', async () => {
  const builtin = process.getBuiltinModule
  const values = uniforms('picture', {}, 16)
  const expected = decode(await pictureOf(values, 1, [4, 4], {}))
  process.getBuiltinModule = (() => undefined) as typeof builtin
  try {
    expect(decode(await pictureOf(values, 1, [4, 4], {})).data).toEqual(expected.data)
  } finally {
    process.getBuiltinModule = builtin
  }
})

test('values that are not finite are not drawn', async () => {
  await expect(pictureOf(Float32Array.of(Number.NaN), 1, [1, 1], {})).rejects.toThrow('not finite')
})
