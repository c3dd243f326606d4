// Counts what is left behind.
import { memory } from '@tensorflow/tfjs-core'

/** How many tensors there are more after `action` than before. */
export async function tensorsLeftBy(action: () => unknown): Promise<number> {
  const before = memory().numTensors
  await action()
  return memory().numTensors - before
}
