// A second tensor of the same data. tfjs's wasm backend copies the data, though none of its kernels ever writes to an input.
import { Identity, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmKernel } from './kernel.ts'

/** `x` again; the data is counted once more, and freed with the last tensor that has it. */
export const identity: WasmKernel = {
  name: Identity,
  run: ({ inputs, backend }) => {
    const { x } = inputs as { x: TensorInfo }
    backend.incRef(x.dataId)
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
  },
}
