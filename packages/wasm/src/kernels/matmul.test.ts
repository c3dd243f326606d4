import { expectClose } from '@ae/library/testing'
import { BatchMatMul, matMul, tensor, tidy, transpose, zeros } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const cases = [
  { transposeA: false, transposeB: false },
  { transposeA: true, transposeB: false },
  { transposeA: false, transposeB: true },
  { transposeA: true, transposeB: true },
]

// Odd lengths, every remainder of the tiles of 6 x 8 and 4 x 8, and lengths beyond each block of assembly/matmul.ts.
const sizes = [
  [1, 1, 1],
  [1, 7, 1],
  [3, 5, 7],
  [4, 4, 8],
  [5, 3, 9],
  [6, 1, 10],
  [7, 11, 13],
  [31, 17, 29],
  [130, 258, 3],
  [2, 515, 261],
  [133, 300, 270],
  [131, 8201, 9],
] as const

describe.each(cases)('matMul with $transposeA and $transposeB for its transposes', ({ transposeA, transposeB }) => {
  test.each(sizes)('[%i, %i] times [.., %i] is within 1e-6 of the float64 product', (m, k, n) => {
    const aShape = transposeA ? [k, m] : [m, k]
    const bShape = transposeB ? [n, k] : [k, n]
    const a = numbers('a', m * k)
    const b = numbers('b', k * n)
    const expected = product(a, b, [m, k, n], transposeA, transposeB)
    expectNoLeak(() => {
      const [x, y] = [floats(a, aShape), floats(b, bShape)]
      const out = matMul(x, y, transposeA, transposeB)
      expect(out.shape).toEqual([m, n])
      expectClose(take(out)[0] ?? [], expected, { absolute: 1e-6 * largest(expected) })
      x.dispose()
      y.dispose()
    })
  })

  test.each([
    [[3], [3]],
    [[3], [1]],
    [[1], [3]],
    [
      [2, 1],
      [1, 3],
    ],
    [[2, 3], []],
    [[], [2, 3]],
    [[2, 3], [3]],
    [
      [4, 1, 2],
      [3, 1],
    ],
  ])('the batch axes %j and %j broadcast', (aBatch, bBatch) => {
    const [m, k, n] = [5, 6, 9] as const
    const a = numbers('a', count(aBatch) * m * k)
    const b = numbers('b', count(bBatch) * k * n)
    const x = floats(a, [...aBatch, ...(transposeA ? [k, m] : [m, k])])
    const y = floats(b, [...bBatch, ...(transposeB ? [n, k] : [k, n])])
    const out = matMul(x, y, transposeA, transposeB)
    const rank = Math.max(aBatch.length, bBatch.length)
    const batch = Array.from({ length: rank }, (_, axis) =>
      Math.max(aBatch.at(axis - rank) ?? 1, bBatch.at(axis - rank) ?? 1),
    )
    const expected = batchIndices(batch).flatMap((index) => {
      const aAt = flatIndex(index, aBatch) * m * k
      const bAt = flatIndex(index, bBatch) * k * n
      return product(a.slice(aAt, aAt + m * k), b.slice(bAt, bAt + k * n), [m, k, n], transposeA, transposeB)
    })
    expect(out.shape).toEqual([...batch, m, n])
    expectClose(take(out)[0] ?? [], expected, { absolute: 1e-6 * largest(expected) })
  })
})

test('products of any lengths up to 40 are within 1e-6 of the float64 product', () => {
  const length = fc.integer({ min: 1, max: 40 })
  const check = (m: number, k: number, n: number, transposeA: boolean, transposeB: boolean) => {
    const [a, b] = [numbers('a', m * k), numbers('b', k * n)]
    const x = floats(a, transposeA ? [k, m] : [m, k])
    const y = floats(b, transposeB ? [n, k] : [k, n])
    const expected = product(a, b, [m, k, n], transposeA, transposeB)
    expectClose(take(matMul(x, y, transposeA, transposeB))[0] ?? [], expected, { absolute: 1e-6 * largest(expected) })
    x.dispose()
    y.dispose()
  }
  expectNoLeak(() => fc.assert(fc.property(length, length, length, fc.boolean(), fc.boolean(), check)))
})

test('lengths of zero give an empty product, or zeros', () => {
  expect(matMul(zeros([0, 3]), zeros([3, 2])).shape).toEqual([0, 2])
  expect(matMul(zeros([0, 2, 3]), zeros([1, 3, 4])).shape).toEqual([0, 2, 4])
  expect(take(matMul(zeros([2, 0]), zeros([0, 3])))).toEqual([[0, 0, 0, 0, 0, 0]])
})

test('a product that is not a number stays one', () => {
  const [values] = take(matMul(tensor([[Number.NaN, 1, 1, 1, 1]]), zeros([5, 9])))
  expect(values?.every(Number.isNaN)).toBe(true)
})

describe.each([
  [131, 803, 37],
  [35, 9001, 9],
])('a first factor that is mostly zeros, as digits are, of %i and %i', (m, k, n) => {
  // Nine of ten depths are zero for eight rows together, so that most panels leave most depths out.
  const sparse = numbers('a', m * k).map((value, at) => {
    const [row, depth] = [Math.floor(at / k), at % k]
    return (Math.floor(row / 8) * 31 + depth * 7) % 10 === 0 ? value : 0
  })
  const b = numbers('b', k * n)

  test.each(cases)('gives the bits that it gives among other rows ($transposeA, $transposeB)', (transposes) => {
    const { transposeA, transposeB } = transposes
    const rows = (count: number, values: readonly number[]) =>
      transposeA ? tidy(() => transpose(floats(values, [count, k]))) : floats(values, [count, k])
    const y = transposeB ? tidy(() => transpose(floats(b, [k, n]))) : floats(b, [k, n])
    const few = rows(m, sparse)
    const many = rows(4 * m, [...sparse, ...numbers('others', 3 * m * k)]) // too few zeros to look for
    const [alone = []] = take(matMul(few, y, transposeA, transposeB))
    const [among = []] = take(matMul(many, y, transposeA, transposeB))
    expect(alone).toEqual(among.slice(0, m * n))
    const expected = product(sparse, b, [m, k, n], false, false)
    expectClose(alone, expected, { absolute: 1e-6 * largest(expected) })
  })

  test('makes NaN of its zeros times infinity', () => {
    const y = floats(b.with(5 * n + 3, Number.POSITIVE_INFINITY).with(700 * n + 4, Number.NaN), [k, n])
    const [values = []] = take(matMul(floats(sparse, [m, k]), y))
    const column = (j: number) => Array.from({ length: m }, (_, i) => values[i * n + j])
    const expected = Array.from({ length: m }, (_, i) => (sparse[i * k + 5] ?? 0) * Number.POSITIVE_INFINITY)
    expect(column(3)).toEqual(expected)
    expect(column(4)).toEqual(expected.map(() => Number.NaN))
    expect([...column(2), ...column(5)].every(Number.isFinite)).toBe(true)
  })
})

test('a vector is refused, as it is on other backends', () => {
  const [matrix, vector] = [zeros([2, 3]), zeros([3])]
  expectNoLeak(() => {
    expect(() => matMul(matrix, vector)).toThrow('[2, 3] times [3]')
    expect(() => matMul(vector, matrix)).toThrow('[3] times [2, 3]')
    expect(() => matMul(vector, vector)).toThrow('[3] times [3]')
  })
})
test.each(cases)(
  'products of integers are exact, with $transposeA and $transposeB for their transposes',
  (transposes) => {
    const { transposeA, transposeB } = transposes
    const [m, k, n] = [3, 4, 5] as const
    const a = numbers('a', 2 * m * k).map((value) => Math.round(value * 1e4))
    const b = numbers('b', k * n).map((value) => Math.round(value * 1e4) + 2 ** 20)
    const expected = [a.slice(0, m * k), a.slice(m * k)].flatMap((part) =>
      product(part, b, [m, k, n], transposeA, transposeB),
    )
    expectNoLeak(() => {
      const x = tensor(a, [2, ...(transposeA ? [k, m] : [m, k])], 'int32')
      const y = tensor(b, transposeB ? [n, k] : [k, n], 'int32')
      const out = matMul(x, y, transposeA, transposeB)
      expect([out.dtype, out.shape]).toEqual(['int32', [2, m, n]])
      expect(take(out)[0]).toEqual(expected.map((value) => value | 0))
      x.dispose()
      y.dispose()
    })
  },
)

test('factors that do not fit are refused, and nothing leaks', () => {
  const [x, y, z] = [zeros([2, 2, 3]), zeros([3, 3, 4]), zeros([2, 3], 'bool')]
  const wide = zeros([2, 3])
  expectNoLeak(() => {
    expect(() => matMul(x, y)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`matMul\` received factors that do not fit each other.

      Expected: rank 2 at least, inner lengths that are equal, and batch axes that are equal or 1
      Received: [2, 2, 3] times [3, 3, 4]]
    `)
    expect(() => runKernel(BatchMatMul, { a: wide, b: wide })).toThrow('[2, 3] times [2, 3]')
    expect(() => runKernel(BatchMatMul, { a: wide, b: wide }, { transposeA: true, transposeB: true })).toThrow(
      '[2, 3] transposed times [2, 3] transposed',
    )
    expect(() => matMul(z, z, false, true)).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`matMul\` received a bad \`a\`.

      Expected: a float32 tensor
      Received: a tensor of bool
      Fix:      cast it first, e.g. tf.cast(a, 'float32')]
    `)
  })
})

/** The product of two matrices in float64. */
function product(
  a: readonly number[],
  b: readonly number[],
  [m, k, n]: readonly [number, number, number],
  transposeA: boolean,
  transposeB: boolean,
): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    let sum = 0
    for (let p = 0; p < k; p++) {
      sum += Number(a[transposeA ? p * m + i : i * k + p]) * Number(b[transposeB ? j * k + p : p * n + j])
    }
    return sum
  })
}

function count(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1)
}

/** Every index into a shape, in row-major order. */
function batchIndices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (indices, length) => indices.flatMap((index) => Array.from({ length }, (_, i) => [...index, i])),
    [[]],
  )
}

/** Where the index of a broadcast batch lies in a source, whose axes of length 1 repeat. */
function flatIndex(index: readonly number[], shape: readonly number[]): number {
  const own = index.slice(index.length - shape.length)
  return shape.reduce((flat, length, axis) => flat * length + (length === 1 ? 0 : Number(own[axis])), 0)
}
