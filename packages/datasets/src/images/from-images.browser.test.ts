// Pictures in a real page: decoded in its Workers, from everything that a page can have them in.
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { errorText } from '../testing/error-text.ts'
import { background, jpegs, type PictureCase, pngs } from '../testing/pictures.ts'
import { decodeImage } from './decoding/decode-image.ts'
import { fromImages } from './from-images.ts'

afterEach(() => void vi.unstubAllGlobals())

const shape = [6, 5, 3] as const
const caseOf = (name: string) => [...jpegs, ...pngs].find((one) => one.name === name) as PictureCase
const [photo, drawing] = [caseOf('4:2:0'), caseOf('palette with opacity of 4 bits, 11 x 13, interlaced')]
const copyOf = ({ file }: PictureCase) => Uint8Array.from(file)
const valuesOf = async (sources: Parameters<typeof fromImages>[0]) => {
  const data = await fromImages(sources, { shape })
  return await data.read(Uint32Array.from({ length: data.size }, (_, i) => i))
}

/** A file of `<input webkitdirectory>`. */
function chosen(path: string, picture: PictureCase): File {
  const file = new File([copyOf(picture)], path.split('/').at(-1) ?? '')
  Object.defineProperty(file, 'webkitRelativePath', { value: path })
  return file
}

test('every JPEG and PNG becomes the pixels of Pillow in a page too', async () => {
  const settings = { fit: 'stretch', filter: 'bilinear', background, maximumPixels: 10_000 } as const
  for (const { name, file, shape, pixels } of [...jpegs, ...pngs]) {
    const [height, width, channels] = shape
    expect(await decodeImage(file, { ...settings, height, width, channels }), name).toEqual(pixels)
  }
})

test('files, blobs, bytes and handles of one picture give the same values', async () => {
  const root = await navigator.storage.getDirectory()
  const handle = await root.getFileHandle('photo.jpg', { create: true })
  const stream = await handle.createWritable()
  await stream.write(copyOf(photo))
  await stream.close()
  const expected = await valuesOf([photo.file])
  expect(new Set(expected).size).toBeGreaterThan(10)
  const file = new File([copyOf(photo)], 'photo.jpg')
  for (const source of [file, new Blob([copyOf(photo)]), copyOf(photo).buffer, handle]) {
    expect(await valuesOf([source])).toEqual(expected)
  }
  const values = await valuesOf([file, drawing.file, file])
  expect(values.subarray(0, 90)).toEqual(expected)
  expect(values.subarray(90, 180)).toEqual(await valuesOf([drawing.file]))
})

test('a chosen folder gives classes and the order of names, and what is not a picture is passed over', async () => {
  const files = [
    chosen('pets/dogs/b.jpg', photo),
    chosen('pets/cats/small/x.png', drawing),
    chosen('pets/dogs/.hidden.jpg', photo),
    chosen('pets/dogs/notes.txt', photo),
    chosen('pets/dogs/a.jpg', photo),
  ]
  const data = await fromImages(files, { shape, labels: 'subfolders' })
  expect(data.files).toEqual(['pets/cats/small/x.png', 'pets/dogs/a.jpg', 'pets/dogs/b.jpg'])
  expect([data.notes.classNames, [...data.labels]]).toEqual([
    ['cats', 'dogs'],
    [0, 1, 1],
  ])
})

test('the handle of a folder gives the same', async () => {
  const root = await navigator.storage.getDirectory()
  const pets = await root.getDirectoryHandle('pets', { create: true })
  for (const [folder, name, picture] of [
    ['dogs', 'b.jpg', photo],
    ['cats', 'x.png', drawing],
    ['dogs', 'notes.txt', photo],
  ] as const) {
    const inside = await pets.getDirectoryHandle(folder, { create: true })
    const stream = await (await inside.getFileHandle(name, { create: true })).createWritable()
    await stream.write(copyOf(picture))
    await stream.close()
  }
  for (const sources of [pets, [pets]]) {
    const data = await fromImages(sources, { shape, labels: 'subfolders' })
    expect([data.files, [...data.labels]]).toEqual([
      ['cats/x.png', 'dogs/b.jpg'],
      [0, 1],
    ])
  }
})

describe('what only the browser decodes', () => {
  test('WebP comes over the background', async () => {
    const canvas = new OffscreenCanvas(20, 20)
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    context.fillStyle = 'rgb(200, 100, 50)'
    context.fillRect(0, 0, 10, 20)
    const webp = await canvas.convertToBlob({ type: 'image/webp', quality: 1 })
    const data = await fromImages([webp], { shape: [1, 2, 3], fit: 'stretch', filter: 'box', background: 0.2 })
    const values = await data.read(Uint32Array.of(0))
    for (const [i, value] of [200, 100, 50, 51, 51, 51].entries()) {
      expect(Math.abs((values[i] as number) - value)).toBeLessThanOrEqual(3)
    }
  })

  test('GIF shows its first picture', async () => {
    const gif = atob('R0lGODlhAQABAIAAAP8AAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==')
    const data = await fromImages([Uint8Array.from(gif, (char) => char.charCodeAt(0))], { shape: [1, 1, 3] })
    expect(await data.read(Uint32Array.of(0))).toEqual(Uint8Array.of(255, 0, 0))
  })

  test('what it cannot decode is named', async () => {
    const tiff = new Blob(['II*\0 and no more'])
    expect(await errorText(fromImages([tiff], { shape }))).toMatchInlineSnapshot(`
      "DatasetError: \`fromImages\` received a picture that cannot be used.

      File:    picture 0
      Problem: it is TIFF, which this browser cannot decode
      Fix:     convert it to PNG or JPEG"
    `)
  })
})

test('a page has no more Workers than were asked for, and they end with the reading', async () => {
  let [started, ended] = [0, 0]
  class CountedWorker extends Worker {
    constructor(address: string | URL) {
      super(address)
      started++
    }
    override terminate(): void {
      ended++
      super.terminate()
    }
  }
  vi.stubGlobal('Worker', CountedWorker)
  const many = Array.from({ length: 100 }, () => drawing.file)
  const data = await fromImages(many, { shape, workers: 2 })
  expect(data.size).toBe(100)
  expect(await data.read(Uint32Array.of(99))).toEqual(await data.read(Uint32Array.of(0)))
  await vi.waitFor(() => expect([started, ended]).toEqual([2, 2]))
})

test('a page that forbids Workers decodes in its own thread', async () => {
  const expected = await valuesOf([photo.file, drawing.file])
  vi.stubGlobal('Worker', () => {
    throw new DOMException('forbidden', 'SecurityError')
  })
  expect(await valuesOf([photo.file, drawing.file])).toEqual(expected)
})
