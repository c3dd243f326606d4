import { registerGradients } from '@ae/core'
import { conv3d, conv3dTranspose, grads, maxPool3d, type Tensor5D, tensor5d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, numbers } from '../testing/kernel-calls.ts'

// The numbers are held against PyTorch by tooling/conformance.

beforeAll(async () => {
  registerGradients()
  await wasm.activate()
})

test('gradients of a volume leave nothing behind, also where a plane is seen by no window', () => {
  const x = tensor5d(numbers('x', 24), [1, 6, 2, 2, 1])
  const filter = tensor5d(numbers('filter', 1), [1, 1, 1, 1, 1])
  expectNoLeak(() => {
    const byBoth = grads((x, filter) => conv3d(x as Tensor5D, filter as Tensor5D, [3, 1, 1], 'valid'))
    const gradients = byBoth([x, filter])
    const [dx = new Float32Array()] = gradients.map((gradient) => gradient.dataSync())
    const planes = [0, 1, 2, 3, 4, 5].map((plane) => dx[plane * 4])
    const weight = filter.dataSync()[0]
    expect(planes).toEqual([weight, 0, 0, weight, 0, 0])
    for (const gradient of gradients) gradient.dispose()
  })
})

test('a window of nothing but -infinity has that for its largest', () => {
  const x = tensor5d([-2, -1, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], [1, 4, 1, 1, 1])
  expect([...maxPool3d(x, [2, 1, 1], [2, 1, 1], 'valid').dataSync()]).toEqual([-1, Number.NEGATIVE_INFINITY])
})

test('a volume of the wrong depth is refused', () => {
  const [x, filter] = [zeros([1, 2, 2, 2, 1]), zeros([1, 1, 1, 1, 1])] as [Tensor5D, Tensor5D]
  expectNoLeak(() => {
    expect(() => conv3dTranspose(x, filter, [1, 5, 2, 2, 1], 1, 'valid')).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`conv3dTranspose\` received a volume of the wrong depth.

      Expected: [batch, 5, height, width, channels]
      Received: [1, 2, 2, 2, 1]]
    `)
  })
})
