import '@tensorflow/tfjs-backend-cpu'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { expect, test } from 'vitest'
import type { RgbaPixels } from './image-source.ts'
import { type ReadImagesOptions, readImages } from './read-images.ts'

type Rgba = readonly [red: number, green: number, blue: number, opacity: number]

const grey = (value: number): Rgba => [value, value, value, 255]

/** A picture of pixels, row by row. */
function pixels(width: number, ...list: readonly Rgba[]): RgbaPixels {
  return { width, height: list.length / width, data: Uint8ClampedArray.from(list.flat()) }
}

/** The values of a batch; it is disposed of. */
async function read(source: RgbaPixels | readonly RgbaPixels[], options: ReadImagesOptions) {
  const batch = await readImages(source, options)
  const [shape, values] = [batch.shape, [...batch.dataSync()]]
  batch.dispose()
  return { shape, values }
}

test('readImages gives bytes over 255, one image a picture', async () => {
  const black = pixels(2, grey(0), grey(51))
  const white = pixels(2, grey(255), grey(102))
  const { shape, values } = await read([black, white], { shape: [1, 2, 1] })
  expect(shape).toEqual([2, 1, 2, 1])
  expectClose(values, [0, 0.2, 1, 0.4], { absolute: 1e-7 })
  expect((await read(black, { shape: [1, 2, 1] })).shape).toEqual([1, 1, 2, 1])
})

test('readImages keeps colours, or weighs them as the eye does', async () => {
  const picture = pixels(3, [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255])
  expect((await read(picture, { shape: [1, 3, 3] })).values).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
  expectClose((await read(picture, { shape: [1, 3, 1] })).values, [0.299, 0.587, 0.114], { absolute: 1e-7 })
})

test('readImages inverts dark drawings', async () => {
  const picture = pixels(2, grey(0), grey(204))
  expectClose((await read(picture, { shape: [1, 2, 1], ink: 'dark' })).values, [1, 0.2], { absolute: 1e-7 })
})

test('what is transparent is background: black behind light ink, white behind dark ink, or what is asked for', async () => {
  const picture = pixels(2, [255, 255, 255, 0], [255, 255, 255, 51])
  expectClose((await read(picture, { shape: [1, 2, 1] })).values, [0, 0.2], { absolute: 1e-7 })
  const drawing = pixels(2, [0, 0, 0, 0], [0, 0, 0, 51])
  expectClose((await read(drawing, { shape: [1, 2, 1], ink: 'dark' })).values, [0, 0.2], { absolute: 1e-7 })
  expectClose((await read(drawing, { shape: [1, 2, 1], background: 0.5 })).values, [0.5, 0.4], { absolute: 1e-7 })
})

test('a picture of other proportions is shown whole on the background', async () => {
  const wide = pixels(4, ...[255, 255, 255, 255].map(grey))
  expect((await read(wide, { shape: [4, 4, 1], background: 0.5 })).values).toEqual([
    ...[0.5, 0.5, 0.5, 0.5],
    ...[1, 1, 1, 1],
    ...[0.5, 0.5, 0.5, 0.5],
    ...[0.5, 0.5, 0.5, 0.5],
  ])
  const tall = pixels(1, ...[255, 255, 255].map(grey))
  expect((await read(tall, { shape: [3, 3, 1], ink: 'dark' })).values).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0])
  expect((await read(tall, { shape: [3, 3, 1] })).values).toEqual([0, 1, 0, 0, 1, 0, 0, 1, 0])
})

test('`cover` takes the middle, `stretch` all of it', async () => {
  const picture = pixels(4, ...[0, 255, 102, 0].map(grey))
  expectClose((await read(picture, { shape: [1, 2, 1], fit: 'cover' })).values, [1, 0.4], { absolute: 1e-7 })
  const tall = pixels(1, ...[0, 255, 0].map(grey))
  expect((await read(tall, { shape: [2, 2, 3], fit: 'cover' })).values).toEqual(new Array(12).fill(1))
  const [left, right] = [(0.75 * 1 + 0.25 * 0.4) / 1.75, (0.25 * 1 + 0.75 * 0.4) / 1.75]
  const { values } = await read(picture, { shape: [1, 2, 1], fit: 'stretch' })
  expectClose(values, [left, right], { absolute: 1e-6 })
})

test('readImages leaves nothing behind when it fails', async () => {
  await expectNoLeak(async () => {
    const good = pixels(1, grey(0))
    await expect(
      readImages([good, { ...good, width: 2 }], { shape: [1, 1, 1] }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`readImages\` received pixels that do not fit their size.

      Expected: positive integers \`width\` and \`height\`, and 4 x width x height bytes
      Received: width 2, height 1 and 4 bytes
      Fix:      give each pixel four bytes: red, green, blue, opacity]
    `)
  })
})

test('readImages refuses pixels that are not bytes, and takes what the cure makes of them', async () => {
  const data = [255, 255, 255, 255]
  const shape = [1, 1, 1]
  await expect(
    readImages({ width: 1, height: 1, data } as never, { shape }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`readImages\` received pixels that are not bytes.

    Expected: \`data\` as a Uint8ClampedArray or a Uint8Array
    Received: [255, 255, 255, 255]
    Fix:      pass numbers from 0 to 255 as data: Uint8ClampedArray.from(data)]
  `)
  const x = await readImages({ width: 1, height: 1, data: Uint8ClampedArray.from(data) }, { shape })
  expect(x.dataSync()[0]).toBeCloseTo(1)
  x.dispose()
})

test('readImages refuses a size that is not two positive integers', async () => {
  const data = new Uint8Array(4)
  for (const size of [
    { width: 0.5, height: 2 },
    { width: '1', height: '1' },
    { width: -1, height: -1 },
  ]) {
    await expect(readImages({ ...size, data } as never, { shape: [1, 1, 1] })).rejects.toThrow('do not fit their size')
  }
})

test('outside a browser only pixels can be read, and the error says so', async () => {
  const file = new Blob([new Uint8Array(3)], { type: 'image/png' })
  await expect(readImages(file, { shape: [2, 2, 1] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`readImages\` needs a browser to read this kind of picture.

    Fix: elsewhere pass pixels: { width, height, data }, where data holds red, green, blue and opacity of each as bytes]
  `)
})

test('readImages refuses bad options and no picture', async () => {
  const picture = pixels(1, grey(0))
  await expect(readImages(picture, { shape: [784] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`readImages\` received a bad \`shape\`.

    Expected: [height, width, 1] or [height, width, 3]
    Received: [784]
    Fix:      pass [height, width, 1] or [height, width, 3]]
  `)
  await expect(readImages(picture, {} as never)).rejects.toThrow('needs the option `shape`')
  await expect(readImages(picture, { shape: [1, 1, 1], fit: 'crop' as never })).rejects.toThrow(
    'one of contain, cover, stretch',
  )
  await expect(readImages(picture, { shape: [1, 1, 1], background: 255 })).rejects.toThrow('a number from 0 to 1')
  await expect(readImages([], { shape: [1, 1, 1] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`readImages\` received bad \`sources\`.

    Expected: a picture, or a list of at least one
    Received: []
    Fix:      pass e.g. a canvas, an <img> or an ImageData]
  `)
  await expect(readImages(null as never, { shape: [1, 1, 1] })).rejects.toThrow('received bad `sources`')
})
