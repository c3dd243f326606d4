import '@tensorflow/tfjs-backend-cpu'
import { memory, type Tensor3D, tensor, zeros } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { grid } from './grid.ts'

/** Five images of one row and two columns: 11 12, 21 22, ... */
const five = () => tensor([11, 12, 21, 22, 31, 32, 41, 42, 51, 52], [5, 1, 2, 1])

const pixels = (image: Tensor3D) => image.arraySync().map((row) => row.map(([grey]) => grey))

test('grid lays images out in rows with lines between and around them', () => {
  expect(pixels(grid(five(), { columns: 3, padding: 1, background: 7 }))).toEqual([
    [7, 7, 7, 7, 7, 7, 7, 7, 7, 7],
    [7, 11, 12, 7, 21, 22, 7, 31, 32, 7],
    [7, 7, 7, 7, 7, 7, 7, 7, 7, 7],
    [7, 41, 42, 7, 51, 52, 7, 7, 7, 7],
    [7, 7, 7, 7, 7, 7, 7, 7, 7, 7],
  ])
})

test('grid without padding only joins the images', () => {
  expect(pixels(grid(five(), { columns: 5, padding: 0 }))).toEqual([[11, 12, 21, 22, 31, 32, 41, 42, 51, 52]])
  expect(pixels(grid(five(), { columns: 1, padding: 0 }))).toEqual([
    [11, 12],
    [21, 22],
    [31, 32],
    [41, 42],
    [51, 52],
  ])
})

test('grid takes the root of the count for columns, two pixels of padding and a background of 0', () => {
  expect(grid(five()).shape).toEqual([2 * (1 + 2) + 2, 3 * (2 + 2) + 2, 1])
  expect(grid(zeros([64, 28, 28, 1])).shape).toEqual([242, 242, 1])
  expect(pixels(grid(tensor([[[5]]])))).toEqual([
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 5, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ])
})

test('grid enlarges every pixel to a square of equal ones and leaves the lines as wide as asked', () => {
  const images = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])
  expect(pixels(grid(images, { columns: 2, padding: 1, scale: 2, background: 0 }))).toEqual([
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 1, 1, 2, 2, 0, 5, 5, 6, 6, 0],
    [0, 1, 1, 2, 2, 0, 5, 5, 6, 6, 0],
    [0, 3, 3, 4, 4, 0, 7, 7, 8, 8, 0],
    [0, 3, 3, 4, 4, 0, 7, 7, 8, 8, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ])
})

test('grid keeps the three channels of a pixel together', () => {
  const image = grid(tensor([1, 2, 3, 4, 5, 6], [2, 1, 1, 3]), { columns: 2, padding: 1, scale: 2 })
  const line = [0, 0, 0]
  const row = [line, [1, 2, 3], [1, 2, 3], line, [4, 5, 6], [4, 5, 6], line]
  const empty = Array(7).fill(line)
  expect(image.arraySync()).toEqual([empty, row, row, empty])
})

test('grid takes integers and gives floats', () => {
  const image = grid(tensor([0, 255], [2, 1, 1], 'int32'), { padding: 0, background: 0.5, columns: 3 })
  expect(image.dtype).toBe('float32')
  expect(pixels(image)).toEqual([[0, 255, 0.5]])
})

test('grid borrows its images and returns one tensor, and none after a failure', () => {
  const images = five()
  const bad = zeros([4, 3, 3, 2])
  const before = memory().numTensors
  const image = grid(images, { scale: 3 })
  expect(memory().numTensors).toBe(before + 1)
  image.dispose()
  expect(() => grid(bad)).toThrow()
  expect(memory().numTensors).toBe(before)
  expect(images.isDisposed).toBe(false)
})

test('grid refuses what is not a batch of images', () => {
  expect(() => grid(zeros([100, 784]))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`grid\` received \`images\` of the wrong shape.

    Expected: [count, height, width] or [count, height, width, channels], channels 1 or 3, at least one image
    Received: [100, 784]
    Fix:      100 images, one per row: tf.reshape(images, [-1, 28, 28, 1]); one image: tf.expandDims(images, 0)]
  `)
  expect(() => grid(zeros([0, 28, 28, 1]))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`grid\` received \`images\` of the wrong shape.

    Expected: [count, height, width] or [count, height, width, channels], channels 1 or 3, at least one image
    Received: [0, 28, 28, 1]
    Fix:      pass at least one image]
  `)
  expect(() => grid(zeros([4, 28, 28, 2]))).toThrow('[4, 28, 28, 2]')
})

test('grid refuses bad options', () => {
  expect(() => grid(five(), { columns: 0 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`grid\` received a bad \`columns\`.

    Expected: a positive integer
    Received: 0
    Fix:      pass a positive integer]
  `)
  expect(() => grid(five(), { padding: -1 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`grid\` received a bad \`padding\`.

    Expected: an integer of at least 0
    Received: -1
    Fix:      pass an integer of at least 0]
  `)
  expect(() => grid(five(), { background: Number.NaN })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`grid\` received a bad \`background\`.

    Expected: a finite number
    Received: NaN
    Fix:      pass a finite number]
  `)
  expect(() => grid(five(), { scale: 1.5 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`grid\` received a bad \`scale\`.

    Expected: a positive integer
    Received: 1.5
    Fix:      pass a positive integer]
  `)
  // @ts-expect-error a misspelt option
  expect(() => grid(five(), { collumns: 2 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`grid\` has no option \`collumns\`.

    Expected: columns, padding, background, scale
    Received: collumns
    Fix:      did you mean columns?]
  `)
})
