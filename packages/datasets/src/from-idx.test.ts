import '@tensorflow/tfjs-backend-cpu'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fromIdx } from './from-idx.ts'
import { counting, encodeIdx } from './testing/encode-idx.ts'
import { errorText } from './testing/error-text.ts'
import { folderWith, serve } from './testing/tiny-dataset.ts'

const images = encodeIdx([3, 2, 2], counting(12))
const labels = encodeIdx([3], [7, 8, 9])

/** An IDX file of another type: its code, its axis lengths, its values as bytes. */
function typed(type: number, shape: readonly number[], bytes: readonly number[]): Uint8Array<ArrayBuffer> {
  return encodeIdx(shape, bytes).with(2, type)
}

test('fromIdx reads bytes, plain or gzip, with labels', async () => {
  const expected = { name: 'idx', shape: [2, 2, 1], size: 3, labels: new Uint8Array([7, 8, 9]) }
  expect(await fromIdx({ images, labels })).toMatchObject(expected)
  expect(await fromIdx({ images: images.buffer, labels: gzipSync(labels) })).toMatchObject(expected)
  expect((await fromIdx({ images })).labels).toBeUndefined()
})

test('fromIdx gives the values that the file holds', async () => {
  for await (const batch of (await fromIdx({ images: gzipSync(images) })).batches({ batchSize: 3 })) {
    expect(batch.shape).toEqual([3, 2, 2, 1])
    expect([...batch.dataSync()]).toEqual([...Float32Array.from(counting(12), (byte) => byte / 255)])
    batch.dispose()
  }
})

test('fromIdx reads paths and URLs', async () => {
  const folder = await folderWith({ 'a.idx.gz': gzipSync(images), 'b.idx': labels })
  const expected = { name: 'shapes', size: 3, labels: new Uint8Array([7, 8, 9]) }
  const a = join(folder, 'a.idx.gz')
  const b = join(folder, 'b.idx')
  expect(await fromIdx({ images: a, labels: b, name: 'shapes' })).toMatchObject(expected)
  const { url } = await serve({ 'a.idx.gz': gzipSync(images) })
  expect(await fromIdx({ images: `${url}/a.idx.gz`, labels: pathToFileURL(b), name: 'shapes' })).toMatchObject(expected)
})

test('fromIdx keeps other shapes: colour images, vectors, volumes', async () => {
  expect((await fromIdx({ images: encodeIdx([2, 1, 2, 3], counting(12)) })).shape).toEqual([1, 2, 3])
  expect((await fromIdx({ images: encodeIdx([2, 6], counting(12)) })).shape).toEqual([6])
  expect((await fromIdx({ images: encodeIdx([1, 2, 1, 2, 3], counting(12)) })).shape).toEqual([2, 1, 2, 3])
})

test('fromIdx reads float32 images and int32 labels', async () => {
  const floats = typed(0x0d, [2, 1], [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0])
  const integers = typed(0x0c, [2], [0, 0, 1, 0, 0, 0, 0, 1])
  expect(await fromIdx({ images: floats, labels: integers })).toMatchObject({
    shape: [1],
    range: { minimum: -2.5, maximum: 1 },
    labels: new Int32Array([256, 1]),
  })
})

test('fromIdx reads Blobs, float64 images, int16 images with a scale, and the labels of QMNIST', async () => {
  expect(await fromIdx({ images: new Blob([images]), labels: new File([labels], 'labels') })).toMatchObject({ size: 3 })
  const doubles = typed(0x0e, [1, 1], [0x3f, 0xf8, 0, 0, 0, 0, 0, 0])
  expect((await fromIdx({ images: doubles })).range).toEqual({ minimum: 1.5, maximum: 1.5 })
  const shorts = typed(0x0b, [1, 2], [255, 255, 0, 3])
  expect((await fromIdx({ images: shorts, minimum: -1, maximum: 3 })).range).toEqual({ minimum: 0, maximum: 1 })
  const rows = [7, 8, 9].flatMap((label) => [0, 0, 0, label, ...Array<number>(28).fill(1)])
  expect((await fromIdx({ images, labels: typed(0x0c, [3, 8], rows) })).labels).toEqual(new Int32Array([7, 8, 9]))
})

describe('fromIdx refuses', () => {
  test('a path where nothing is', async () => {
    expect(await errorText(fromIdx({ images: '/no/such/file.idx' }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received a file that cannot be found.

      File:   /no/such/file.idx
      Reason: no such file
      Fix:    check the path or the URL"
    `)
  })
  test('a folder', async () => {
    const folder = await folderWith()
    expect(await errorText(fromIdx({ images: folder }), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received a file that cannot be read.

      File:   <folder>
      Reason: it is a folder
      Fix:    pass a file that this process may read"
    `)
  })
  test('an address where nothing is', async () => {
    const { url } = await serve({})
    expect(await errorText(fromIdx({ images: `${url}/a.idx` }), { [url]: '<server>' })).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received a file that cannot be found.

      File:   <server>/a.idx
      Reason: HTTP 404
      Fix:    check the path or the URL"
    `)
  })
  test('an address where nobody answers', async () => {
    const { url, close } = await serve({})
    close()
    expect(await errorText(fromIdx({ images: `${url}/a.idx` }), { [url]: '<server>' })).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received no file: the transfer failed.

      File:   <server>/a.idx
      Reason: <reason>
      Fix:    check the address and the connection; in a page, also that the server allows other origins"
    `)
  })
  test('labels in the place of images', async () => {
    expect(await errorText(fromIdx({ images: labels }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received an IDX file that holds no images.

      File:     images
      Expected: at least 2 axes
      Received: uint8 of 1 axis, [3]
      Fix:      pass the file of the images, such as train-images-idx3-ubyte"
    `)
  })
  test('images in the place of labels', async () => {
    expect(await errorText(fromIdx({ images, labels: images }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received an IDX file that holds no labels.

      File:     labels
      Expected: integers of 1 axis
      Received: uint8 of 3 axes, [3, 2, 2]
      Fix:      pass the file of the labels, such as train-labels-idx1-ubyte"
    `)
  })
  test('images of type int32, and its cure works', async () => {
    const integers = typed(0x0c, [1, 2], [0, 0, 0, 7, 0, 0, 0, 8])
    expect(await errorText(fromIdx({ images: integers }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received images of type int32, which it cannot scale.

      File:     images
      Expected: uint8, which becomes 0 to 1, or floats, which stay as they are
      Received: int32 of 2 axes, [1, 2]
      Fix:      pass \`maximum\`, the value that becomes 1"
    `)
    const scaled = await fromIdx({ images: integers, maximum: 8 })
    expect(scaled).toMatchObject({ size: 1, shape: [2], range: { minimum: 0.875, maximum: 1 } })
  })
  test('int32 labels in the place of images', async () => {
    const text = await errorText(fromIdx({ images: typed(0x0c, [1], [0, 0, 0, 7]) }))
    expect(text).toContain('Fix:      pass the file of the images')
  })
  test('more axes than a tensor has', async () => {
    expect(await errorText(fromIdx({ images: encodeIdx([1, 1, 1, 1, 1, 1, 1], [9]) }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received an IDX file with more axes than a tensor has.

      File:     images
      Expected: up to 6 axes, the first being the number of images
      Received: uint8 of 7 axes, [1, 1, 1, 1, 1, 1, 1]
      Fix:      pass the file of the images, such as train-images-idx3-ubyte"
    `)
    expect(await fromIdx({ images: encodeIdx([1, 1, 1, 1, 1, 1], [9]) })).toMatchObject({ shape: [1, 1, 1, 1, 1] })
  })
  test('NaN in float32 images', async () => {
    const floats = typed(0x0d, [2, 1], [0x3f, 0x80, 0, 0, 0x7f, 0xc0, 0, 0])
    expect(await errorText(fromIdx({ images: floats }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received a value that is not finite.

      Images:   images
      Expected: finite float32 numbers
      Received: NaN at index 1: example 1, value 0 of it
      Fix:      remove or replace NaN and Infinity first; numbers beyond 3.4e38 are infinite in float32"
    `)
  })
  test('a file without images', async () => {
    expect(await errorText(fromIdx({ images: encodeIdx([0, 28, 28], []) }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received no examples.

      Images:   images
      Expected: at least one example
      Received: 0 values of shape [28, 28, 1]
      Fix:      pass data that is not empty"
    `)
  })
  test('labels of another number than images', async () => {
    expect(await errorText(fromIdx({ images, labels: encodeIdx([2], [7, 8]) }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received the wrong number of labels.

      Images:   images
      Labels:   labels
      Expected: 3, one for each example
      Received: 2
      Fix:      pass the labels of the same examples"
    `)
  })
  test('a truncated file, naming it', async () => {
    const folder = await folderWith({ 'a.idx': images.subarray(0, 20) })
    expect(
      await errorText(fromIdx({ images: join(folder, 'a.idx') }), { [folder]: '<folder>' }),
    ).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received a truncated IDX file.

      File:     <folder>/a.idx
      Expected: 28 bytes for [3, 2, 2] of uint8
      Received: 20 bytes
      Fix:      download or copy the file again"
    `)
  })
  test('corrupt gzip, naming it', async () => {
    const packed = gzipSync(images)
    expect(await errorText(fromIdx({ images: packed.subarray(0, 30) }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received a corrupt gzip file.

      File:   images
      Reason: <reason>
      Fix:    download or pack the file again"
    `)
  })
  test('missing images', async () => {
    expect(await errorText(fromIdx({} as never))).toMatchInlineSnapshot(`
      "OptionError: \`fromIdx\` needs the option \`images\`.

      Expected: a path, a URL, a Blob or the bytes of an IDX file
      Received: undefined
      Fix:      pass images"
    `)
  })
  test('a number', async () => {
    expect(await errorText(fromIdx({ images: 28 as never }))).toMatchInlineSnapshot(`
      "OptionError: \`fromIdx\` received a bad \`images\`.

      Expected: a path, a URL, a Blob or the bytes of an IDX file
      Received: 28
      Fix:      pass a path, a URL, a Blob or the bytes of an IDX file"
    `)
  })
  test('an unknown option', async () => {
    expect(await errorText(fromIdx({ image: images } as never))).toMatchInlineSnapshot(`
      "OptionError: \`fromIdx\` has no option \`image\`.

      Expected: images, labels, minimum, maximum, name, timeout, signal
      Received: image
      Fix:      did you mean images?"
    `)
  })
})
