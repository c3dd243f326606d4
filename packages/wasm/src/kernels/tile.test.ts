import { expectClose } from '@ae/library/testing'
import { Tile, tensor, tile, util, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test.each([
  { shape: [1], reps: [1] },
  { shape: [3], reps: [5] },
  { shape: [3, 1], reps: [1, 7] },
  { shape: [1, 1, 1, 5], reps: [3, 2, 4, 1] },
  { shape: [2, 3], reps: [2, 3] },
  { shape: [2, 3, 1, 2, 1, 5], reps: [1, 1, 2, 1, 3, 1] },
  { shape: [2, 1, 3], reps: [1, 6, 2] },
])('$shape repeated $reps times', ({ shape, reps }) => {
  const values = numbers('x', util.sizeFromShape(shape))
  const outShape = shape.map((length, axis) => length * Number(reps[axis]))
  const expected = Array.from({ length: util.sizeFromShape(outShape) }, (_, place) => {
    const [strides, outStrides] = [
      [...util.computeStrides(shape), 1],
      [...util.computeStrides(outShape), 1],
    ]
    const from = shape.reduce((sum, length, axis) => {
      const at = Math.floor(place / Number(outStrides[axis])) % Number(outShape[axis])
      return sum + (at % length) * Number(strides[axis])
    }, 0)
    return Number(values[from])
  })
  expectNoLeak(() => {
    const x = floats(values, shape)
    const outputs = runKernel(Tile, { x }, { reps })
    expect(outputs.map((output) => output.shape)).toEqual([outShape])
    expectClose(take(...outputs)[0] ?? [], expected, { absolute: 0 })
    x.dispose()
  })
})

test.each([
  [[1, 2, 3], 'int32'],
  [[1, 0, 1], 'bool'],
] as const)('%j of %s stays of its type', (values, dtype) => {
  expectNoLeak(() => {
    const x = tensor([...values], [3, 1], dtype)
    const y = tile(x, [2, 2])
    expect([y.dtype, y.shape]).toEqual([dtype, [6, 2]])
    const doubled = values.flatMap((value) => [value, value])
    expect(Array.from(y.dataSync())).toEqual([...doubled, ...doubled])
    x.dispose()
    y.dispose()
  })
})

test('nothing, or no times, gives nothing', () => {
  expect(take(tile(zeros([0, 2]), [3, 2]), tile(zeros([2]), [0]))).toEqual([[], []])
})
