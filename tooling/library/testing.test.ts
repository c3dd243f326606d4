import '@tensorflow/tfjs-backend-cpu'
import { scalar } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { centralDifferences, expectClose, expectNoLeak } from './testing.ts'

describe('expectNoLeak', () => {
  it('passes when every tensor was disposed of', async () => {
    expectNoLeak(() => scalar(1).dispose())
    await expectNoLeak(async () => scalar(1).dispose())
  })

  it('fails when a tensor was left, also after a promise', async () => {
    expect(() => expectNoLeak(() => void scalar(1))).toThrow('tensors that leaked: expected 1 to be +0')
    await expect(expectNoLeak(async () => void scalar(1))).rejects.toThrow('tensors that leaked: expected 1 to be +0')
  })

  it('passes on what the body throws', async () => {
    expect(() =>
      expectNoLeak(() => {
        throw new Error('mine')
      }),
    ).toThrow('mine')
    await expect(expectNoLeak(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
  })
})

describe('expectClose', () => {
  it('takes each number within absolute + relative |expected|, and is exact without a tolerance', () => {
    expectClose([1, -2, 0], [1, -2, -0])
    expectClose([1.5, -205], [1, -200], { absolute: 1, relative: 0.02 })
    expectClose([Number.NaN, Number.POSITIVE_INFINITY], [Number.NaN, Number.POSITIVE_INFINITY])
  })

  it('names the worst of the numbers that differ', () => {
    expect(() => expectClose([1, 3, 12.5], [1, 2, 10], { relative: 0.1 })).toThrowErrorMatchingInlineSnapshot(
      `[AssertionError: 2 of 3 numbers differ; the worst, at 2, is 12.5 instead of 10 (apart 2.50, allowed 1.00)]`,
    )
    expect(() => expectClose([1, Number.NaN], [1.1, 2])).toThrowErrorMatchingInlineSnapshot(
      `[AssertionError: 2 of 2 numbers differ; the worst, at 1, is NaN instead of 2 (apart NaN, allowed 0.00)]`,
    )
  })

  it('refuses infinities of the other sign, and another count', () => {
    expect(() => expectClose([Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY], { relative: 1 })).toThrow('1 of 1')
    expect(() => expectClose([1], [1, 2])).toThrow('how many numbers')
  })
})

describe('centralDifferences', () => {
  it('is the derivative, up to the fourth power of the step', async () => {
    const f = ([x = 0, y = 0]: Float32Array) => x ** 4 - 3 * x * y
    expectClose(await centralDifferences(f, [0.5, -1.25]), [0.5 + 3.75, -1.5], { absolute: 1e-12 })
    expectClose(await centralDifferences(async ([x = 0]) => Math.exp(x), [0]), [1], { absolute: (1 / 32) ** 4 / 29 })
    expectClose(await centralDifferences(([x = 0]) => x ** 5, [0], { step: 0.5 }), [-4 * 0.5 ** 4], { absolute: 1e-12 })
  })

  it('leaves the point as it was', async () => {
    const point = Float32Array.of(1, 2)
    await centralDifferences(([x = 0]) => x, point)
    expect(point).toEqual(Float32Array.of(1, 2))
  })
})
