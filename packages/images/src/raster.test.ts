import '@tensorflow/tfjs-backend-cpu'
import { expect, test } from 'vitest'
import { createRaster, type Raster, type Shape } from './raster.ts'

const black = [0, 0, 0] as const

/** How many pixels are drawn black on white; those of a soft edge count in part. */
const inked = (draw: (raster: Raster) => void) => {
  const raster = createRaster(40, 30)
  draw(raster)
  return Array.from(raster.toTensor().dataSync()).reduce((sum, value) => sum + (1 - value) / 3, 0)
}

test.each<Shape>(['disc', 'square', 'diamond'])('a %s covers about the area of a disc, wherever it lies', (shape) => {
  for (const [x, y] of [
    [15, 15],
    [15.5, 12.25],
    [20.9, 14.3],
  ] as const) {
    for (const radius of [1.5, 3, 6.2]) {
      const covered = inked((raster) => raster.mark(shape, [x, y], radius, black, 1))
      expect(Math.abs(covered / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.2)
    }
  }
})

test('a line covers its length times its width, and its round ends', () => {
  const covered = inked((raster) => raster.line([5, 5], [30, 20], 3, black))
  expect(Math.abs(covered - (Math.hypot(25, 15) * 3 + Math.PI * 1.5 ** 2))).toBeLessThan(2)
  expect(Math.abs(inked((raster) => raster.line([5, 5], [5, 5], 4, black)) - Math.PI * 4)).toBeLessThan(1)
})

test('a mark lets what is below shine through', () => {
  const raster = createRaster(9, 9)
  raster.mark('disc', [4, 4], 3, [1, 0, 0], 1)
  raster.mark('disc', [4, 4], 3, [0, 0, 1], 0.25)
  const image = raster.toTensor().arraySync()
  expect(image[4]?.[4]).toEqual([0.75, 0, 0.25])
  expect(image[0]?.[0]).toEqual([1, 1, 1])
})

test('what lies outside the picture is not drawn', () => {
  const covered = inked((raster) => {
    raster.mark('disc', [-20, 10], 5, black, 1)
    raster.line([50, 0], [60, 90], 3, black)
    raster.rectangle([-5, -5], [0, 90], black)
    raster.text('a', [40, 29], 2, black)
  })
  expect(covered).toBe(0)
})

test('a rectangle ends before its last corner', () => {
  expect(inked((raster) => raster.rectangle([1, 2], [4, 4], black))).toBeCloseTo(6)
})
