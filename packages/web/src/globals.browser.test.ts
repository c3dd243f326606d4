// What activating a backend leaves behind in a page: nothing that other code could notice.
import { type Backend, selectBackend } from '@ae/core'
import { matMul, ones } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { changesOf, surroundings } from '../../../tooling/library/surroundings.ts'
import { wasm } from './index.ts'
import { webgl } from './testing/software-webgl.ts'
import { webgpuBackend } from './webgpu.ts'

const backends: readonly Backend[] = [wasm, webgl, webgpuBackend({ softwareAdapter: 'accept' })]

test.each(backends.map((backend) => [backend.name, backend] as const))(
  '%s leaves the globals of a page as they were',
  async (_, backend) => {
    const before = surroundings()
    await selectBackend(backend)
    const product = matMul(ones([64, 64]), ones([64, 64]))
    await product.data()
    product.dispose()
    expect(changesOf(before, surroundings())).toEqual([])
  },
)
