import { gather, slice, stridedSlice, tensor, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test.each(['float32', 'int32', 'bool'] as const)('every second element of %s is of that type', (dtype) => {
  const values = dtype === 'bool' ? [1, 0, 0, 1, 1, 1] : [16_777_217, 2, -3, 4, 5, 6]
  expectNoLeak(() => {
    const x = tensor(values, [6], dtype)
    const out = stridedSlice(x, [0], [6], [2])
    expect(out.dtype).toBe(dtype)
    const kept = dtype === 'float32' ? values.map(Math.fround) : values
    expect(take(out, stridedSlice(x, [5], [0], [-2]))).toEqual([
      [kept[0], kept[2], kept[4]],
      [kept[5], kept[3], kept[1]],
    ])
    x.dispose()
  })
})

test.each([
  [[4], [2], [4]],
  [
    [3, 4],
    [0, 3],
    [3, 2],
  ],
  [[4], [-2], [1]],
  [[4], [5], [-1]],
  [[2, 2, 2, 2, 2], [0, 0, 0, 0, 1], [2]],
])('of a tensor %j no slice from %j of %j is taken', (shape, begin, size) => {
  const x = floats(
    Array.from({ length: shape.reduce((all, length) => all * length, 1) }, (_, i) => i),
    shape,
  )
  const before = [...x.dataSync()]
  expectNoLeak(() => {
    const isInside = begin.length === 5
    const taken = () => runKernel('Slice', { x }, { begin, size: isInside ? [2, 2, 2, 2, 2] : size })
    expect(taken).toThrow('`slice` reaches beyond its tensor.')
  })
  expect([...x.dataSync()]).toEqual(before)
})

test('a slice beyond a tensor is refused by a text that says what was asked for', () => {
  expect(() => slice(floats([1, 2, 3, 4], [4]), [2], [4])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`slice\` reaches beyond its tensor.

    Tensor: [4]
    Begin:  [2]
    Size:   [4]]
  `)
})

test('slices of part of the axes, to the end, are taken', () => {
  const x = floats([1, 2, 3, 4, 5, 6], [2, 3])
  expect(take(slice(x, 1), slice(x, [0, 1]), slice(x, [0, 3]), slice(x, [1, 1], [1, 2]))).toEqual([
    [4, 5, 6],
    [2, 3, 5, 6],
    [],
    [5, 6],
  ])
})

test.each(['float32', 'int32', 'bool'] as const)(
  'with batch axes, entries of %s are those of the same batch',
  (dtype) => {
    const values = dtype === 'bool' ? [1, 0, 0, 1, 0, 1, 1, 0] : [1, 2, 3, 4, 5, 6, 7, 8]
    const x = tensor(values, [2, 2, 2], dtype)
    const at = (...places: number[]) => places.map((place) => values[place])
    const indices = tensor([1, 0], [2, 1], 'int32')
    const two = tensor([1, 0, 0, 1], [2, 2], 'int32')
    expect(
      take(gather(x, indices, 1, 1), gather(x, indices, 2, 1), gather(x, two, 2, 2), gather(x, indices, -1, -1)),
    ).toEqual([at(2, 3, 4, 5), at(1, 3, 4, 6), at(1, 2, 4, 7), at(1, 3, 4, 6)])
  },
)

test('of nothing, nothing is taken, in the right shape', () => {
  const indices = tensor([2, 0], [2, 1], 'int32')
  expect(gather(tensor([], [0, 3]), indices, 1).shape).toEqual([0, 2, 1])
})

test('an index that is not in its batch is refused, and nothing leaks', () => {
  const [x, indices] = [floats([1, 2, 3, 4], [2, 2]), tensor([1, 2], [2, 1], 'int32')]
  expectNoLeak(() => {
    expect(() => gather(x, indices, 1, 1)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`gather\` received an index that lies outside.

      Expected: indices into [2]
      Received: 2]
    `)
  })
})

test.each([
  [1, 2, [2, 2]],
  [0, 1, [2, 2]],
  [1, 1, [3, 2]],
])('along axis %i, %i batch axes of indices %j are refused where they do not fit', (axis, batchAxes, shape) => {
  const x = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])
  const indices = zeros(shape, 'int32')
  expect(() => gather(x, indices, axis, batchAxes)).toThrow(/batchDims|should be equal/)
})
