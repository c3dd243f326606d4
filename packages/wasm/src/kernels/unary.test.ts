import { expectClose } from '@ae/library/testing'
import {
  clipByValue,
  exp,
  leakyRelu,
  log1p,
  relu6,
  selu,
  sign,
  softplus,
  type Tensor,
  tanh,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const functions: readonly [name: string, op: (x: Tensor) => Tensor, reference: (x: number) => number][] = [
  ['exp', exp, Math.exp],
  ['tanh', tanh, Math.tanh],
  ['softplus', softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  ['clipByValue', (x) => clipByValue(x, -1.5, 2.5), (x) => Math.min(Math.max(x, -1.5), 2.5)],
  ['relu6', relu6, (x) => Math.min(Math.max(x, 0), 6)],
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

test('log1p is within 3e-7 of float64, relative to each number, down to the smallest', () => {
  const magnitudes = Array.from({ length: 1200 }, (_, i) => Math.fround(2 ** (i / 4 - 149)))
  const x = [...magnitudes, ...magnitudes.filter((value) => value < 1).map((value) => -value)]
  const near = Array.from({ length: 2000 }, (_, i) => Math.fround(i / 500 - 0.999))
  const all = [...x, ...near].filter(Number.isFinite)
  const [values] = take(log1p(floats(all, [all.length])))
  expectClose(values ?? [], all.map(Math.log1p), { relative: 3e-7, absolute: 2 ** -149 })
})

test('log1p has its limits', () => {
  const x = [-1, -2, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, 3.4e38]
  const [values] = take(log1p(floats(x, [6])))
  expect(values?.slice(0, 5)).toEqual(x.slice(0, 5).map(Math.log1p))
  expect(values?.[5]).toBeCloseTo(Math.log1p(3.4e38), 4)
})

test('the sign is that of the smallest numbers too, and 0 of NaN', () => {
  const x = [1e-45, -1e-45, 1e-8, -1e-8, 0, -0, Number.NaN, Number.POSITIVE_INFINITY, -3]
  expect(take(sign(floats(x, [9])))).toEqual([[1, -1, 1, -1, 0, 0, 0, 1, -1]])
})

test('selu of what is small has all its digits', () => {
  const [values] = take(selu(floats([-1e-7, -2, 3], [3])))
  const scale = 1.0507009873554805
  const negative = (x: number) => scale * 1.6732632423543772 * Math.expm1(x)
  expectClose(values ?? [], [negative(Math.fround(-1e-7)), negative(-2), scale * 3], { relative: 3e-7 })
})

test.each([
  ['int32', [-2, 0, 3]],
  ['bool', [1, 0, 1]],
] as const)('of %s, functions are those of its numbers', (dtype, x) => {
  const names = ['Abs', 'Cos', 'Exp', 'Log1p', 'Neg', 'Reciprocal', 'Relu', 'Sign', 'Square', 'IsNan', 'ClipByValue']
  const functions = [Math.abs, Math.cos, Math.exp, Math.log1p, (v: number) => -v, (v: number) => 1 / v]
  const more = [(v: number) => Math.max(v, 0), Math.sign, (v: number) => v * v, () => 0, (v: number) => Math.min(v, 1)]
  for (const [i, f] of [...functions, ...more].entries()) {
    expectNoLeak(() => {
      const input = tensor([...x], [3], dtype)
      const [out] = runKernel(String(names[i]), { x: input }, { clipValueMin: -9, clipValueMax: 1 })
      const typed = (value: number) => (dtype === 'bool' ? Number(value !== 0) : value | 0)
      const expected = x.map((value) => (out?.dtype === 'float32' ? expect.closeTo(f(value), 6) : typed(f(value))))
      expect([names[i], ...(out ? take(out) : [])]).toEqual([names[i], expected])
      input.dispose()
    })
  }
})
