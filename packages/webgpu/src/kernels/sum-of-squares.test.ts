import { beforeAll, test } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { columnSums, computed, each, expectKernel, numbers, transpose } from '../testing/kernel-calls.ts'

onAdapter('the sum of squared differences', () => {
  beforeAll(() => activateWebgpu(open))

  test.each([
    [1, 1],
    [3, 5],
    [300, 17],
    [5, 784],
  ])('of batch %i with %i features, and its gradient, is within 2e-6 of float64', async (batch, features) => {
    const prediction = numbers('prediction', [batch, features])
    const target = numbers('target', [batch, features])
    const dy = numbers('dy', [batch])
    const squares = each((p, t) => (p - t) ** 2, prediction, target)
    await expectKernel('AeSumOfSquares', { prediction, target }, {}, [columnSums(transpose(squares))], 2e-6)
    const upstream = computed([batch, features], (at) => Number(dy.values[Math.floor(at / features)]))
    const gradient = each((p, t, d) => 2 * (p - t) * d, prediction, target, upstream)
    await expectKernel('AeSumOfSquaresGradient', { prediction, target, dy }, {}, [gradient], 2e-6)
  })

  test('of a million equal differences is within 2e-6 of float64', async () => {
    const prediction = computed([1, 1_000_003], () => Math.fround(0.7))
    const target = computed([1, 1_000_003], () => 0)
    const sum = computed([1], () => Math.fround(0.7) ** 2 * 1_000_003)
    await expectKernel('AeSumOfSquares', { prediction, target }, {}, [sum], 2e-6)
  })
})
