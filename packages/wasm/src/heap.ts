// The memory of one tfjs wasm backend, as a kernel sees it.
import { AutoencoderError } from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { moduleOf } from './module.ts'
import type { NativeKernels } from './native.ts'

/** Where tensors lie, room for new ones, and working memory for one call. Addresses stay valid when memory grows. */
export interface Heap {
  /** What computes on this memory. */
  readonly native: NativeKernels
  /** The address of a tensor's first element. */
  address(tensor: TensorInfo): number
  /**
   * Room for a new tensor, float32 unless told, its values yet to be written.
   *
   * @throws {AutoencoderError} when the memory is full
   */
  output(shape: readonly number[], dtype?: DataType): TensorInfo
  /**
   * Room for several: all of them or none.
   *
   * @throws {AutoencoderError} when the memory is full
   */
  outputs(shapes: readonly (readonly number[])[]): TensorInfo[]
  /**
   * Runs `use` with the address of `bytes` bytes, freed afterwards.
   *
   * @throws {AutoencoderError} when the memory is full
   */
  scratch<result>(bytes: number, use: (address: number) => result): result
}

/**
 * The heap of a backend.
 *
 * @param backend tfjs's wasm backend, ready
 * @param native the functions that were compiled for its memory
 */
export function createHeap(backend: BackendWasm, native: NativeKernels): Heap {
  const { _malloc, _free } = moduleOf(backend)
  const address = (tensor: TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset
  const output = (shape: readonly number[], dtype: DataType = 'float32'): TensorInfo => {
    const bytes = util.bytesPerElement(dtype) * util.sizeFromShape([...shape])
    if (bytes >= 2 ** 32) throw memoryFull(bytes)
    const tensor = backend.makeOutput([...shape], dtype)
    if (bytes === 0 || address(tensor) !== 0) return tensor
    backend.disposeData(tensor.dataId)
    throw memoryFull(bytes)
  }
  return {
    native,
    address,
    output,
    outputs: (shapes) => {
      const made: TensorInfo[] = []
      try {
        for (const shape of shapes) made.push(output(shape))
        return made
      } catch (error) {
        for (const { dataId } of made) backend.disposeData(dataId)
        throw error
      }
    },
    scratch: (bytes, use) => {
      const place = _malloc(bytes)
      if (place === 0) throw memoryFull(bytes)
      try {
        return use(place)
      } finally {
        _free(place)
      }
    },
  }
}

function memoryFull(bytes: number): AutoencoderError {
  return new AutoencoderError('The memory of the wasm backend is full: WebAssembly holds 4 GiB at most.', {
    facts: { Needed: `${Math.ceil(bytes / 2 ** 20)} MiB more, in one piece` },
    fix: 'use smaller batches, or dispose tensors that are no longer needed (tf.memory() counts them)',
  })
}
