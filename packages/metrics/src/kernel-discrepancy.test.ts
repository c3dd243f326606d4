import { normals } from '@ae/core'
import { describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/evaluation.json' with { type: 'json' }
import { maximumMeanDiscrepancy } from './kernel-discrepancy.ts'

describe('maximumMeanDiscrepancy', () => {
  test.each(oracle.discrepancies)(
    'of $size features with the kernel $kernel of scale $scale is that of the oracle',
    (one) => {
      const kernel = one.kernel as 'rbf' | 'imq'
      const { value } = maximumMeanDiscrepancy(one.x, one.y, { size: one.size, kernel, scale: one.scale })
      expect(value).toBeCloseTo(one.value, 7)
    },
  )

  test('has the root of the size as its scale', () => {
    const [x, y] = [normals('x', {}, 40), normals('y', {}, 40)]
    expect(maximumMeanDiscrepancy(x, y, { size: 4 })).toEqual(maximumMeanDiscrepancy(x, y, { size: 4, scale: 2 }))
  })

  test('is unbiased: 0 on average for samples of one distribution', () => {
    const values = Array.from({ length: 200 }, (_, step) => {
      const [x, y] = [normals('x', { step }, 30), normals('y', { step }, 30)]
      return maximumMeanDiscrepancy(x, y, { size: 2, kernel: 'imq' }).value
    })
    const mean = values.reduce((sum, value) => sum + value, 0) / 200
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 199)
    expect(Math.abs(mean)).toBeLessThan((3 * deviation) / Math.sqrt(200))
  })

  test('has the standard error that repeated samples show, where the distributions differ', () => {
    const estimates = Array.from({ length: 200 }, (_, step) => {
      const [x, y] = [normals('x', { step }, 60), normals('y', { step }, 60).map((value) => value + 1.5)]
      return maximumMeanDiscrepancy(x, y, { size: 1 })
    })
    const mean = estimates.reduce((sum, { value }) => sum + value, 0) / 200
    const deviation = Math.sqrt(estimates.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / 199)
    const claimed = estimates.reduce((sum, { standardError = 0 }) => sum + standardError, 0) / 200
    expect(claimed / deviation).toBeGreaterThan(0.8)
    expect(claimed / deviation).toBeLessThan(1.25)
  })

  test('refuses sets of unequal size, a single point, and what is not a number', () => {
    expect(() => maximumMeanDiscrepancy([1, 2, 3, 4], [1, 2], { size: 2 })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`maximumMeanDiscrepancy\` received points that cannot be compared.

      Expected: x and y of the same 2 or more points of 2
      Received: 4 and 2 numbers
      Fix:      pass as many numbers in both, one point after the other, and the length of a point as \`size\`]
    `)
    expect(() => maximumMeanDiscrepancy([1, 2], [1, 2], { size: 2 })).toThrow('cannot be compared')
    expect(() => maximumMeanDiscrepancy([1, Number.NaN], [1, 2], { size: 1 })).toThrow('bad `x`')
  })
})
