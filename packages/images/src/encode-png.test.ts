import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { tensor, zeros } from '@tensorflow/tfjs-core'
import { decode } from 'fast-png'
import { expect, test } from 'vitest'
import { encodePng } from './encode-png.ts'

test('encodePng writes grey pixels that decode to the nearest of 256 levels', async () => {
  const bytes = await encodePng(tensor([0, 1 / 255, 0.5, 1, 0.2, 1.4 / 255], [2, 3]))
  expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
  const { width, height, channels, depth, data } = decode(bytes)
  expect({ width, height, channels, depth }).toEqual({ width: 3, height: 2, channels: 1, depth: 8 })
  expect([...data]).toEqual([0, 1, 128, 255, 51, 1])
})

test('encodePng writes colours in the order red, green, blue', async () => {
  const { width, height, channels, data } = decode(await encodePng(tensor([1, 0, 0, 0, 1, 0.2], [2, 1, 3])))
  expect({ width, height, channels }).toEqual({ width: 1, height: 2, channels: 3 })
  expect([...data]).toEqual([255, 0, 0, 0, 255, 51])
})

test('encodePng draws what lies outside its range as black or white', async () => {
  const image = tensor([-2, -1, 0, 1, 2], [1, 5, 1])
  expect([...decode(await encodePng(image)).data]).toEqual([0, 0, 0, 255, 255])
  expect([...decode(await encodePng(image, { range: [-1, 1] })).data]).toEqual([0, 0, 128, 255, 255])
})

test('encodePng takes integers in their own range', async () => {
  const image = tensor([0, 7, 255], [1, 3], 'int32')
  expect([...decode(await encodePng(image, { range: [0, 255] })).data]).toEqual([0, 7, 255])
})

test('encodePng leaves no tensor behind', async () => {
  const image = zeros([4, 4, 3])
  const notANumber = tensor([Number.NaN], [1, 1])
  await expectNoLeak(async () => {
    await encodePng(image)
    await expect(encodePng(notANumber)).rejects.toThrow('NaN at row 0, column 0')
  })
  expect(image.isDisposed).toBe(false)
})

test('encodePng names the first value that is no number', async () => {
  const grey = tensor([0, 1, 0, 1, Number.NaN, Number.POSITIVE_INFINITY], [2, 3, 1])
  await expect(encodePng(grey)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`encodePng\` received \`image\` with values that are not finite.

    Expected: finite values
    Received: NaN at row 1, column 1; 2 of 6 values are NaN or infinite
    Fix:      find where the first NaN comes from: the data, or a model whose training diverged]
  `)
  const colour = tensor([0, 0, 0, 0, Number.NEGATIVE_INFINITY, 0], [1, 2, 3])
  await expect(encodePng(colour)).rejects.toThrow('-Infinity at row 0, column 1; 1 of 6 values')
})

test('encodePng refuses a batch and bad options', async () => {
  await expect(encodePng(zeros([4, 28, 28, 1]))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`encodePng\` received \`image\` of the wrong shape.

    Expected: [height, width] or [height, width, channels], channels 1 or 3
    Received: [4, 28, 28, 1]
    Fix:      put a batch into one image first: grid(image)]
  `)
  await expect(encodePng(zeros([28, 28, 2]))).rejects.toThrow('[28, 28, 2]')
  await expect(encodePng(zeros([28, 28, 3, 1]))).rejects.toThrow('[28, 28, 3, 1]')
  await expect(encodePng(zeros([2, 2]), { range: [1, 0] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`encodePng\` received a bad \`range\`.

    Expected: two finite numbers, the first below the second, e.g. [0, 1]
    Received: [1, 0]
    Fix:      pass two finite numbers, the first below the second, e.g. [0, 1]]
  `)
  await expect(encodePng(zeros([2, 2]), { range: [0, Number.NaN] })).rejects.toThrow('received a bad `range`')
  // @ts-expect-error an option of drawOnCanvas
  await expect(encodePng(zeros([2, 2]), { scale: 2 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`encodePng\` has no option \`scale\`.

    Expected: range
    Received: scale
    Fix:      use one of range]
  `)
})
