// Complex numbers, with which every Fourier transform of tfjs begins: this backend has no room for them, and says so.
import { AutoencoderError } from '@ae/core'
import { Complex } from '@tensorflow/tfjs-core'
import type { WasmKernel } from './kernel.ts'

/** Refuses. */
export const complex: WasmKernel = {
  name: Complex,
  run: () => {
    throw new AutoencoderError(
      '`complex` and what needs it, such as `spectral.rfft`, cannot run on the wasm backend.',
      {
        fix: 'use another backend, or keep real and imaginary parts in two tensors: a Fourier transform is a product with the matrices of cosines and of sines',
      },
    )
  },
}
