import { fusedKernels } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import { zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** What is compared with the target, as a function of the input, and its derivative. */
const kinds = [
  {
    kernel: fusedKernels.sumOfSquares,
    gradientKernel: fusedKernels.sumOfSquaresGradient,
    input: 'prediction',
    value: (x: number) => x,
    slope: () => 1,
  },
  {
    kernel: fusedKernels.sumOfSquaresOfSigmoid,
    gradientKernel: fusedKernels.sumOfSquaresOfSigmoidGradient,
    input: 'output',
    value: sigmoid,
    slope: (x: number) => sigmoid(x) * (1 - sigmoid(x)),
  },
] as const

describe.each(kinds)('$kernel', ({ kernel, gradientKernel, input, value, slope }) => {
  test.each([
    [1, 1],
    [3, 2],
    [2, 7],
    [4, 785],
  ])('of batch %i and %i features is within 5e-7 of float64, and its gradient within 1e-6', (batch, features) => {
    const x = numbers('x', batch * features, 2)
    const target = numbers('target', batch * features)
    const dy = numbers('dy', batch)
    const row = (i: number) => Math.floor(i / features)
    const squares = new Array<number>(batch).fill(0)
    for (const [i, v] of x.entries()) squares[row(i)] = Number(squares[row(i)]) + (value(v) - Number(target[i])) ** 2
    const gradient = x.map((v, i) => 2 * Number(dy[row(i)]) * (value(v) - Number(target[i])) * slope(v))
    expectNoLeak(() => {
      const inputs = { [input]: floats(x, [batch, features]), target: floats(target, [batch, features]) }
      const outputs = runKernel(kernel, inputs)
      expect(outputs.map(({ shape }) => shape)).toEqual([[batch]])
      expectClose(take(...outputs)[0] ?? [], squares, { relative: 5e-7 })
      const upstream = floats(dy, [batch])
      const gradients = runKernel(gradientKernel, { ...inputs, dy: upstream })
      expect(gradients.map(({ shape }) => shape)).toEqual([[batch, features]])
      expectClose(take(...gradients)[0] ?? [], gradient, { absolute: 1e-6 * largest(gradient) })
      for (const tensor of [...Object.values(inputs), upstream]) tensor.dispose()
    })
  })

  test('refuses shapes that do not fit, and nothing leaks', () => {
    const [x, other, dy] = [zeros([2, 3]), zeros([3, 2]), zeros([3])]
    expectNoLeak(() => {
      expect(() => runKernel(kernel, { [input]: x, target: other })).toThrow(
        `\`${kernel}\` received \`target\` of the wrong shape.`,
      )
      expect(() => runKernel(gradientKernel, { [input]: x, target: x, dy })).toThrow(
        `\`${gradientKernel}\` received \`dy\` of the wrong shape.`,
      )
    })
  })
})

test('not a number in one row stays in that row', () => {
  const output = floats([Number.NaN, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 5])
  const [values] = take(...runKernel(fusedKernels.sumOfSquaresOfSigmoid, { output, target: zeros([2, 5]) }))
  expect(values).toEqual([Number.NaN, 1.25])
})
