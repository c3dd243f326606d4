// A backend that computes as tfjs's `cpu` and can be lost, for tests.
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Backend } from '../backend/backend.ts'
import { extendBackend } from '../backend/extend-backend.ts'

/** A backend value and how to end it. */
export interface MortalBackend extends Backend {
  /** From now on it has stopped for this reason; with `silently` no event tells of it. */
  lose(reason: string, how?: 'silently'): void
  /** How often it was activated. */
  readonly activations: () => number
}

/**
 * @param name a name that no other backend of the process has
 */
export function mortalBackend(name: string): MortalBackend {
  let tell = (_: string) => {}
  let reason: string | undefined
  let activations = 0
  const lost = new Promise<string>((resolve) => {
    tell = resolve
  })
  return {
    name,
    isAvailable: async () => ({ ok: true, device: 'a test' }),
    async activate() {
      activations++
      if (tf.findBackend(name) === null) {
        tf.copyRegisteredKernels('cpu', name)
        tf.registerBackend(name, () => new MathBackendCPU())
      }
      await tf.setBackend(name)
      extendBackend(tf.backend(), { lost, reasonOfLoss: () => reason })
      return { name, device: 'a test' }
    },
    lose(why, how) {
      reason = why
      if (how === undefined) tell(why)
    },
    activations: () => activations,
  }
}
