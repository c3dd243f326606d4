// What the kernel tests share, and what a kernel of this backend may leave behind: nothing.
import { leakCheckOf } from '@ae/library/kernel-calls'
import { expectKernel as expectKernelOf, type Numbers } from '@ae/library/kernel-suite'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { backend, memory, type NamedAttrMap } from '@tensorflow/tfjs-core'

export { runKernel } from '@ae/library/kernel-calls'
export { columnSums, computed, type Numbers, numbers, product, transpose } from '@ae/library/kernel-suite'

/** Asserts that `body` leaves no tensor and no buffer behind. */
export const expectNoLeak = leakCheckOf(() => stillInUse())

/** Runs a kernel and asserts its outputs to 2e-6 of the largest number of each, and that it leaves nothing behind. */
export function expectKernel(
  name: string,
  inputs: Readonly<Record<string, Numbers>>,
  attributes: NamedAttrMap,
  expected: readonly Numbers[],
): Promise<void> {
  return expectKernelOf({ expectNoLeak }, name, inputs, attributes, expected, { ofLargest: 2e-6 })
}

/** The tensors and GPU buffers in use once all work is submitted: what is disposed of before keeps its buffer so long. */
export function stillInUse(): { tensors: number; data: number; buffers: number; bytes: number } {
  const { bufferManager } = webgpuBackend()
  submit()
  return {
    tensors: memory().numTensors,
    data: backend().numDataIds(),
    buffers: bufferManager.getNumUsedBuffers(),
    bytes: bufferManager.numBytesUsed,
  }
}

/** tfjs's backend, with what is public in it. */
export function webgpuBackend(): WebGPUBackend {
  return backend() as unknown as WebGPUBackend
}

function submit(): void {
  const instance = webgpuBackend()
  instance.ensureCommandEncoderReady()
  instance.endComputePassEncoder()
  instance.submitQueue()
}
