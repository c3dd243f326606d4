import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { tensor, zeros } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { drawOnCanvas, toImageData } from './draw-on-canvas.ts'

const grey = (value: number) => [value, value, value, 255]

test('toImageData gives opaque pixels, grey for one channel', async () => {
  const { width, height, data } = await toImageData(tensor([0, 0.2, 0.5, 1, 2, -1], [2, 3, 1]))
  expect({ width, height }).toEqual({ width: 3, height: 2 })
  expect([...data]).toEqual([0, 51, 128, 255, 255, 0].flatMap(grey))
})

test('toImageData repeats every pixel `scale` times both ways', async () => {
  const { width, height, data } = await toImageData(tensor([1, 0, 0, 0, 1, 0], [1, 2, 3]), { scale: 2 })
  expect({ width, height }).toEqual({ width: 4, height: 2 })
  const red = [255, 0, 0, 255]
  const green = [0, 255, 0, 255]
  expect([...data]).toEqual([red, red, green, green, red, red, green, green].flat())
})

test.each([
  ['a canvas of the page', () => document.createElement('canvas')],
  ['a canvas off screen', () => new OffscreenCanvas(7, 7)],
])('drawOnCanvas gives %s the size and the pixels of the image', async (_kind, create) => {
  const canvas = create()
  await drawOnCanvas(tensor([0, 10, 20, 30], [2, 2]), canvas, { range: [0, 30], scale: 2 })
  expect([canvas.width, canvas.height]).toEqual([4, 4])
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const rows = [0, 0, 85, 85, 0, 0, 85, 85, 170, 170, 255, 255, 170, 170, 255, 255]
  expect([...context.getImageData(0, 0, 4, 4).data]).toEqual(rows.flatMap(grey))
})

test('drawOnCanvas replaces what was drawn before', async () => {
  const canvas = document.createElement('canvas')
  await drawOnCanvas(tensor([1, 1], [1, 2]), canvas)
  await drawOnCanvas(tensor([0], [1, 1]), canvas)
  expect([canvas.width, canvas.height]).toEqual([1, 1])
  expect([...(canvas.getContext('2d')?.getImageData(0, 0, 1, 1).data ?? [])]).toEqual(grey(0))
})

test('drawOnCanvas leaves the canvas as it was after a failure, and no tensor behind', async () => {
  const canvas = document.createElement('canvas')
  const good = zeros([1, 1])
  const bad = tensor([Number.NaN], [1, 1])
  await expectNoLeak(async () => {
    await expect(drawOnCanvas(bad, canvas)).rejects.toThrow('NaN at row 0, column 0')
    expect([canvas.width, canvas.height]).toEqual([300, 150])
    await drawOnCanvas(good, canvas)
  })
})

test('drawOnCanvas refuses a canvas of another kind of context, a batch and bad options', async () => {
  const canvas = document.createElement('canvas')
  canvas.getContext('bitmaprenderer')
  await expect(drawOnCanvas(zeros([2, 2]), canvas)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`drawOnCanvas\` received a \`canvas\` that it cannot draw on.

    Expected: a canvas with a 2d context
    Received: a canvas that already has another kind of context
    Fix:      pass a canvas of its own]
  `)
  await expect(drawOnCanvas(zeros([4, 2, 2, 1]), canvas)).rejects.toThrow('`drawOnCanvas` received `image`')
  await expect(drawOnCanvas(zeros([2, 2]), canvas, { scale: 0 })).rejects.toThrow('received a bad `scale`')
  await expect(toImageData(zeros([2, 2]), { scale: 0.5 })).rejects.toThrow('`toImageData` received a bad `scale`')
})
