import { beforeAll, test } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { computed, expectKernel } from '../testing/kernel-calls.ts'

onAdapter('the sum of squared differences', () => {
  beforeAll(() => activateWebgpu(open))

  test('of a million equal differences is within 2e-6 of float64', async () => {
    const prediction = computed([1, 1_000_003], () => Math.fround(0.7))
    const target = computed([1, 1_000_003], () => 0)
    const sum = computed([1], () => Math.fround(0.7) ** 2 * 1_000_003)
    await expectKernel('AeSumOfSquares', { prediction, target }, {}, [sum])
  })
})
