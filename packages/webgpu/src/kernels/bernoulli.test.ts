import { beforeAll, test } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { columnSums, computed, each, expectKernel, numbers, transpose } from '../testing/kernel-calls.ts'

onAdapter('the Bernoulli likelihood', () => {
  beforeAll(() => activateWebgpu(open))

  test.each([
    [1, 1],
    [3, 5],
    [300, 17],
    [5, 784],
  ])('of batch %i with %i features, and its gradient, is within 2e-6 of float64', async (batch, features) => {
    const logits = numbers('logits', [batch, features], 8)
    const target = each((x) => Math.fround(Math.min(Math.abs(x), 1)), numbers('target', [batch, features]))
    const dy = numbers('dy', [batch])
    const entropy = each((l, x) => Math.max(l, 0) - l * x + Math.log1p(Math.exp(-Math.abs(l))), logits, target)
    await expectKernel('AeBernoulli', { logits, target }, {}, [columnSums(transpose(entropy))], 2e-6)
    const upstream = computed([batch, features], (at) => Number(dy.values[Math.floor(at / features)]))
    const dLogits = each((l, x, d) => (1 / (1 + Math.exp(-l)) - x) * d, logits, target, upstream)
    await expectKernel('AeBernoulliGradient', { logits, target, dy }, {}, [dLogits], 2e-6)
  })

  test('overflows at no logit', async () => {
    const logits = computed([1, 4], (at) => [1e4, -1e4, 1e30, -1e30][at] ?? 0)
    const target = computed([1, 4], (at) => [1, 0, 1, 0][at] ?? 0)
    await expectKernel('AeBernoulli', { logits, target }, {}, [computed([1], () => 0)])
  })
})
