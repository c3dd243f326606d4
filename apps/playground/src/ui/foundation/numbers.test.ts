import { expect, test } from 'vitest'
import { duration, figure, plural } from './numbers.ts'

test.each([
  [148.26, '148.3'],
  [0, '0.00'],
  [-0.001, '−1.0e-3'],
  [-0, '0.00'],
  [12345.6, '12,346'],
  [-2.346, '−2.35'],
  [Number.NaN, 'not a number'],
  [Number.NEGATIVE_INFINITY, '−infinite'],
])('figure writes %f as %s', (value, text) => expect(figure(value)).toBe(text))

test('duration and plural write what a reader would', () => {
  expect([duration(8.4), duration(125), plural(1, 'step'), plural(2000, 'step')]).toEqual([
    '8\u00a0s',
    '2\u00a0min 5\u00a0s',
    '1 step',
    '2,000 steps',
  ])
})
