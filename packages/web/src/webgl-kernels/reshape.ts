// Reshape, where tfjs's own repacks a texture for nothing: rows of features that become images of one or three channels, as
// the output of a dense decoder does, only for the likelihood to flatten them again.
import { Reshape, util } from '@tensorflow/tfjs-core'
import type { WebglKernel } from './kernel.ts'

/**
 * `x` in the new shape, and in the texture that it has: a program that needs the layout of the new shape repacks it then,
 * as tfjs does for tensors that share a texture. Packed images with an odd number of channels leave numbers of their
 * texels empty, so that the old layout is the better one anyway. All other tensors are tfjs's.
 */
export const reshape: WebglKernel = {
  name: Reshape,
  run: ({ input, attributes, backend, stock }) => {
    const x = input('x')
    const shape = util.inferFromImplicitShape(attributes.shape as number[], util.sizeFromShape(x.shape))
    const { isPacked, texture } = backend.texData.get(x.dataId)
    const becomesImages = x.shape.length === 2 && shape.length === 4 && Number(shape[3]) % 2 === 1
    if (!isPacked || !texture || !becomesImages) return stock()
    backend.incRef(x.dataId)
    return { dataId: x.dataId, shape, dtype: x.dtype }
  },
}
