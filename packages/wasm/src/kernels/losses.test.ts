import { expectClose } from '@ae/library/testing'
import { zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { differences, expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** What is compared with the target, as a function of the input, and its derivative. */
const kinds = [
  {
    kernel: 'AeSumOfSquares',
    gradientKernel: 'AeSumOfSquaresGradient',
    input: 'prediction',
    value: (x: number) => x,
    slope: () => 1,
  },
  {
    kernel: 'AeSumOfSquaresOfSigmoid',
    gradientKernel: 'AeSumOfSquaresOfSigmoidGradient',
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

test('squares: not a number in one row stays in that row', () => {
  const output = floats([Number.NaN, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 5])
  const [values] = take(...runKernel('AeSumOfSquaresOfSigmoid', { output, target: zeros([2, 5]) }))
  expect(values).toEqual([Number.NaN, 1.25])
})

describe.each([
  [1, 1],
  [3, 2],
  [2, 7],
  [4, 785],
])('Bernoulli of batch %i and %i features', (batch, features) => {
  const logits = numbers('logits', batch * features, 4)
  const target = numbers('target', batch * features).map((x) => Math.fround(1 / (1 + Math.exp(-x))))
  const dy = numbers('dy', batch)

  test('the loss is within 5e-7 of float64', () => {
    expectNoLeak(() => {
      const inputs = { logits: floats(logits, [batch, features]), target: floats(target, [batch, features]) }
      const outputs = runKernel('AeBernoulli', inputs)
      expect(outputs.map(({ shape }) => shape)).toEqual([[batch]])
      expectClose(take(...outputs)[0] ?? [], bernoulli(logits, target, features), { relative: 5e-7 })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })

  test('the gradient is within 1e-6 of float64 differences', () => {
    const expected = logits.map((_, i) => {
      const row = Math.floor(i / features)
      const one = (l: number[]) => Number(bernoulli(l, [Number(target[i])], 1)[0])
      return Number(dy[row]) * Number(differences(one, [Number(logits[i])])[0])
    })
    expectNoLeak(() => {
      const inputs = {
        logits: floats(logits, [batch, features]),
        target: floats(target, [batch, features]),
        dy: floats(dy, [batch]),
      }
      const outputs = runKernel('AeBernoulliGradient', inputs)
      expect(outputs.map(({ shape }) => shape)).toEqual([[batch, features]])
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 1e-6 })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })
})

test('logits from -100 to 100 give finite losses, each within 3e-7 of float64 relative to itself', () => {
  const logits = Array.from({ length: 2001 }, (_, i) => Math.fround((i - 1000) / 10))
  for (const t of [0, 1]) {
    const target = logits.map(() => t)
    const inputs = { logits: floats(logits, [logits.length, 1]), target: floats(target, [logits.length, 1]) }
    const [values = []] = take(...runKernel('AeBernoulli', inputs))
    // Below e^-87 float32 has subnormal numbers only, whose last digit is coarse.
    expectClose(values, bernoulli(logits, target, 1), { relative: 3e-7, absolute: 1e-44 })
  }
})

test('the gradient of extreme logits is exact', () => {
  const logits = [-1e30, -1000, -100, 0, 100, 1000, 1e30]
  const inputs = {
    logits: floats(logits, [1, 7]),
    target: floats([0, 0, 1, 1, 1, 1, 0], [1, 7]),
    dy: floats([2], [1]),
  }
  const [values] = take(...runKernel('AeBernoulliGradient', inputs))
  expect(values).toEqual([0, 0, -2, -1, 0, 0, 2])
})

test('Bernoulli: not a number in one row stays in that row', () => {
  const logits = floats([Number.NaN, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 5])
  const [values] = take(...runKernel('AeBernoulli', { logits, target: zeros([2, 5]) }))
  expect(values?.[0]).toBeNaN()
  expect(values?.[1]).toBeCloseTo(5 * Math.LN2, 5)
})

test('Bernoulli: shapes that do not fit are refused, and nothing leaks', () => {
  const inputs = { logits: zeros([2, 3]), target: zeros([3, 2]), dy: zeros([3]) }
  expectNoLeak(() => {
    expect(() => runKernel('AeBernoulli', inputs)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`AeBernoulli\` received \`target\` of the wrong shape.

      Expected: [2, 3]
      Received: [3, 2]]
    `)
    expect(() =>
      runKernel('AeBernoulliGradient', { ...inputs, target: inputs.logits }),
    ).toThrowErrorMatchingInlineSnapshot(`
        [ShapeError: \`AeBernoulliGradient\` received \`dy\` of the wrong shape.

        Expected: [2]
        Received: [3]]
      `)
  })
})

/** The sums over features of softplus(l) - l t, in float64. */
function bernoulli(logits: readonly number[], target: readonly number[], features: number): number[] {
  return Array.from({ length: logits.length / features }, (_, row) => {
    let sum = 0
    for (let i = row * features; i < (row + 1) * features; i++) {
      const [l, t] = [Number(logits[i]), Number(target[i])]
      // Without the cancellation of l against l t where t is 1.
      sum += (l > 0 ? l * (1 - t) : -l * t) + Math.log1p(Math.exp(-Math.abs(l)))
    }
    return sum
  })
}
