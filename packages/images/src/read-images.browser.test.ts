import '@tensorflow/tfjs-backend-cpu'
import { tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import type { ImageSource } from './image-source.ts'
import { readImages } from './read-images.ts'
import { toBlobUrl } from './to-blob-url.ts'

// Six opaque pixels in two rows.
const bytes = [
  ...[255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255],
  ...[10, 20, 30, 255, 100, 150, 200, 255, 255, 255, 255, 255],
]
const colours = bytes.filter((_, index) => index % 4 !== 3)
const imageData = () => new ImageData(Uint8ClampedArray.from(bytes), 3)

function offscreen(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(3, 2)
  canvas.getContext('2d')?.putImageData(imageData(), 0, 0)
  return canvas
}

function canvas(): HTMLCanvasElement {
  const element = document.createElement('canvas')
  Object.assign(element, { width: 3, height: 2 })
  element.getContext('2d')?.putImageData(imageData(), 0, 0)
  return element
}

function img(): HTMLImageElement {
  const image = new Image()
  image.src = canvas().toDataURL()
  return image // not loaded yet
}

function webglCanvas(): HTMLCanvasElement {
  const element = document.createElement('canvas')
  Object.assign(element, { width: 3, height: 2 })
  const gl = element.getContext('webgl2', { preserveDrawingBuffer: true }) as WebGL2RenderingContext
  gl.clearColor(0.2, 0.4, 0.6, 1)
  gl.clear(gl.COLOR_BUFFER_BIT)
  return element
}

/** The batch as bytes again. */
async function read(source: ImageSource, shape: readonly number[] = [2, 3, 3]): Promise<number[]> {
  const batch = await readImages(source, { shape })
  const values = Array.from(await batch.data(), (value) => Math.round(255 * value))
  batch.dispose()
  return values
}

const sources: readonly (readonly [string, () => ImageSource | Promise<ImageSource>])[] = [
  ['ImageData', imageData],
  ['a canvas of the page', canvas],
  ['a canvas off screen', offscreen],
  ['an <img> that is still loading', img],
  ['an ImageBitmap', () => createImageBitmap(imageData())],
  ['a VideoFrame', () => new VideoFrame(offscreen(), { timestamp: 0 })],
  ['a file', () => offscreen().convertToBlob()],
]

test.each(sources)('readImages takes %s, pixel by pixel', async (_name, create) => {
  expect(await read(await create())).toEqual(colours)
})

test('readImages takes a canvas that WebGL drew on', async () => {
  expect(await read(webglCanvas())).toEqual(new Array(6).fill([51, 102, 153]).flat())
})

test('readImages takes the current picture of a video, and says when there is none yet', async () => {
  const source = document.createElement('canvas')
  Object.assign(source, { width: 64, height: 64 })
  const context = source.getContext('2d') as CanvasRenderingContext2D
  const video = document.createElement('video')
  await expect(readImages(video, { shape: [2, 2, 3] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`readImages\` received a picture without pixels.

    Expected: a picture at least one pixel wide and high
    Received: HTMLVideoElement without a size
    Fix:      wait for the video's first frame, i.e. its \`loadeddata\` event]
  `)
  const draw = () => {
    context.fillStyle = 'rgb(200, 100, 50)'
    context.fillRect(0, 0, 64, 64)
  }
  draw()
  const stream = source.captureStream()
  const timer = setInterval(draw, 20) // a frame is captured when something is drawn
  try {
    video.muted = true
    video.srcObject = stream
    await video.play()
    const seen = await read(video, [1, 1, 3])
    // Video has fewer colours than a canvas.
    for (const [index, value] of [200, 100, 50].entries()) expect(Math.abs((seen[index] ?? 0) - value)).toBeLessThan(6)
  } finally {
    clearInterval(timer)
    for (const track of stream.getTracks()) track.stop()
  }
})

test('readImages borrows: a bitmap and a frame are open afterwards', async () => {
  const bitmap = await createImageBitmap(imageData())
  const frame = new VideoFrame(offscreen(), { timestamp: 0 })
  const batch = await readImages([bitmap, frame], { shape: [2, 3, 1] })
  expect(batch.shape).toEqual([2, 2, 3, 1])
  expect([bitmap.width, frame.displayWidth]).toEqual([3, 3])
  frame.close()
})

test('readImages converts the colours of a wide-gamut ImageData', async () => {
  const wide = new ImageData(Uint8ClampedArray.of(128, 128, 128, 255, 234, 51, 35, 255), 2, 1, {
    colorSpace: 'display-p3',
  })
  const [red, green, blue, ...pure] = await read(wide, [1, 2, 3])
  expect([red, green, blue]).toEqual([128, 128, 128])
  expect(pure[0]).toBe(255) // the red of sRGB in the other space
  expect(pure[1]).toBeLessThan(5)
})

test('readImages works in a Worker, and so does toBlobUrl', async () => {
  const worker = new Worker(new URL('./testing/picture-worker.ts', import.meta.url), { type: 'module' })
  const bitmap = await createImageBitmap(imageData())
  const lists = await new Promise<readonly Float32Array[]>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
    worker.postMessage(bitmap, [bitmap])
  }).finally(() => worker.terminate())
  for (const values of lists) expect(Array.from(values, (value) => Math.round(255 * value))).toEqual(colours)
})

test('toBlobUrl gives an address that an <img> shows until it is revoked', async () => {
  const url = await toBlobUrl(tensor([0, 10, 20, 30], [2, 2]), { range: [0, 30], scale: 2 })
  expect(url).toMatch(/^blob:/)
  const image = new Image()
  image.src = url
  const rows = [0, 0, 85, 85, 0, 0, 85, 85, 170, 170, 255, 255, 170, 170, 255, 255]
  expect(await read(image, [4, 4, 1])).toEqual(rows)
  URL.revokeObjectURL(url)
  await expect(fetch(url)).rejects.toThrow()
})

test('what cannot be read is refused with what to do', async () => {
  const broken = new Image()
  broken.src = 'data:image/png;base64,AAAA'
  const shape = [2, 2, 1]
  await expect(readImages(broken, { shape })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`readImages\` received an <img> that shows no picture.

    Received: data:image/png;base64,AAAA
    Fix:      check that the address is right and that the file is a picture]
  `)
  await expect(
    readImages(new Blob(['text'], { type: 'text/plain' }), { shape }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`readImages\` received a file that is not a picture.

    Received: 4 bytes of the type text/plain
    Fix:      pass a file that this browser can show, e.g. PNG or JPEG]
  `)
  const closed = await createImageBitmap(imageData())
  closed.close()
  await expect(readImages(closed, { shape })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`readImages\` received a picture without pixels.

    Expected: a picture at least one pixel wide and high
    Received: ImageBitmap without a size
    Fix:      give it a size, and close it only after it is read]
  `)
  await expect(readImages(new OffscreenCanvas(0, 3), { shape })).rejects.toThrow('OffscreenCanvas without a size')
})

test('a picture of another origin is refused, and the error says how to load it', async () => {
  const image = new Image()
  const address = new URL('../../../docs/images/samples.png', import.meta.url)
  image.src = address.href.replace('127.0.0.1', 'localhost') // the same server, to a browser another one
  await expect(readImages(image, { shape: [2, 2, 1] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`readImages\` may not read this picture, because it comes from another origin.

    Reason: Failed to execute 'getImageData' on 'OffscreenCanvasRenderingContext2D': The canvas has been tainted by cross-origin data.
    Fix:    set crossOrigin = 'anonymous' before src; its server must allow it (Access-Control-Allow-Origin)]
  `)
})
