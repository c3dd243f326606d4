// A kernel cuts many rows into tasks. Each row must come out as it does alone: the bits of a batch are those of its parts.
import { Add, Exp, type NamedAttrMap, type NamedTensorMap, Sum, scalar, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

// More than two tasks of every kernel, and parts that are one.
const [rows, columns, rowsOfPart] = [1200, 60, 60]

/** Inputs by name: a number for each column, or one for each row. */
type Inputs = Readonly<Record<string, 'columns' | 'one'>>
const cases: Record<string, readonly [kernel: string, inputs: Inputs, attributes?: NamedAttrMap]> = {
  'the divergence of Gaussians': ['AeGaussianKl', { mean: 'columns', logVariance: 'columns' }],
  'its gradient': ['AeGaussianKlGradient', { mean: 'columns', logVariance: 'columns', dy: 'one' }],
  'a sample': ['AeReparameterize', { mean: 'columns', logVariance: 'columns', noise: 'columns' }],
  'the gradient of a sample': ['AeReparameterizeGradient', { logVariance: 'columns', noise: 'columns', dy: 'columns' }],
  'a loss': ['AeBernoulli', { logits: 'columns', target: 'columns' }],
  'the gradient of a loss': ['AeBernoulliGradient', { logits: 'columns', target: 'columns', dy: 'one' }],
  'the sum of each row': [Sum, { x: 'columns' }, { axis: 1 }],
  'a sum of two': [Add, { a: 'columns', b: 'columns' }],
  'a function of each number': [Exp, { x: 'columns' }],
}

test.each(Object.entries(cases))('%s', (_, [kernel, inputs, attributes]) => {
  const values = Object.entries(inputs).map(([name, each]) => {
    const width = each === 'one' ? 1 : columns
    return { name, width, all: Float32Array.from(numbers(name, rows * width)) }
  })
  const run = (first: number, count: number) =>
    take(
      ...tidy(() => {
        const given: NamedTensorMap = {}
        for (const { name, width, all } of values) {
          const part = all.slice(first * width, (first + count) * width)
          given[name] = tensor(part, width === 1 ? [count] : [count, width])
        }
        return runKernel(kernel, given, attributes)
      }),
    )
  const parts = Array.from({ length: rows / rowsOfPart }, (_, i) => run(i * rowsOfPart, rowsOfPart))
  for (const [output, whole] of run(0, rows).entries()) {
    const expected = parts.flatMap((part) => part[output] ?? [])
    expect(whole.length).toBe(expected.length)
    expect(whole.findIndex((value, i) => !Object.is(value, expected[i]))).toBe(-1)
  }
})

test('bytes', () => {
  const bytes = Uint8Array.from({ length: 100_003 }, (_, i) => i % 251)
  const [values = []] = take(...runKernel('AeByteFractions', { bytes: tensor(bytes, [bytes.length], 'bool') }))
  expect(values.findIndex((value, i) => value !== Math.fround(Number(bytes[i]) / 255))).toBe(-1)
})

test('the gradient of a sparsity, which is the same in each row', () => {
  const code = tensor(new Float32Array(rows * columns).fill(0.25), [rows, columns])
  const [values = []] = take(...runKernel('AeKlSparsityGradient', { code, dy: scalar(rows) }, { rate: 0.05 }))
  expect(values).toHaveLength(rows * columns)
  for (const value of new Set(values)) expect(value).toBeCloseTo(0.95 / 0.75 - 0.05 / 0.25, 5)
})

test('the gradient of a mean, which is the same everywhere', () => {
  const attributes = { weights: [3], lengths: [100_003] }
  const [values = []] = take(...runKernel('AeTotalOfTermsGradient', { dy: scalar(2) }, attributes))
  expect(values).toHaveLength(100_003)
  expect([...new Set(values)]).toEqual([Math.fround(2 * Math.fround(3 / 100_003))])
})
