// The memory of one tfjs wasm backend, as a kernel sees it.
import { BackendLostError } from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core'
import type { KernelExports } from '../binary/kernel-exports.ts'
import { type EmscriptenModule, moduleOf } from '../binary/module.ts'

/** The addresses of tensors, and memory for new ones and for the work of one call. Addresses stay valid when the memory grows. */
export interface Heap {
  /** The functions that compute on this memory. */
  readonly exports: KernelExports
  /** Whether kernels may overwrite variables, because nothing reads them before the step ends. */
  readonly allowsInPlaceUpdates: boolean
  /** The address of a tensor's first element. */
  address(tensor: TensorInfo): number
  /**
   * Allocates a tensor, float32 by default. Its values are undefined.
   *
   * @throws {BackendLostError} when the memory is full
   */
  output(shape: readonly number[], dtype?: DataType): TensorInfo
  /**
   * Allocates several tensors: all of them or none.
   *
   * @throws {BackendLostError} when the memory is full
   */
  outputs(shapes: readonly (readonly number[])[]): TensorInfo[]
  /**
   * Runs `use` with the address of `bytes` bytes, freed afterwards.
   *
   * @throws {BackendLostError} when the memory is full
   */
  scratch<result>(bytes: number, use: (address: number) => result): result
  /**
   * The address of `bytes` bytes that all calls share, for a kernel that calls no other while it uses them.
   *
   * @throws {BackendLostError} when the memory is full
   */
  workspace(bytes: number): number
  /**
   * Runs `use` with the address of these integers, freed afterwards.
   *
   * @throws {BackendLostError} when the memory is full
   */
  write(integers: readonly number[], use: (address: number) => void): void
  /**
   * Waits until everything is computed. Called before anything but these kernels reads a tensor.
   *
   * @throws {BackendLostError} when a thread does not answer
   */
  finish(): void
}

/**
 * The heap of a backend.
 *
 * @param backend tfjs's wasm backend, ready
 * @param exports the functions that were compiled for its memory
 * @param finish waits until everything is computed
 */
export function createHeap(backend: BackendWasm, exports: KernelExports, finish: () => void): Heap {
  const module = moduleOf(backend)
  refuseWhenFull(module)
  const output = (shape: readonly number[], dtype: DataType = 'float32') => backend.makeOutput([...shape], dtype)
  let [kept, keptBytes] = [0, 0]
  const scratch = <result>(bytes: number, use: (address: number) => result) => {
    const place = module._malloc(bytes)
    try {
      return use(place)
    } finally {
      module._free(place)
    }
  }
  return {
    exports,
    allowsInPlaceUpdates: false,
    address: ({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset,
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
    scratch,
    workspace: (bytes) => {
      if (bytes > keptBytes) {
        module._free(kept)
        ;[kept, keptBytes] = [0, 0]
        kept = module._malloc(bytes)
        keptBytes = bytes
      }
      return kept
    },
    write: (integers, use) =>
      scratch(4 * integers.length, (place) => {
        new Int32Array(module.HEAPU8.buffer, place >>> 0, integers.length).set(integers)
        use(place)
      }),
    finish,
  }
}

/** Makes `_malloc` throw when the memory is full. It returns 0 then, which tfjs takes for an address and writes to. */
function refuseWhenFull(module: EmscriptenModule): void {
  module._free(module._malloc(1)) // Emscripten replaces the stubs by the real functions on the first call
  const { _malloc: malloc, _free: free } = module
  module._malloc = (bytes) => {
    const place = bytes < 2 ** 32 ? malloc(bytes) : 0
    // After a large piece was freed, Emscripten's malloc may return one that ends beyond the memory.
    const isThere = (place >>> 0) + bytes <= module.HEAPU8.length
    if (isThere && (place !== 0 || bytes === 0)) return place
    free(place)
    throw memoryFull(bytes)
  }
}

function memoryFull(bytes: number): BackendLostError {
  return new BackendLostError('The memory of the wasm backend is full: WebAssembly holds 4 GiB at most.', {
    backend: 'wasm',
    facts: { Needed: `${Math.ceil(bytes / 2 ** 20)} MiB more, in one piece` },
    fix: 'use smaller batches, or dispose tensors that are no longer needed (tf.memory() counts them)',
  })
}
