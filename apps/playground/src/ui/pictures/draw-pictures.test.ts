import { expect, test } from 'vitest'
import { fillPixels, joined, pictureAt } from './draw-pictures.ts'

const grey = { values: new Float32Array([0, 1, 0.2, 0.4]), count: 2, height: 2, width: 1, channels: 1 }

test('ink is the colour of the text, as opaque as the value', () => {
  const pixels = new Uint8ClampedArray(8)
  fillPixels(pixels, grey, 1, 'ink', [10, 20, 30])
  expect([...pixels]).toEqual([10, 20, 30, 51, 10, 20, 30, 102])
})

test('a photograph keeps its greys and colours', () => {
  const pixels = new Uint8ClampedArray(4)
  const white = { values: new Float32Array([0, 0, 1, 1]), count: 2, height: 2, width: 1, channels: 1 }
  const pair = new Uint8ClampedArray(8)
  fillPixels(pair, white, 1, 'photograph', [10, 20, 30])
  expect([...pair]).toEqual(Array(8).fill(255))
  const red = { values: new Float32Array([1, 0, 0.2]), count: 1, height: 1, width: 1, channels: 3 }
  fillPixels(pixels, red, 0, 'ink', [10, 20, 30])
  expect([...pixels]).toEqual([255, 0, 51, 255])
})

test('a number of a table is ink, half of it at 0, whatever its size', () => {
  const pixels = new Uint8ClampedArray(12)
  const row = { values: new Float32Array([0, 50, -50]), count: 1, height: 1, width: 3, channels: 1 }
  fillPixels(pixels, row, 0, 'photograph', [10, 20, 30])
  expect([...pixels]).toEqual([10, 20, 30, 128, 10, 20, 30, 255, 10, 20, 30, 0])
})

test('joined undoes pictureAt', () => {
  expect(joined([pictureAt(grey, 0), pictureAt(grey, 1)])).toEqual(grey)
  expect(joined([])).toBeUndefined()
})
