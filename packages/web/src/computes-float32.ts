// Whether the backend that tfjs has just started computes at all, and with 32-bit floats.
import { add, tensor1d, tidy } from '@tensorflow/tfjs-core'

/** Runs one kernel on the backend: 16-bit floats would turn the first value into 0 and the second into infinity. */
export async function computesFloat32(): Promise<boolean> {
  // Enough values that tfjs uses the GPU: it computes small tensors on the CPU.
  const values = Float32Array.from({ length: 1024 }, (_, index) => (index % 2 === 0 ? 1e-8 : 1e8))
  const doubled = tidy(() => {
    const x = tensor1d(values)
    return add(x, x)
  })
  const results = await doubled.data().finally(() => doubled.dispose())
  return values.every((value, index) => results[index] === 2 * value)
}
