import { expectClose } from '@ae/library/testing'
import { add, max, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { expectNoLeak, floats, numbers, runKernel, take, webglBackend } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'
import { compiledPrograms } from './programs.ts'

beforeAll(() => webgl.activate())

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
