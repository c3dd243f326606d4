// Reading a tensor of integers before it is used, for a check.
import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * The values of a tensor, none where they cannot be read at once, as on WebGPU outside of a page. What came as data is still in
 * memory; what a GPU computed is waited for.
 */
export function valuesAtOnce(x: Tensor): ArrayLike<number> {
  try {
    return x.dataSync()
  } catch {
    return []
  }
}
