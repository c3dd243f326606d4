// What the kernel tests share, and what a kernel of this backend may leave behind: nothing.
import { leakCheckOf } from '@ae/library/kernel-calls'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { backend } from '@tensorflow/tfjs-core'

export { differences, floats, largest, numbers, runKernel, take } from '@ae/library/kernel-calls'

/** tfjs's webgl backend, which is active. */
export function webglBackend(): MathBackendWebGL {
  return backend() as MathBackendWebGL
}

/** Asserts that `body` leaves neither a tensor behind, nor data or a texture that belongs to none. */
export const expectNoLeak = leakCheckOf(() => ({
  data: webglBackend().numDataIds(),
  textures: webglBackend().getTextureManager().getNumUsedTextures(),
}))
