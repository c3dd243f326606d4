import { describe, expect, test } from 'vitest'
import { background, grey, jpegs, pngs, resized } from '../../testing/pictures.ts'
import { decodeImage } from './decode-image.ts'
import { fitted } from './fit.ts'

const settings = { fit: 'stretch', filter: 'bilinear', background, maximumPixels: 10_000 } as const

/** The greatest difference between two pictures. */
function difference(one: Uint8Array, other: Uint8Array): number {
  expect(one.length).toBe(other.length)
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] as number))), 0)
}

test.each([...jpegs, ...pngs])('$name becomes the pixels of Pillow', async ({ file, shape, pixels }) => {
  const [height, width, channels] = shape
  const image = await decodeImage(file, { ...settings, height, width, channels })
  expect(difference(image, pixels)).toBe(0)
})

test('a grey picture becomes one of three equal colours where three are wanted', async () => {
  const [grey] = jpegs.filter(({ name }) => name === 'grey')
  const [height = 0, width = 0] = grey?.shape ?? []
  const image = await decodeImage(grey?.file ?? new Uint8Array(), { ...settings, height, width, channels: 3 })
  expect(image).toEqual(Uint8Array.from(image, (_, i) => grey?.pixels[Math.floor(i / 3)] ?? 0))
})

test('a picture in colours becomes grey, then small, as in Pillow', async () => {
  const image = await decodeImage(grey.file, { ...settings, height: 16, width: 16, channels: 1 })
  expect(difference(image, grey.pixels)).toBe(0)
})

describe('scaling', () => {
  const [height, width, channels] = resized.shape
  const picture = { height, width, channels, data: resized.pixels }

  test.each(resized.cases)('$fit by $filter to $shape gives the bytes of Pillow', ({ fit, filter, shape, pixels }) => {
    const [high, wide] = shape
    expect(difference(fitted(picture, wide, high, fit, filter, background).data, pixels)).toBe(0)
  })
})
