import { expectClose } from '@ae/library/testing'
import { scalar, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { differences, expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

describe.each([0.05, 0.5, 0.9])('at the rate %d', (rate) => {
  test.each([
    [1, 1],
    [2, 3],
    [7, 13],
    [128, 64],
  ])('the divergence of a batch of %i with %i units is within 1e-6 of float64', (batch, units) => {
    const code = activations(batch, units)
    expectNoLeak(() => {
      const input = floats(code, [batch, units])
      const outputs = runKernel('AeKlSparsity', { code: input }, { rate })
      expect(outputs.map(({ shape }) => shape)).toEqual([[]])
      expectClose(take(...outputs)[0] ?? [], [divergence(code, units, rate)], { relative: 1e-6 })
      input.dispose()
    })
  })

  test.each([
    [1, 1],
    [2, 3],
    [7, 13],
  ])('its gradient, of a batch of %i with %i units, is within 1e-6 of float64 differences', (batch, units) => {
    const code = activations(batch, units)
    const expected = differences((changed) => 3 * divergence(changed, units, rate), code)
    expectNoLeak(() => {
      const inputs = { code: floats(code, [batch, units]), dy: scalar(3) }
      const outputs = runKernel('AeKlSparsityGradient', inputs, { rate })
      expect(outputs.map(({ shape }) => shape)).toEqual([[batch, units]])
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 1e-6 * largest(expected) })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })
})

test('a unit that is dead or saturated counts as 1e-6 away from it, and is pulled back', () => {
  const code = floats([0, 1, -3, 4], [1, 4])
  const rate = 0.05
  const [value] = take(...runKernel('AeKlSparsity', { code }, { rate }))
  const dead = rate * Math.log(rate / 1e-6) + (1 - rate) * Math.log((1 - rate) / (1 - 1e-6))
  const saturated = rate * Math.log(rate / (1 - 1e-6)) + (1 - rate) * Math.log((1 - rate) / 1e-6)
  expectClose(value ?? [], [2 * dead + 2 * saturated], { relative: 1e-6 })
  const [slopes] = take(...runKernel('AeKlSparsityGradient', { code, dy: scalar(1) }, { rate }))
  const pull = [(1 - rate) / (1 - 1e-6) - rate / 1e-6, (1 - rate) / 1e-6 - rate / (1 - 1e-6)]
  expectClose(slopes ?? [], [...pull, ...pull], { relative: 1e-6 })
})

test('not a number stays one, in the value and in its unit of the gradient', () => {
  const code = floats([Number.NaN, 0.05], [1, 2])
  expect(take(...runKernel('AeKlSparsity', { code }, { rate: 0.05 }))).toEqual([[Number.NaN]])
  const [slopes] = take(...runKernel('AeKlSparsityGradient', { code, dy: scalar(1) }, { rate: 0.05 }))
  expect(slopes).toEqual([Number.NaN, expect.closeTo(0, 5)])
})

test('shapes that do not fit are refused, and nothing leaks', () => {
  const code = zeros([2, 3])
  expectNoLeak(() => {
    expect(() =>
      runKernel('AeKlSparsityGradient', { code, dy: code }, { rate: 0.05 }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`AeKlSparsityGradient\` received \`dy\` of the wrong shape.

      Expected: []
      Received: [2, 3]]
    `)
  })
})

/** Numbers from 0.01 to 0.99. */
function activations(batch: number, units: number): number[] {
  return numbers('code', batch * units).map((x) => Math.fround(0.01 + 0.98 / (1 + Math.exp(-x))))
}

/** The sum over units of r log(r / a) + (1 - r) log((1 - r) / (1 - a)), in float64. */
function divergence(code: readonly number[], units: number, rate: number): number {
  const batch = code.length / units
  let sum = 0
  for (let unit = 0; unit < units; unit++) {
    let total = 0
    for (let row = 0; row < batch; row++) total += Number(code[row * units + unit])
    const mean = total / batch
    sum += rate * Math.log(rate / mean) + (1 - rate) * Math.log((1 - rate) / (1 - mean))
  }
  return sum
}
