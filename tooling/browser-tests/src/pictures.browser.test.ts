import { selectBackend } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { comparisonGrid, drawOnCanvas, encodePng, grid, toImageData } from '@ae/images'
import { wasm } from '@ae/wasm'
import { webglBackend } from '@ae/web'
import { sub, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { crosses } from './crosses.ts'

const backends = [
  ['webgl', webglBackend({ softwareAdapter: 'accept' })],
  ['wasm', wasm],
] as const

/** The pixels of a PNG file as the browser itself decodes them. */
async function decode(png: Uint8Array): Promise<ImageData> {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(png)], { type: 'image/png' }))
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d') as OffscreenCanvasRenderingContext2D
  context.drawImage(bitmap, 0, 0)
  return context.getImageData(0, 0, bitmap.width, bitmap.height)
}

/** The first nine crosses, as one batch. */
async function nineCrosses(): Promise<Tensor> {
  for await (const batch of fromArray(crosses(9), { shape: [28, 28, 1] }).batches({ batchSize: 9 })) return batch
  throw new Error('no batch')
}

test.each(backends)('%s: the file and the canvas show the batch, pixel by pixel', async (_name, backend) => {
  await selectBackend(backend)
  const images = await nineCrosses()
  const picture = grid(images, { columns: 4, background: 0.2 })
  const shown = await toImageData(picture)
  expect([shown.width, shown.height]).toEqual([4 * 30 + 2, 3 * 30 + 2])

  const bytes = crosses(9)
  const wrong = [...Array(shown.width * shown.height).keys()].filter((pixel) => {
    const [x, y] = [pixel % shown.width, Math.floor(pixel / shown.width)]
    const [column, row] = [Math.floor(x / 30), Math.floor(y / 30)]
    const [left, top] = [(x % 30) - 2, (y % 30) - 2]
    const image = row * 4 + column
    const onLine = column === 4 || row === 3 || left < 0 || top < 0 || image >= 9
    return shown.data[4 * pixel] !== (onLine ? 51 : bytes[(image * 28 + top) * 28 + left])
  })
  expect(wrong).toEqual([])

  expect((await decode(await encodePng(picture))).data).toEqual(shown.data)
  const canvas = document.createElement('canvas')
  await drawOnCanvas(picture, canvas)
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  expect(context.getImageData(0, 0, shown.width, shown.height).data).toEqual(shown.data)
  for (const tensor of [images, picture]) tensor.dispose()
})

test.each(backends)('%s: a comparison shows each batch in its own rows', async (_name, backend) => {
  await selectBackend(backend)
  const images = await nineCrosses()
  const inverted = tidy(() => sub(1, images))
  const picture = comparisonGrid([images, inverted], { columns: 9, padding: 0 })
  const { width, height, data } = await toImageData(picture)
  expect([width, height]).toEqual([9 * 28, 2 * 28])
  const grey = data.filter((_, index) => index % 4 === 0)
  const [above, below] = [grey.subarray(0, width * 28), grey.subarray(width * 28)]
  expect(above.some((value) => value === 255)).toBe(true)
  expect(below).toEqual(above.map((value) => 255 - value))
  for (const tensor of [images, inverted, picture]) tensor.dispose()
})
