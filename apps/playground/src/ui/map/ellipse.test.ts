import { expect, test } from 'vitest'
import { ellipseOf } from './ellipse.ts'

/** The root of the 95% quantile of the chi-squared distribution with two degrees of freedom, 5.991464547. */
const radius = 2.447746830681

test('the ellipse of independent latents lies along the axes', () => {
  const { centre, half, angle } = ellipseOf([1, 2], new Float32Array([1.5, 2, 1, 2.25]))
  expect(centre).toEqual([1, 2])
  expect(half[0]).toBeCloseTo(0.5 * radius, 6)
  expect(half[1]).toBeCloseTo(0.25 * radius, 6)
  expect(angle).toBeCloseTo(0, 6)
})

test('the ellipse of a longer second latent is turned upright, and one of a diagonal by 45 degrees', () => {
  expect(Math.abs(ellipseOf([0, 0], new Float32Array([0.1, 0, 0, 2])).angle)).toBeCloseTo(Math.PI / 2, 6)
  expect(ellipseOf([0, 0], new Float32Array([1, 1])).angle).toBeCloseTo(Math.PI / 4, 6)
})
