import '@tensorflow/tfjs-backend-cpu'
import { expect, test } from 'vitest'
import { createPlot, dark, type PlotOptions } from './axes.ts'
import { lookOf } from './palette.ts'
import type { Point } from './raster.ts'
import { findColour } from './testing/find-colour.ts'
import { findText } from './testing/find-text.ts'
import type { Range } from './ticks.ts'

const unit: readonly [Range, Range] = [
  [0, 1],
  [0, 1],
]

/** A plot of small letters, and where a text is in it. */
function plotOf(options: PlotOptions, [x, y] = unit, names: readonly string[] = []) {
  const legend = names.map((name, index) => ({ name, ...lookOf(index) }))
  const { raster, place } = createPlot(
    'test',
    { width: 300, height: 160, textScale: 1, ...options },
    [{ range: x }, { range: y }],
    legend,
  )
  const image = raster.toTensor()
  return { image, place, find: (text: string, direction?: 'up') => findText(image, text, dark, direction) }
}

test('createPlot writes each number of an axis beside its place', () => {
  const { place, find } = plotOf({}, [
    [-20, 80],
    [3, 5],
  ])
  for (const value of [-20, -10, 40, 80]) {
    const [x, y] = place(value, 3)
    const width = String(value).length * 6 - 1
    expect(find(String(value))).toEqual([[Math.round(Math.round(x) - width / 2), y + 6]])
  }
  for (const text of ['3.0', '3.5', '5.0']) {
    const [x, y] = place(-20, Number(text))
    expect(find(text)).toEqual([[x - 6 - 17, Math.round(Math.round(y) - 3.5)]])
  }
})

test('createPlot leaves room between the numbers of the x axis', () => {
  const { find } = plotOf({}, [
    [1.98e6, 2.62e6],
    [0, 1],
  ])
  const texts = ['2.0e+6', '2.1e+6', '2.2e+6', '2.3e+6', '2.4e+6', '2.5e+6', '2.6e+6']
  const places = texts.flatMap((text) => find(text))
  expect(places.length).toBeGreaterThanOrEqual(3)
  for (const [index, [x]] of places.entries()) expect(x - (places[index - 1]?.[0] ?? -99)).toBeGreaterThan(35 + 5)
})

test('createPlot writes the title above, and the names of the axes along them', () => {
  const { place, find } = plotOf({ title: 'Codes', axisNames: ['first', 'second'] })
  const [left, bottom] = place(0, 0)
  const [right, top] = place(1, 1)
  const middle = (from: number, to: number, text: string) => Math.round((from + to - (text.length * 6 - 1)) / 2)
  const one = (places: readonly Point[]) => {
    expect(places).toHaveLength(1)
    return places[0] as Point
  }
  expect(one(find('Codes'))).toEqual([middle(left, right, 'Codes'), 5])
  expect(one(find('first'))[0]).toBe(middle(left, right, 'first'))
  expect(one(find('first'))[1]).toBeGreaterThan(bottom + 10)
  const [x, y] = one(find('second', 'up'))
  expect(x).toBe(3)
  expect(Math.abs(y - (bottom + top + 35) / 2)).toBeLessThanOrEqual(1)
})

test('createPlot lists the legend from above, in columns where one is too short', () => {
  const names = Array.from({ length: 14 }, (_, index) => `name ${String.fromCharCode(97 + index)}`)
  const { image, place, find } = plotOf({}, unit, names)
  const [right] = place(1, 1)
  const places = names.flatMap((name) => find(name))
  expect(places).toHaveLength(14)
  expect(new Set(places.map(([x]) => x)).size).toBe(2)
  expect(places.every(([x, y]) => x > right && y < 160)).toBe(true)
  for (const [index, [x, y]] of places.entries()) {
    const mark = findColour(image, lookOf(index).colour).map(String)
    expect(mark).toContain(String([x - 6, y + 3]))
    // The corner of a square lies outside the disc of that size.
    expect(mark.includes(String([x - 8, y + 1]))).toBe(index >= 10)
  }
})
