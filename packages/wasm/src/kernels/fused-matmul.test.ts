import { expectClose } from '@ae/library/testing'
import { _FusedMatMul, fused, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

// As in tfjs: the slope of leakyrelu is an attribute, that of prelu a tensor of one slope a column.
const activations = {
  linear: (x: number) => x,
  relu: (x: number) => Math.max(x, 0),
  relu6: (x: number) => Math.min(Math.max(x, 0), 6),
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  elu: (x: number) => (x > 0 ? x : Math.expm1(x)),
  leakyrelu: (x: number) => (x > 0 ? x : 0.3 * x),
  prelu: (x: number, column: number) => (x > 0 ? x : (column + 1) * 0.125 * x),
}

const [m, k, n] = [7, 5, 11] as const
const a = numbers('a', 2 * m * k, 3)
const b = numbers('b', 2 * k * n, 3)
const bias = numbers('bias', n)

describe.each(Object.keys(activations) as (keyof typeof activations)[])('fused.matMul with %s', (activation) => {
  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('and transposes %s, %s is within 1e-6 of float64, for a batch of matrices', (transposeA, transposeB) => {
    const expected = [0, 1].flatMap((batch) =>
      Array.from({ length: m * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n]
        let sum = Number(bias[j])
        for (let p = 0; p < k; p++) {
          const left = Number(a[batch * m * k + (transposeA ? p * m + i : i * k + p)])
          sum += left * Number(b[batch * k * n + (transposeB ? j * k + p : p * n + j)])
        }
        return activations[activation](sum, j)
      }),
    )
    expectNoLeak(() => {
      const inputs = [
        floats(a, [2, ...(transposeA ? [k, m] : [m, k])]),
        floats(b, [2, ...(transposeB ? [n, k] : [k, n])]),
        floats(bias, [n]),
        floats(
          Array.from({ length: n }, (_, column) => (column + 1) * 0.125),
          [n],
        ),
      ] as const
      const [x, y, offset, slopes] = inputs
      const out = fused.matMul({
        a: x,
        b: y,
        transposeA,
        transposeB,
        bias: offset,
        activation,
        leakyreluAlpha: 0.3,
        preluActivationWeights: slopes,
      })
      expect(out.shape).toEqual([2, m, n])
      expectClose(take(out)[0] ?? [], expected, { absolute: 1e-6 * largest(expected) })
      for (const input of inputs) input.dispose()
    })
  })
})

test('a bias may be absent', () => {
  const [x, y] = [floats([-1, 2], [1, 2]), floats([3, 4], [2, 1])]
  expect(take(fused.matMul({ a: x, b: y }), fused.matMul({ a: y, b: x, activation: 'relu' }))).toEqual([
    [5],
    [0, 6, 0, 8],
  ])
})

test('a bias of another length and an unknown activation are refused, and nothing leaks', () => {
  const [x, y, bad] = [zeros([1, 2, 3]), zeros([1, 3, 4]), zeros([3])]
  expectNoLeak(() => {
    expect(() =>
      runKernel(_FusedMatMul, { a: x, b: y, bias: bad }, { activation: 'relu' }),
    ).toThrowErrorMatchingInlineSnapshot(`
        [ShapeError: \`fused.matMul\` received \`bias\` of the wrong shape.

        Expected: [4]
        Received: [3]]
      `)
    expect(() =>
      runKernel(_FusedMatMul, { a: x, b: y }, { activation: 'softmax' }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`fused.matMul\` on the wasm backend received an unknown \`activation\`.

      Expected: linear, relu, sigmoid, tanh, elu, leakyrelu, prelu, relu6
      Received: softmax]
    `)
  })
})
