import { oneHot, pad, reverse, type Tensor, tensor, where } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectWithinTensors } from '../testing/canaries.ts'
import { expectNoLeak, floats, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const types = ['float32', 'int32', 'bool'] as const
const bits = [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1]

describe.each(types)('%s', (dtype) => {
  const one = (values: readonly number[], shape: number[]) => tensor([...values], shape, dtype)

  test('is chosen where a condition holds', () => {
    expectWithinTensors(() => {
      const [yes, no] = [one(bits, [12]), one(bits.toReversed(), [12])]
      const condition = tensor([0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0], [12], 'bool')
      const expected = bits.map((bit, i) => ([1, 2, 5, 7, 8, 10].includes(i) ? bit : bits[11 - i]))
      const out = where(condition, yes, no)
      expect(out.dtype).toBe(dtype)
      expect(take(out)).toEqual([expected])
    })
  })

  test('is chosen by rows, and by a condition that broadcasts', () => {
    const [yes, no] = [one([1, 1, 1, 1], [2, 2]), one([0, 0, 0, 0], [2, 2])]
    const rows = tensor([0, 1], [2], 'bool')
    expect(take(...runKernel('Select', { condition: rows, t: yes, e: no }))).toEqual([[0, 0, 1, 1]])
    expect(take(where(tensor([0, 1], [1, 2], 'bool'), yes, no))).toEqual([[0, 1, 0, 1]])
  })

  test('is reversed along some axes, and along all', () => {
    expectWithinTensors(() => {
      const x = one(bits, [3, 4])
      const rows = [bits.slice(0, 4), bits.slice(4, 8), bits.slice(8)]
      expect(take(reverse(x, 0), reverse(x, -1), reverse(x), reverse(one(bits, [12])))).toEqual([
        rows.toReversed().flat(),
        rows.flatMap((row) => row.toReversed()),
        bits.toReversed(),
        bits.toReversed(),
      ])
    })
  })

  test('is one-hot, and nothing outside the classes', () => {
    expectWithinTensors(() => {
      const out = oneHot(tensor([2, -1, 0, 3], [4], 'int32'), 3, 1, 0, dtype)
      expect(out.dtype).toBe(dtype)
      expect(take(out)).toEqual([[0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0]])
    })
  })

  test('negative paddings are refused, and nothing leaks', () => {
    const x = one(bits, [3, 4])
    expectNoLeak(() => {
      expect(() =>
        pad(x, [
          [0, 0],
          [-1, 0],
        ]),
      ).toThrowErrorMatchingInlineSnapshot(`
        [ShapeError: \`pad\` received negative \`paddings\`.

        Expected: integers of at least 0
        Received: [[0,0],[-1,0]]
        Fix:      use tf.slice to make a tensor smaller]
      `)
    })
  })
})

test('one-hot takes numbers with fractions', () => {
  expect(take(oneHot(tensor([1], [1], 'int32'), 2, 0.5, -2, 'float32'))).toEqual([[-2, 0.5]])
})

test('a choice of two types is of the wider one', () => {
  const condition = tensor([1, 0], [2], 'bool')
  const choose = (t: Tensor, e: Tensor) => runKernel('Select', { condition, t, e })[0]
  const out = choose(tensor([7, 8], [2], 'int32'), floats([0.5, 1.5], [2]))
  expect(out?.dtype).toBe('float32')
  expect(out && take(out)).toEqual([[7, 1.5]])
  expect(choose(tensor([1, 0], [2], 'bool'), tensor([5, 6], [2], 'int32'))?.dtype).toBe('int32')
})

test('tensors that do not broadcast are not chosen from', () => {
  const condition = tensor([1, 0], [2], 'bool')
  expect(() =>
    runKernel('Select', { condition, t: floats([1, 2], [2]), e: floats([1, 2, 3], [3]) }),
  ).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`where\` received tensors that do not broadcast to one shape.

    Received: [2], [2], [3]]
  `)
})

test('NaN surrounds what it is to surround, and spoils no other padding', () => {
  const x = floats([1, 2], [1, 2])
  const around = (value: number) =>
    take(
      pad(
        x,
        [
          [0, 1],
          [1, 0],
        ],
        value,
      ),
    )[0]
  expect(around(Number.NaN)).toEqual([Number.NaN, 1, 2, Number.NaN, Number.NaN, Number.NaN])
  expect(around(-2.5)).toEqual([-2.5, 1, 2, -2.5, -2.5, -2.5])
  expect(around(Number.NaN)?.[0]).toBeNaN()
})

test('an axis that a tensor has not is not reversed', () => {
  const x = floats([1, 2, 3, 4], [2, 2])
  expectNoLeak(() => {
    expect(() => runKernel('Reverse', { x }, { dims: [2] })).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`reverse\` received an axis that its tensor does not have.

      Tensor:   [2, 2]
      Received: [2]]
    `)
    for (const axis of [-3, 0.5]) expect(() => reverse(x, axis)).toThrow('`reverse` received an axis')
  })
})
