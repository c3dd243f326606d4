import { expect, test } from 'vitest'
import { movedCell, shadeOf } from './symbols.ts'

test.each([
  ['ArrowLeft', 4, 3],
  ['ArrowLeft', 3, undefined],
  ['ArrowRight', 4, 5],
  ['ArrowRight', 5, undefined],
  ['ArrowUp', 4, 1],
  ['ArrowUp', 1, undefined],
  ['ArrowDown', 1, 4],
  ['ArrowDown', 4, undefined],
  ['Home', 5, 3],
  ['End', 3, 5],
  ['Tab', 3, undefined],
])('in a grid of two rows and three columns %s leads from cell %i to %s', (key, cell, target) => {
  expect(movedCell(cell, key, 2, 3)).toBe(target)
})

test('shades of different vectors differ, within what can be told from paper and ink', () => {
  const shades = Array.from({ length: 64 }, (_, symbol) => shadeOf(symbol, 64))
  expect(new Set(shades).size).toBe(64)
  expect(Math.min(...shades)).toBeGreaterThanOrEqual(0.08)
  expect(Math.max(...shades)).toBeLessThanOrEqual(0.88)
})
