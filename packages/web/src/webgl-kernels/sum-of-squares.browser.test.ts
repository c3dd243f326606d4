import { expectClose } from '@ae/library/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { expectNoLeak, floats, numbers, runKernel, take } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'

beforeAll(() => webgl.activate())

describe.each([
  [1, 1],
  [3, 2],
  [2, 7],
  [5, 128],
  [4, 785],
  [3, 20001],
])('of batch %i and %i features', (batch, features) => {
  const prediction = numbers('prediction', batch * features, 2)
  const target = numbers('target', batch * features)
  const dy = numbers('dy', batch)
  const tensors = () => ({
    prediction: floats(prediction, [batch, features]),
    target: floats(target, [batch, features]),
  })

  test('the sum of squared differences is within 1e-6 of float64', () => {
    const expected = new Float64Array(batch)
    for (const [i, p] of prediction.entries()) {
      const row = Math.floor(i / features)
      expected[row] = Number(expected[row]) + (p - Number(target[i])) ** 2
    }
    expectNoLeak(() => {
      const inputs = tensors()
      const outputs = runKernel('AeSumOfSquares', inputs)
      expect(outputs.map(({ shape }) => shape)).toEqual([[batch]])
      expectClose(take(...outputs)[0] ?? [], expected, { relative: 1e-6 })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })

  test('its gradient is within 1e-6 of float64', () => {
    const expected = prediction.map((p, i) => 2 * (p - Number(target[i])) * Number(dy[Math.floor(i / features)]))
    expectNoLeak(() => {
      const inputs = { ...tensors(), dy: floats(dy, [batch]) }
      const outputs = runKernel('AeSumOfSquaresGradient', inputs)
      expect(outputs.map(({ shape }) => shape)).toEqual([[batch, features]])
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 1e-6, relative: 1e-6 })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })
})
