// Shared by the tests of every package: leak checks, comparison of numbers, gradients by differences.
import { memory } from '@tensorflow/tfjs-core'
import { assert, expect } from 'vitest'

/** The tolerance between two numbers: `absolute + relative |expected|`. Both default to 0. */
export interface Tolerance {
  readonly absolute?: number
  readonly relative?: number
}

/**
 * Asserts that `body` leaves as many tensors alive as before, once it has returned or its promise is fulfilled.
 *
 * @param body creates and disposes of tensors; to test a failure, expect it inside
 * @returns a promise if and only if `body` does
 */
export function expectNoLeak(body: () => Promise<void>): Promise<void>
export function expectNoLeak(body: () => void): void
export function expectNoLeak(body: () => void | Promise<void>): void | Promise<void> {
  const before = memory().numTensors
  const check = () => expect(memory().numTensors - before, 'tensors that leaked').toBe(0)
  const outcome = body()
  return typeof outcome === 'object' ? outcome.then(check) : check()
}

/**
 * Asserts that two lists of numbers agree one by one. NaN agrees with NaN, an infinity with itself.
 *
 * @param actual the result of the code under test
 * @param expected the expected result
 * @param tolerance how far apart two numbers may be. Defaults to exact equality
 */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: Tolerance = {}): void {
  expect(actual.length, 'how many numbers').toBe(expected.length)
  const { absolute = 0, relative = 0 } = tolerance
  let wrong = 0
  let worst = { index: -1, excess: 0 }
  for (let index = 0; index < expected.length; index++) {
    const [a, e] = [Number(actual[index]), Number(expected[index])]
    if (Object.is(a, e) || a === e) continue
    const distance = Math.abs(a - e)
    const allowed = absolute + relative * Math.abs(e)
    if (distance <= allowed && distance < Number.POSITIVE_INFINITY) continue
    wrong++
    const excess = Number.isFinite(distance) ? distance - allowed : Number.POSITIVE_INFINITY
    if (worst.index === -1 || excess > worst.excess) worst = { index, excess }
  }
  if (wrong === 0) return
  const [a, e] = [Number(actual[worst.index]), Number(expected[worst.index])]
  assert.fail(
    `${wrong} of ${expected.length} numbers differ; the worst, at ${worst.index}, is ${a} instead of ${e} ` +
      `(apart ${Math.abs(a - e).toPrecision(3)}, allowed ${(absolute + relative * Math.abs(e)).toPrecision(3)})`,
  )
}

/**
 * The gradient of a function by five-point central differences, whose error falls with the fourth power of the step.
 * A wide step suits functions that are computed in float32: rounding contributes about 1e-7 |f| / step.
 *
 * @param f from a point to a number; awaited, for backends that can only be read asynchronously
 * @param x the point; every coordinate is at least two steps away from any kink of `f`
 * @param options.step the distance between two points. Defaults to 1/32, exact in binary
 * @returns one number per coordinate of `x`
 */
export async function centralDifferences(
  f: (x: Float32Array) => number | Promise<number>,
  x: ArrayLike<number>,
  { step = 1 / 32 }: { readonly step?: number } = {},
): Promise<Float64Array> {
  const gradient = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) {
    const at = async (steps: number) => {
      const point = Float32Array.from(x)
      point[i] = Number(x[i]) + steps * step
      return await f(point)
    }
    const near = (await at(1)) - (await at(-1))
    const far = (await at(2)) - (await at(-2))
    gradient[i] = (8 * near - far) / (12 * step)
  }
  return gradient
}
