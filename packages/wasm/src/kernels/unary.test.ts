import { expectClose } from '@ae/library/testing'
import { exp, leakyRelu, softplus, type Tensor, tanh, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const functions: readonly [name: string, op: (x: Tensor) => Tensor, reference: (x: number) => number][] = [
  ['exp', exp, Math.exp],
  ['tanh', tanh, Math.tanh],
  ['softplus', softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  ['leakyRelu', (x) => leakyRelu(x, 0.3), (x) => (x < 0 ? 0.3 * x : x)],
]

test.each(functions)('%s is within 3e-7 of float64, relative to each number', (_, op, reference) => {
  const x = Array.from({ length: 4001 }, (_, i) => Math.fround((i - 2000) / 40))
  expectNoLeak(() => {
    const input = floats(x, [4001])
    const expected = x.map(reference)
    // Below the smallest normal number fewer digits are left.
    expectClose(take(op(input))[0] ?? [], expected, { relative: 3e-7, absolute: 2 ** -149 })
    input.dispose()
  })
})

test.each(functions)('%s keeps NaN, and has its limits', (_, op, reference) => {
  const x = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1000, -1000]
  const expected = x.map((value) => Math.fround(reference(value)))
  const [values] = take(op(floats(x, [2, 3])))
  expect(values?.slice(0, 5)).toEqual(
    expected.slice(0, 5).map((value, i) => (i === 3 ? expect.closeTo(value, 6) : value)),
  )
  expect(values?.[5]).toBeCloseTo(Number(expected[5]), 3)
})

test('nothing gives nothing', () => {
  expect(take(exp(zeros([0, 3])))).toEqual([[]])
})
