import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import type { Tensor3D } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { encodePng } from './encode-png.ts'
import { lineChart } from './line-chart.ts'
import { lookOf } from './palette.ts'
import { findColour } from './testing/find-colour.ts'

/** The middle row of a series' line, for each of some columns. */
function heights(image: Tensor3D, series: number, columns: readonly number[]): readonly (number | undefined)[] {
  const found = findColour(image, lookOf(series).colour)
  return columns.map((column) => {
    const rows = found.flatMap(([x, y]) => (x === column ? [y] : []))
    return rows[Math.floor(rows.length / 2)]
  })
}

test('lineChart draws each series from left to right, as high as its values', () => {
  const image = lineChart({ falling: [3, 2, 1, 0], level: [1, 1, 1, 1] })
  expect(image.shape).toEqual([480, 640, 3])
  const columns = [100, 200, 300, 400]
  const [a = 0, b = 0, c = 0, d = 0] = heights(image, 0, columns)
  expect([b - a, c - b, d - c].every((step) => Math.abs(step - (b - a)) <= 1 && step > 60)).toBe(true)
  const level = heights(image, 1, columns)
  expect(new Set(level).size).toBe(1)
})

test('lineChart ends a series where its values end', () => {
  const image = lineChart({ whole: [1, 2, 3, 4, 5], part: [5, 4, 3] })
  expect(heights(image, 1, [150])[0]).toBeDefined()
  expect(heights(image, 1, [400])[0]).toBeUndefined()
  expect(heights(image, 0, [400])[0]).toBeDefined()
})

test('lineChart counts from 1 unless it is told where values lie', async () => {
  const values = { loss: Float32Array.of(4, 2, 1) }
  expect(await encodePng(lineChart(values))).toEqual(await encodePng(lineChart(values, { x: [1, 2, 3] })))
  const image = lineChart(values, { x: Int32Array.of(0, 90, 100) })
  const [steep = 0, end = 0] = [heights(image, 0, [440])[0], heights(image, 0, [480])[0]]
  expect(end).toBeGreaterThan(steep)
})

test('lineChart draws one value as a dot', () => {
  const columns = Array.from({ length: 500 }, (_, x) => x)
  const found = heights(lineChart({ loss: [3] }, { lineWidth: 9 }), 0, columns).filter((y) => y !== undefined)
  expect(found.length).toBeGreaterThanOrEqual(8)
  expect(found.length).toBeLessThanOrEqual(10)
})

test('lineChart returns one tensor, and none after a failure', () => {
  expectNoLeak(() => {
    lineChart({ loss: [3, 2] }).dispose()
    expect(() => lineChart({ loss: [3, 2] }, { width: 20 })).toThrow()
  })
})

test('lineChart refuses bad series', () => {
  expect(() => lineChart({ loss: [1, Number.NaN] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`lineChart\` received bad \`series\`.

    Expected: at least one finite number per series
    Received: [1, NaN] as "loss"
    Fix:      pass numbers by name, e.g. { training: [0.09, 0.05], test: [0.08, 0.06] }]
  `)
  expect(() => lineChart({})).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`lineChart\` received bad \`series\`.

    Expected: at least one, by name
    Received: {}
    Fix:      pass numbers by name, e.g. { training: [0.09, 0.05], test: [0.08, 0.06] }]
  `)
  expect(() => lineChart({ loss: [] })).toThrow('at least one finite number per series')
  expect(() => lineChart({ é: [1] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`lineChart\` received bad \`series\`.

    Expected: names of printable ASCII, for the legend
    Received: "é"
    Fix:      pass numbers by name, e.g. { training: [0.09, 0.05], test: [0.08, 0.06] }]
  `)
  expect(() => lineChart({ loss: [1, 2, 3] }, { x: [1, 2] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`lineChart\` received bad \`series\`.

    Expected: at most 2 values, as many as in x
    Received: 3 as "loss"
    Fix:      pass numbers by name, e.g. { training: [0.09, 0.05], test: [0.08, 0.06] }]
  `)
  // @ts-expect-error a number is no series
  expect(() => lineChart({ loss: 3 })).toThrow('3 as "loss"')
})

test('lineChart refuses bad options, and too small a picture', () => {
  expect(() => lineChart({ loss: [1] }, { x: [Number.NaN] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`lineChart\` received a bad \`x\`.

    Expected: an array of finite numbers
    Received: [NaN]
    Fix:      pass an array of finite numbers]
  `)
  expect(() => lineChart({ loss: [1] }, { lineWidth: 0 })).toThrow('received a bad `lineWidth`')
  expect(() => lineChart({ loss: [1] }, { height: 20 })).toThrow('`lineChart` has no room left for the plot')
  expect(() => lineChart({ loss: [1] }, { title: 'σ' })).toThrow('received a bad `title`')
  // @ts-expect-error an option of scatterPlot
  expect(() => lineChart({ loss: [1] }, { opacity: 1 })).toThrow('`lineChart` has no option `opacity`')
})
