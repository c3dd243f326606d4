// Sums of any number of tensors. tfjs binds all terms at once; where they are more than the buffers that a shader may have, the
// device refuses the command and is lost.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { AddN, getKernel, type KernelConfig, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core'

/** tfjs's kernel, in parts that fit. */
export function addNInParts(): KernelConfig {
  const stock = getKernel(AddN, 'webgpu')
  const kernelFunc: KernelFunc = ({ inputs, attrs = {}, backend }) => {
    const { device } = backend as WebGPUBackend
    const most = device.limits.maxStorageBuffersPerShaderStage - 1 // one is written
    const sum = (terms: readonly TensorInfo[]): TensorInfo => {
      if (terms.length <= most) return stock.kernelFunc({ inputs: terms as never, attrs, backend }) as TensorInfo
      const first = sum(terms.slice(0, most))
      try {
        return sum([first, ...terms.slice(most)])
      } finally {
        ;(backend as WebGPUBackend).disposeData(first.dataId)
      }
    }
    return sum(inputs as unknown as readonly TensorInfo[])
  }
  return { ...stock, kernelFunc }
}
