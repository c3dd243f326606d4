// What the kernel tests share, and what a kernel of this backend may leave behind: nothing.
import { expectNoLeak as expectNoTensorLeak } from '@ae/library/testing'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { backend } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

export { differences, floats, largest, numbers, runKernel, take } from '@ae/library/kernel-calls'

/** tfjs's webgl backend, which is active. */
export function webglBackend(): MathBackendWebGL {
  return backend() as MathBackendWebGL
}

/** Asserts that `body` leaves neither a tensor behind, nor data or a texture that belongs to none. */
export function expectNoLeak(body: () => void): void {
  const count = () => ({
    data: webglBackend().numDataIds(),
    textures: webglBackend().getTextureManager().getNumUsedTextures(),
  })
  const before = count()
  expectNoTensorLeak(body)
  expect(count(), 'data and textures').toEqual(before)
}
