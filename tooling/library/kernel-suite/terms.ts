// What is minimised: the means of terms, their weighted sum, and its gradient.
import { test } from 'vitest'
import { computed, numbers } from './numbers.ts'
import { expectKernel, type Subject } from './suite.ts'

/** The tests of `AeTotalOfTerms` and its gradient; a length of -1 is a term of shape `[]`. */
export function describeTerms(subject: Subject): void {
  test.each([
    { lengths: [1], weights: [1] },
    { lengths: [128, 128], weights: [1, 0.5] },
    { lengths: [300, 300], weights: [0.5, 1.5] },
    { lengths: [7, -1, 7], weights: [2, 3, 0] },
    { lengths: [1, 3, 4, 7, 128, 1001], weights: [1, 0.5, -2, 0, 1e-3, 7] },
    { lengths: [3, 3, 3, 3, 3, -1], weights: [1, -1, 0.25, 6, 1, 2] },
    { lengths: [20_001, 129], weights: [1, 4] },
    {
      lengths: [5, 5, 1000, -1, 5, 3, 5, 5, 5, 5, 5, 5, 5, 2, 5, 5, 5],
      weights: Array.from({ length: 17 }, (_, i) => 0.5 + i),
    },
  ])('terms of lengths $lengths have means, a total and gradients near float64', async ({ lengths, weights }) => {
    const shapes = lengths.map((length) => (length < 0 ? [] : [length]))
    const terms = shapes.map((shape, i) => {
      const { values } = numbers(`term${i}`, shape)
      return computed(shape, (at) => Math.fround(Number(values[at]) ** 2))
    })
    const means = terms.map(({ values }) => values.reduce((sum, x) => sum + x, 0) / values.length)
    const weighted = means.map((mean, i) => mean * Number(weights[i]))
    const total = weighted.reduce((sum, x) => sum + x, 0)
    const inputs = Object.fromEntries(terms.map((term, i) => [`term${i}`, term]))
    const expected = [...means, total].map((value) => computed([], () => value))
    const { relative = 0, ...others } = subject.accuracy.terms ?? {}
    const size = weighted.reduce((sum, x) => sum + Math.abs(x), 0) // of what may cancel in the total
    const nearness = { ...others, relative: relative * Math.max(1, size / Math.abs(total)) }
    await expectKernel(subject, 'AeTotalOfTerms', inputs, { weights }, expected, nearness)
    const dy = numbers('dy', [])
    const gradients = terms.map(({ shape, values }, i) =>
      computed(shape, () => (Number(weights[i]) / values.length) * Number(dy.values[0])),
    )
    const attributes = { weights, lengths }
    await expectKernel(subject, 'AeTotalOfTermsGradient', { dy }, attributes, gradients, { relative: 1e-6 })
  })

  test('a batch statistic is its own mean, and its gradient is the weight', async () => {
    const inputs = { term0: computed([], () => 3), term1: computed([2], (i) => i + 1) }
    const expected = [3, 1.5, 12].map((value) => computed([], () => value))
    await expectKernel(subject, 'AeTotalOfTerms', inputs, { weights: [2, 4] }, expected)
    const gradients = [computed([4], () => 1.5), computed([], () => 1.5), computed([7], () => 0)]
    const attributes = { weights: [2, 0.5, 0], lengths: [4, -1, 7] }
    await expectKernel(subject, 'AeTotalOfTermsGradient', { dy: computed([], () => 3) }, attributes, gradients)
  })
}
