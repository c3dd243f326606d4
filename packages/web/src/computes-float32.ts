// Whether the backend that tfjs has just started computes at all, and with 32-bit floats.
import { add, tensor1d, tidy } from '@tensorflow/tfjs-core'

/** Runs one kernel for certain: 16-bit floats would make 0 of the first value and infinity of the second. */
export async function computesFloat32(): Promise<boolean> {
  // As many values as tfjs does not compute on the CPU itself, as it does with small tensors.
  const values = Float32Array.from({ length: 1024 }, (_, index) => (index % 2 === 0 ? 1e-8 : 1e8))
  const doubled = tidy(() => {
    const x = tensor1d(values)
    return add(x, x)
  })
  const results = await doubled.data().finally(() => doubled.dispose())
  return values.every((value, index) => results[index] === 2 * value)
}
