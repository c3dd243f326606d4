import { addN, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { stillInUse, webgpuBackend } from '../testing/kernel-calls.ts'

onAdapter('sums of tensors', () => {
  beforeAll(() => activateWebgpu(open))

  test.each([1, 2, 11, 12, 23, 64])('of %i terms are right, and leave nothing behind', async (count) => {
    const before = await stillInUse()
    const terms: Tensor[] = Array.from({ length: count }, (_, i) => tensor1d([i, 1, -i]))
    const sum = addN(terms)
    const triangle = (count * (count - 1)) / 2
    expect(await sum.data()).toEqual(Float32Array.of(triangle, count, -triangle))
    for (const tensor of [...terms, sum]) tensor.dispose()
    expect(await stillInUse()).toEqual(before)
    expect(webgpuBackend().device.limits.maxStorageBuffersPerShaderStage).toBeLessThan(64)
  })
})
