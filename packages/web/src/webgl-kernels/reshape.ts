// Reshape, where tfjs's own repacks a texture for nothing: rows of features that become images of one or three channels, as
// the output of a dense decoder does, only for the likelihood to flatten them again.
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { getKernel, type KernelConfig, type NamedAttrMap, Reshape, type TensorInfo, util } from '@tensorflow/tfjs-core'

/**
 * tfjs's kernel, except that `x` gets the new shape in the texture that it has: a program that needs the layout of the new shape
 * repacks it then, as tfjs does for tensors that share a texture. Packed images with an odd number of channels leave numbers of
 * their texels empty, so that the old layout is the better one anyway. All other tensors are tfjs's.
 */
export function reshapeInPlace(): KernelConfig {
  const stock = getKernel(Reshape, 'webgl')
  const kernelFunc: KernelConfig['kernelFunc'] = (call) => {
    const { x } = call.inputs as { x: TensorInfo }
    const backend = call.backend as MathBackendWebGL
    const { shape: wanted } = call.attrs as NamedAttrMap & { shape: number[] }
    const shape = util.inferFromImplicitShape(wanted, util.sizeFromShape(x.shape))
    const { isPacked, texture } = backend.texData.get(x.dataId)
    const becomesImages = x.shape.length === 2 && shape.length === 4 && Number(shape[3]) % 2 === 1
    if (!isPacked || !texture || !becomesImages) return stock.kernelFunc(call)
    backend.incRef(x.dataId)
    return { dataId: x.dataId, shape, dtype: x.dtype }
  }
  return { ...stock, kernelFunc }
}
