// Reading a tensor of integers before it is used, for a check.
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * The values of a tensor, or an empty list where they cannot be read synchronously, as on WebGPU outside of a page. What came as data is still in
 * memory; what a GPU computed is waited for.
 */
export function valuesAtOnce(x: Tensor): ArrayLike<number> {
  try {
    return x.dataSync()
  } catch {
    return []
  }
}
