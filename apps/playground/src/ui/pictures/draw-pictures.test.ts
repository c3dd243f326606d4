import { expect, test } from 'vitest'
import { fillPixels, joined, pictureAt } from './draw-pictures.ts'

const grey = { values: new Float32Array([0, 1, 0.2, 0.4]), count: 2, height: 1, width: 2, channels: 1 }

test('ink is the colour of the text, as opaque as the value', () => {
  const pixels = new Uint8ClampedArray(8)
  fillPixels(pixels, grey, 1, 'ink', [10, 20, 30])
  expect([...pixels]).toEqual([10, 20, 30, 51, 10, 20, 30, 102])
})

test('a photograph keeps its greys and colours', () => {
  const pixels = new Uint8ClampedArray(4)
  fillPixels(pixels, { ...grey, width: 1 }, 1, 'photograph', [10, 20, 30])
  expect([...pixels]).toEqual([255, 255, 255, 255])
  const red = { values: new Float32Array([1, 0, 0.2]), count: 1, height: 1, width: 1, channels: 3 }
  fillPixels(pixels, red, 0, 'ink', [10, 20, 30])
  expect([...pixels]).toEqual([255, 0, 51, 255])
})

test('joined undoes pictureAt', () => {
  expect(joined([pictureAt(grey, 0), pictureAt(grey, 1)])).toEqual(grey)
  expect(joined([])).toBeUndefined()
})
