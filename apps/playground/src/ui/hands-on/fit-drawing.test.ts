import { expect, test } from 'vitest'
import { fitDrawing, isEmpty } from './fit-drawing.ts'

const digit = [28, 28, 1] as const

/** A filled rectangle in a drawing of 280 by 280. */
function rectangle(left: number, top: number, width: number, height: number): Float32Array {
  const ink = new Float32Array(280 * 280)
  for (let row = top; row < top + height; row++) ink.fill(1, row * 280 + left, row * 280 + left + width)
  return ink
}

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0)

test('without centring each pixel is the mean of the square that it covers', () => {
  const { values } = fitDrawing(rectangle(10, 20, 15, 10), 280, digit, false)
  expect(values[2 * 28 + 1]).toBeCloseTo(1, 6)
  expect(values[2 * 28 + 2]).toBeCloseTo(0.5, 6)
  expect(sum(values)).toBeCloseTo(1.5, 5)
})

test('a digit is scaled to 20 pixels and its centre of mass moved to the middle, wherever it was drawn', () => {
  const { values } = fitDrawing(rectangle(5, 30, 60, 120), 280, digit, true)
  const at = (row: number, column: number) => values[row * 28 + column] ?? 0
  expect([at(4, 14), at(23, 14), at(3, 14), at(24, 14)]).toEqual([1, 1, 0, 0].map((value) => expect.closeTo(value, 5)))
  expect([at(14, 9), at(14, 18), at(14, 8), at(14, 19)]).toEqual([1, 1, 0, 0].map((value) => expect.closeTo(value, 5)))
  expect(sum(values)).toBeCloseTo(200, 2)
})

test('every channel of a picture in colour has the same values, and an empty drawing is empty', () => {
  const { values } = fitDrawing(rectangle(0, 0, 280, 280), 280, [2, 2, 3], false)
  expect([...values]).toEqual(Array(12).fill(1))
  expect(isEmpty(new Float32Array(4))).toBe(true)
  expect(isEmpty(rectangle(0, 0, 1, 1))).toBe(false)
})
