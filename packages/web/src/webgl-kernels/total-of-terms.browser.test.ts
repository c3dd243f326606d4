import { expectClose } from '@ae/library/testing'
import { add, max, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { expectNoLeak, floats, numbers, runKernel, take, webglBackend } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'
import { compiledPrograms } from './programs.ts'

beforeAll(() => webgl.activate())

test.each([
  { shapes: [[1]], weights: [1] },
  { shapes: [[128], [128]], weights: [1, 0.5] },
  { shapes: [[7], [], [7]], weights: [2, 3, 0] },
  { shapes: [[3], [3], [3], [3], [3], []], weights: [1, -1, 0.25, 6, 1, 2] },
  { shapes: [[20_001], [129]], weights: [1, 4] },
])('means and total of terms $shapes with weights $weights are within 1e-6 of float64', ({ shapes, weights }) => {
  const terms = shapes.map(([length = 1], i) => numbers(`term${i}`, length).map((x) => x * x))
  const means = terms.map((values) => values.reduce((sum, x) => sum + x, 0) / values.length)
  const total = means.reduce((sum, mean, i) => sum + mean * Number(weights[i]), 0)
  const size = means.reduce((sum, mean, i) => sum + Math.abs(mean * Number(weights[i])), 0)
  expectNoLeak(() => {
    const inputs = Object.fromEntries(terms.map((values, i) => [`term${i}`, floats(values, shapes[i] ?? [])]))
    const outputs = runKernel('AeTotalOfTerms', inputs, { weights })
    expect(outputs.map(({ shape }) => shape)).toEqual([...shapes.map(() => []), []])
    const values = take(...outputs).flat()
    expectClose(values.slice(0, -1), means, { relative: 1e-6 })
    expectClose(values.slice(-1), [total], { absolute: 1e-6 * size })
    for (const input of Object.values(inputs)) input.dispose()
  })
})

test.each(['on the CPU', 'on the GPU'])(
  'the gradient of each term is its weight over its length, with dy %s',
  (place) => {
    const [weights, lengths] = [
      [1, 0.5, 3, 2, -4, 0],
      [7, 128, -1, 7, 1, 7],
    ]
    const factors = lengths.map((length, i) => (1.5 * Number(weights[i])) / Math.max(1, length))
    expectNoLeak(() => {
      const dy = place === 'on the CPU' ? floats([1.5], []) : onGpu(1.5)
      const outputs = runKernel('AeTotalOfTermsGradient', { dy }, { weights, lengths })
      expect(outputs.map(({ shape }) => shape)).toEqual(lengths.map((length) => (length === -1 ? [] : [length])))
      for (const [i, values] of take(...outputs).entries()) {
        expectClose(
          values,
          values.map(() => Number(factors[i])),
          { relative: 1e-6 },
        )
      }
      dy.dispose()
    })
  },
)

test('weights that change from step to step compile nothing', () => {
  const term0 = floats(numbers('term', 8), [8])
  const run = (weight: number) => {
    take(...runKernel('AeTotalOfTerms', { term0 }, { weights: [weight] }))
    take(...runKernel('AeTotalOfTermsGradient', { dy: floats([1], []) }, { weights: [weight], lengths: [8] }))
  }
  run(1)
  const before = compiledPrograms(webglBackend())
  for (let step = 1; step <= 10; step++) run(step / 10)
  expect(compiledPrograms(webglBackend())).toBe(before)
})

/** A scalar that tfjs holds in a texture alone. */
function onGpu(value: number): Tensor {
  const many = floats(new Array(1000).fill(value / 2), [1000])
  const doubled = add(many, many)
  const scalar = max(doubled)
  many.dispose()
  doubled.dispose()
  return scalar
}
