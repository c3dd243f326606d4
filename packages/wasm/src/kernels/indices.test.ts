import {
  gatherND,
  image,
  scatterND,
  sparseToDense,
  type Tensor,
  tensor,
  tensor1d,
  tensor2d,
  tensor4d,
  tensorScatterUpdate,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectWithinTensors } from '../testing/canaries.ts'
import { expectNoLeak, floats, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const x = () => floats([1, 2, 3, 4, 5, 6], [3, 2])
const rows = (...indices: number[]) => tensor(indices, [indices.length, 1], 'int32')

const ops: readonly [string, (last: number) => Tensor, number[]][] = [
  ['gatherND', (last) => gatherND(x(), rows(0, last)), [1, 2, 5, 6]],
  ['gatherND', (last) => gatherND(x(), tensor([0, 1, last, 0], [2, 2], 'int32')), [2, 5]],
  ['scatterND', (last) => scatterND(rows(0, last), floats([7, 8], [2]), [3]), [7, 0, 8]],
  ['tensorScatterUpdate', (last) => tensorScatterUpdate(x(), rows(last), floats([7, 8], [1, 2])), [1, 2, 3, 4, 7, 8]],
  ['sparseToDense', (last) => sparseToDense(tensor([0, last], [2], 'int32'), floats([7, 8], [2]), [3], 9), [7, 9, 8]],
  [
    'sparseToDense',
    (last) => sparseToDense(tensor([0, 1, last, 0], [2, 2], 'int32'), floats([7, 8], [2]), [3, 2], 0),
    [0, 7, 0, 0, 8, 0],
  ],
  [
    'cropAndResize',
    (last) =>
      image.cropAndResize(
        tensor4d([1, 2, 3], [3, 1, 1, 1]),
        tensor2d([0, 0, 1, 1], [1, 4]),
        tensor1d([last], 'int32'),
        [1, 1],
      ),
    [3],
  ],
]

test('single indices are rows of one where an axis of two is filled', () => {
  const rows = floats([1, 2, 3, 4], [2, 2])
  expect(take(scatterND(tensor([2, 0], [2], 'int32'), rows, [3, 2]))).toEqual([[3, 4, 0, 0, 1, 2]])
  expect(take(gatherND(rows, tensor([1, 0], [2], 'int32')))).toEqual([[3]])
})

test.each(ops)('%s takes indices that are inside, and refuses others', (name, op, expected) => {
  expect(take(op(2))).toEqual([expected])
  expectWithinTensors(() => {
    for (const outside of [3, 99, -1]) {
      const attempt = () => {
        try {
          return op(outside)
        } catch (error) {
          return String(error)
        }
      }
      expect(attempt()).toMatch(
        new RegExp(`\`${name}\` received an index that lies outside.*Received: ${outside}`, 'is'),
      )
    }
  })
})

test('nothing leaks where an index is refused', () => {
  const [params, indices] = [x(), rows(5)]
  expectNoLeak(() => {
    expect(() => gatherND(params, indices)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`gatherNd\` received an index that lies outside.

      Expected: indices into [3, 2]
      Received: 5]
    `)
  })
})
