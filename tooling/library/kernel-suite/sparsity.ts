// The divergence of a code's mean activations from a rate, and its gradient.
import { expect, test } from 'vitest'
import { columnSums, computed, each, numbers } from './numbers.ts'
import { expectKernel, outputsOf, type Subject } from './suite.ts'

/** The tests of `AeKlSparsity` and its gradient. */
export function describeSparsity(subject: Subject): void {
  test.each([0.05, 0.5, 0.9].flatMap((rate) => [[rate, 1, 1] as const, [rate, 2, 3], [rate, 7, 13], [rate, 128, 64]]))(
    'at the rate %d the divergence of batch %i with %i units is near float64, and so is its gradient',
    async (...of) => {
      const [rate, batch, units] = of as [number, number, number]
      const code = each((x) => Math.fround(0.01 + 0.98 / (1 + Math.exp(-x))), numbers('code', [batch, units]))
      const means = each((sum) => sum / batch, columnSums(code))
      const parts = each((a) => rate * Math.log(rate / a) + (1 - rate) * Math.log((1 - rate) / (1 - a)), means)
      const value = computed([], () => parts.values.reduce((sum, part) => sum + part, 0))
      await expectKernel(subject, 'AeKlSparsity', { code }, { rate }, [value], { relative: 1e-6 })
      if (batch > 7) return // the slopes of means that are so near the rate cancel
      const slopes = each((a) => (3 * ((1 - rate) / (1 - a) - rate / a)) / batch, means)
      const gradient = computed([batch, units], (at) => Number(slopes.values[at % units]))
      const inputs = { code, dy: computed([], () => 3) }
      await expectKernel(subject, 'AeKlSparsityGradient', inputs, { rate }, [gradient], { ofLargest: 1e-6 })
    },
  )

  test('a unit that is dead or saturated counts as 1e-6 away from it, and is pulled back', async () => {
    const code = computed([1, 4], (i) => [0, 1, -3, 4][i] ?? 0)
    const rate = 0.05
    const dead = rate * Math.log(rate / 1e-6) + (1 - rate) * Math.log((1 - rate) / (1 - 1e-6))
    const saturated = rate * Math.log(rate / (1 - 1e-6)) + (1 - rate) * Math.log((1 - rate) / 1e-6)
    const value = computed([], () => 2 * dead + 2 * saturated)
    await expectKernel(subject, 'AeKlSparsity', { code }, { rate }, [value], { relative: 1e-6 })
    const pull = [(1 - rate) / (1 - 1e-6) - rate / 1e-6, (1 - rate) / 1e-6 - rate / (1 - 1e-6)]
    const gradient = computed([1, 4], (i) => Number(pull[i % 2]))
    const inputs = { code, dy: computed([], () => 1) }
    await expectKernel(subject, 'AeKlSparsityGradient', inputs, { rate }, [gradient], { relative: 1e-6 })
  })

  test('not a number stays one, in the divergence and in its unit of the gradient', async () => {
    const code = computed([1, 2], (i) => [Number.NaN, 0.05][i] ?? 0)
    expect(await outputsOf('AeKlSparsity', { code }, { rate: 0.05 })).toEqual([[Number.NaN]])
    const [slopes] = await outputsOf('AeKlSparsityGradient', { code, dy: computed([], () => 1) }, { rate: 0.05 })
    expect(slopes).toEqual([Number.NaN, expect.closeTo(0, 5)])
  })
}
