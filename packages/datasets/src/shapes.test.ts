import { OptionError } from '@ae/core'
import { expect, test } from 'vitest'
import { shapeFactors, shapes } from './shapes.ts'
import { split } from './split.ts'

const data = shapes()
const pixelsOf = async (index: number) => (await data.read(Uint32Array.of(index))) as Uint8Array

/** The number of the example with these factors. */
function numberOf(shape: number, scale: number, orientation: number, x: number, y: number): number {
  return (((shape * 4 + scale) * 8 + orientation) * 8 + x) * 8 + y
}

function brightnessOf(pixels: Uint8Array) {
  const moments = { sum: 0, x: 0, y: 0 }
  for (const [i, value] of pixels.entries()) {
    moments.sum += value / 255
    moments.x += ((i % 32) + 0.5) * (value / 255)
    moments.y += (Math.floor(i / 32) + 0.5) * (value / 255)
  }
  return { area: moments.sum, x: moments.x / moments.sum, y: moments.y / moments.sum }
}

test('the shapes are the same numbers everywhere, in both sizes', () => {
  expect([data.size, data.shape, data.range]).toEqual([6144, [32, 32, 1], { minimum: 0, maximum: 1 }])
  expect(data.checksum?.()).toMatchInlineSnapshot(`"crc32:ea4f291c"`)
  const large = shapes({ imageSize: 64 })
  expect([large.name, large.shape]).toEqual(['shapes/64', [64, 64, 1]])
  expect(large.checksum?.()).toMatchInlineSnapshot(`"crc32:9ae6f0df"`)
})

test('no two shapes are the same picture', () => {
  const values = data.read(Uint32Array.from(data.labels)) as Uint8Array
  const pictures = Array.from({ length: data.size }, (_, i) => values.subarray(i * 1024, (i + 1) * 1024).join())
  expect(new Set(pictures).size).toBe(6144)
})

test('scale, x and y of the shapes do what they say', async () => {
  const [square, ellipse] = [0, 1]
  for (const [scale, sixths] of [3, 4, 5, 6].entries()) {
    const radius = (sixths / 6) * 9
    const drawn = brightnessOf(await pixelsOf(numberOf(square, scale, 0, 2, 5)))
    expect(drawn.area).toBeCloseTo((1.4 * radius) ** 2, -1)
    expect([drawn.x, drawn.y]).toEqual([expect.closeTo(9 + 2 * 2, 1), expect.closeTo(9 + 2 * 5, 1)])
    const round = brightnessOf(await pixelsOf(numberOf(ellipse, scale, 3, 7, 0)))
    expect(round.area / ((Math.PI * radius ** 2) / 2)).toBeCloseTo(1, 1)
    expect([round.x, round.y]).toEqual([expect.closeTo(23, 1), expect.closeTo(9, 1)])
  }
})

test('every shape lies within its picture', () => {
  // A shape that left the square that it is drawn in would be cut there, at the widest scale first.
  for (const shape of [0, 1, 2]) {
    for (let orientation = 0; orientation < 8; orientation++) {
      const { area } = brightnessOf(data.read(Uint32Array.of(numberOf(shape, 3, orientation, 0, 0))) as Uint8Array)
      const upright = brightnessOf(data.read(Uint32Array.of(numberOf(shape, 3, 0, 0, 0))) as Uint8Array)
      expect(area / upright.area).toBeCloseTo(1, 1)
    }
  }
})

test('the labels of a part of the shapes tell its factors', () => {
  const [part] = split(data, { fractions: [0.1, 0.9], seed: 3 })
  const { names, sizes, values } = shapeFactors(part.labels)
  expect([names, sizes]).toEqual([
    ['shape', 'scale', 'orientation', 'x', 'y'],
    [3, 4, 8, 8, 8],
  ])
  const rows = Array.from(part.labels, (_, i) => values.subarray(i * 5, i * 5 + 5))
  expect(Array.from(rows, ([a = 0, b = 0, c = 0, d = 0, e = 0]) => numberOf(a, b, c, d, e))).toEqual([...part.labels])
})

test('labels that are not those of the shapes are refused', () => {
  expect(() => shapeFactors([0, 6144])).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`shapeFactors\` received a bad \`labels\`.

    Expected: labels of shapes(), integers from 0 to 6143
    Received: [0, 6144]
    Fix:      pass labels of shapes(), integers from 0 to 6143]
  `)
  expect(() => shapeFactors([-1])).toThrow(OptionError)
  expect(() => shapes({ imageSize: 28 } as never)).toThrow(OptionError)
})
