// Pixels as they are stored, to the numbers that models take.
import { AutoencoderError, fusedKernels, sizeOfShape } from '@ae/core'

import type { WasmKernel } from './kernel.ts'

/** Bytes as fractions of 255. */
export const byteFractions: WasmKernel = {
  name: fusedKernels.byteFractions,
  run: ({ inputs, heap }) => {
    const { bytes } = inputs
    if (bytes?.dtype !== 'bool') {
      throw new AutoencoderError(`\`${fusedKernels.byteFractions}\` on the wasm backend received bad \`bytes\`.`, {
        facts: {
          Expected: 'a tensor of bool',
          Received: bytes === undefined ? 'nothing' : `a tensor of ${bytes.dtype}`,
        },
      })
    }
    const out = heap.output(bytes.shape)
    heap.exports.byteFractions(heap.address(bytes), heap.address(out), sizeOfShape(bytes.shape))
    return out
  },
}
