import { expectClose } from '@ae/library/testing'
import { scalar, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test('the means of terms of every length and their weighted sum are within 1e-6 of float64', () => {
  const terms = [1, 3, 4, 7, 128, 1001].map((length) => numbers(`term${length}`, length).map((x) => x + 5))
  const weights = [1, 0.5, -2, 0, 1e-3, 7]
  const means = terms.map((term) => term.reduce((sum, x) => sum + x, 0) / term.length)
  const total = means.reduce((sum, mean, i) => sum + mean * Number(weights[i]), 0)
  expectNoLeak(() => {
    const inputs = Object.fromEntries(terms.map((term, i) => [`term${i}`, floats(term, [term.length])]))
    const outputs = runKernel('AeTotalOfTerms', inputs, { weights })
    expect(outputs.map(({ shape }) => shape)).toEqual([...terms, 'total'].map(() => []))
    expectClose(take(...outputs).flat(), [...means, total], { relative: 1e-6 })
    for (const input of Object.values(inputs)) input.dispose()
  })
})

test('a batch statistic is its own mean', () => {
  const inputs = { term0: scalar(3), term1: floats([1, 2], [2]) }
  expect(take(...runKernel('AeTotalOfTerms', inputs, { weights: [2, 4] }))).toEqual([[3], [1.5], [12]])
})

test('the gradient of each term is its weight times dy by its length', () => {
  expectNoLeak(() => {
    const dy = scalar(3)
    const attributes = { weights: [2, 0.5, 0], lengths: [4, -1, 7] }
    const outputs = runKernel('AeTotalOfTermsGradient', { dy }, attributes)
    expect(outputs.map(({ shape }) => shape)).toEqual([[4], [], [7]])
    expect(take(...outputs)).toEqual([[1.5, 1.5, 1.5, 1.5], [1.5], [0, 0, 0, 0, 0, 0, 0]])
    dy.dispose()
  })
})

test('a term that is missing and a gradient of another shape are refused, and nothing leaks', () => {
  const term0 = zeros([2])
  expectNoLeak(() => {
    expect(() => runKernel('AeTotalOfTerms', { term0 }, { weights: [1, 1] })).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`AeTotalOfTerms\` on the wasm backend received a bad \`term1\`.

      Expected: a float32 tensor
      Received: nothing
      Fix:      cast it first, e.g. tf.cast(term1, 'float32')]
    `)
    expect(() =>
      runKernel('AeTotalOfTermsGradient', { dy: term0 }, { weights: [1], lengths: [2] }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`AeTotalOfTermsGradient\` received \`dy\` of the wrong shape.

      Expected: []
      Received: [2]]
    `)
  })
})
