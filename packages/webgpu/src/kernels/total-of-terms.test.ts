import { beforeAll, test } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { computed, expectKernel, numbers } from '../testing/kernel-calls.ts'

onAdapter('the total of the terms', () => {
  beforeAll(() => activateWebgpu(open))

  test.each([[[1]], [[300, 300]], [[7, -1, 7]], [[5, 5, 1000, -1, 5, 3, 5, 5, 5, 5, 5, 5, 5, 2, 5, 5, 5]]])(
    'of lengths %j, and its gradient, is within 1e-6 of float64',
    async (lengths) => {
      const shapes = lengths.map((length) => (length < 0 ? [] : [length]))
      const terms = shapes.map((shape, i) => numbers(`term ${i}`, shape))
      const weights = shapes.map((_, i) => Math.fround(0.5 + i))
      const means = terms.map(({ values }) => values.reduce((sum, value) => sum + value, 0) / values.length)
      const total = means.reduce((sum, mean, i) => sum + mean * Number(weights[i]), 0)
      const inputs = Object.fromEntries(terms.map((term, i) => [`term${i}`, term]))
      const expected = [...means, total].map((value) => computed([], () => value))
      await expectKernel('AeTotalOfTerms', inputs, { weights }, expected, 2e-6)

      const dy = numbers('dy', [])
      const gradients = terms.map(({ shape, values }, i) =>
        computed(shape, () => (Number(weights[i]) / values.length) * Number(dy.values[0])),
      )
      await expectKernel('AeTotalOfTermsGradient', { dy }, { weights, lengths: [...lengths] }, gradients)
    },
  )
})
