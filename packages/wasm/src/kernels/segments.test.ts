import { add, tensor, tensor1d, tensor2d, unsortedSegmentSum, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test('rows with one id are added; ids that name no sum are left out; a sum of nothing is 0', () => {
  expectNoLeak(() => {
    const x = tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5, 2])
    const ids = tensor1d([2, 0, 2, -1, 4], 'int32')
    const result = unsortedSegmentSum(x, ids, 4)
    expect(result.arraySync()).toEqual([
      [3, 4],
      [0, 0],
      [6, 8],
      [0, 0],
    ])
    for (const one of [x, ids, result]) one.dispose()
  })
})

test('it waits for what is still being computed', () => {
  const x = add(zeros([300_000]), 1)
  expect(unsortedSegmentSum(x, zeros([300_000], 'int32'), 1).dataSync()[0]).toBe(300_000)
})

test('a sum of ten million stays exact, and integers stay integers', () => {
  const count = 10_000_000
  const x = tensor1d(new Float32Array(count).fill(0.1))
  const sum = unsortedSegmentSum(x, zeros([count], 'int32'), 1)
  expect(sum.dataSync()[0]).toBe(Math.fround(count * Math.fround(0.1)))
  const integers = unsortedSegmentSum(tensor1d([2 ** 30, 1], 'int32'), tensor1d([0, 0], 'int32'), 1)
  expect([integers.dtype, integers.dataSync()[0]]).toEqual(['int32', 2 ** 30 + 1])
  for (const one of [x, sum]) one.dispose()
})

test('axes behind the first belong to the row, and nothing gives nothing', () => {
  expect(unsortedSegmentSum(zeros([4, 2, 3]), tensor1d([0, 1, 1, 0], 'int32'), 2).shape).toEqual([2, 2, 3])
  expect(unsortedSegmentSum(zeros([0, 3]), tensor1d([], 'int32'), 2).arraySync()).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ])
})

test('ids that are not one for each row are refused, and so are other types', () => {
  const x = zeros([3, 2])
  const ids = tensor1d([0, 1], 'int32')
  const bools = tensor([true, false, true])
  const rows = tensor1d([0, 1, 1], 'int32')
  expectNoLeak(() => {
    expect(() => unsortedSegmentSum(x, ids, 2)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`unsortedSegmentSum\` received \`segmentIds\` of the wrong shape.

      Expected: [3], one for each row of \`x\`
      Received: [2]]
    `)
    expect(() => unsortedSegmentSum(bools, rows, 2)).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`unsortedSegmentSum\` on the wasm backend received a bad tensor.

      Expected: \`x\` of float32 or int32 and \`segmentIds\` of int32
      Received: \`x\` of bool and \`segmentIds\` of int32
      Fix:      cast them first, e.g. tf.cast(segmentIds, 'int32')]
    `)
  })
})
