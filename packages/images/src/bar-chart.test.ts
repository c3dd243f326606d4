import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { expect, test } from 'vitest'
import { dark } from './axes.ts'
import { barChart } from './bar-chart.ts'
import { lookOf } from './palette.ts'
import { findColour } from './testing/find-colour.ts'
import { findText } from './testing/find-text.ts'

/** The height of each bar in pixels, up to a pixel. */
const heightsOf = (image: ReturnType<typeof barChart>, count: number) => {
  const found = findColour(image, lookOf(0).colour)
  const columns = found.map(([x]) => x)
  const [left, right] = [Math.min(...columns), Math.max(...columns)]
  return Array.from({ length: count }, (_, i) => {
    const centre = Math.round(left + ((i + 0.4) / (count - 0.2)) * (right - left))
    return found.filter(([x]) => x === centre).length
  })
}

test('barChart draws bars as high as their values, from zero', () => {
  const [one = 0, two = 0, four = 0] = heightsOf(barChart([1, 2, 4]), 3)
  expect(one).toBeGreaterThan(50)
  expect(Math.abs(two - 2 * one)).toBeLessThanOrEqual(2)
  expect(Math.abs(four - 4 * one)).toBeLessThanOrEqual(4)
})

test('barChart draws negative values down from zero', () => {
  const found = findColour(barChart([1, -1]), lookOf(0).colour)
  const [columns, rows] = [found.map(([x]) => x), found.map(([, y]) => y)]
  const middle = (Math.min(...columns) + Math.max(...columns)) / 2
  const zero = (Math.min(...rows) + Math.max(...rows)) / 2
  expect(found.filter(([x, y]) => x < middle && y > zero + 1)).toEqual([])
  expect(found.filter(([x, y]) => x > middle && y < zero - 1)).toEqual([])
})

test('barChart writes every name, or says that there is no room', () => {
  const names = ['vae', 'iwae', 'vq-vae']
  const image = barChart([1, 2, 3], { names, textScale: 1 })
  for (const name of names) expect(findText(image, name, dark).length).toBeGreaterThan(0)
  const long = Array.from({ length: 12 }, (_, i) => `autoencoder ${i}`)
  expect(() =>
    barChart(long.map(Number.prototype.valueOf.bind(1)), { names: long }),
  ).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`barChart\` has no room left for the plot.

    Expected: at least 2221 x 480 pixels
    Received: 640 x 480
    Fix:      pass a larger width and height, or a smaller textScale]
  `)
})

test('the cure for names without room makes a picture', () => {
  const names = Array.from({ length: 12 }, (_, i) => `autoencoder ${i}`)
  const values = names.map((_, i) => i)
  expect(barChart(values, { names, width: 2221 }).shape).toEqual([480, 2221, 3])
})

test('barChart numbers many bars as far as there is room', () => {
  const image = barChart(new Float32Array(300).fill(1), { textScale: 1 })
  expect(findText(image, '100', dark)).toHaveLength(1)
  expect(findText(image, '101', dark)).toEqual([])
  expect(findColour(image, lookOf(0).colour).length).toBeGreaterThan(1000)
})

test('barChart draws the standard error of an estimate around the end of its bar', () => {
  const plain = barChart([4, 4], { textScale: 1 })
  const image = barChart([{ value: 4, standardError: 1 }, { value: 4 }], { textScale: 1 })
  const top = findColour(image, lookOf(0).colour)[0]?.[1] ?? 0 // row by row
  const inside = findColour(image, dark).filter(([x, y]) => x > 60 && x < 600 && y < 400)
  const rows = inside.map(([, y]) => y)
  expect(findColour(plain, dark).filter(([x, y]) => x > 60 && x < 600 && y < 400)).toEqual([])
  expect(Math.abs((Math.min(...rows) + Math.max(...rows) + 1) / 2 - top)).toBeLessThanOrEqual(2)
  expect(new Set(inside.map(([x]) => x)).size).toBe(2)
})

test('barChart draws zeros, and nothing else', () => {
  expect(findColour(barChart([0, 0]), lookOf(0).colour)).toEqual([])
})

test('barChart returns one tensor, and none after a failure', () => {
  expectNoLeak(() => {
    barChart([1]).dispose()
    expect(() => barChart([1], { width: 20 })).toThrow()
  })
})

test('barChart refuses bad values and the wrong number of names', () => {
  expect(() => barChart([1, Number.NaN])).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`barChart\` received bad \`values\`.

    Expected: finite numbers or estimates, at least one
    Received: [1, NaN]
    Fix:      pass an array of numbers, or of estimates, e.g. await klPerLatent(model, data) of @ae/metrics]
  `)
  expect(() => barChart([1, 2], { names: ['a'] })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`barChart\` received the wrong number of \`names\`.

    Expected: 2, one per bar
    Received: 1
    Fix:      pass one name per value, in their order]
  `)
})
