// The backend of the first view: plain JavaScript, the smallest to load. Nothing is trained on it.
import type { Backend } from '@ae/core'

/** tfjs's own backend in JavaScript, as much of it as the first view needs. */
export const cpu: Backend = {
  name: 'cpu',
  isAvailable: async () => ({ ok: true, device: 'JavaScript, 1 thread' }),
  async activate() {
    const { findBackend, ready, setBackend } = await import('@tensorflow/tfjs-core')
    if (findBackend('cpu') === null) (await import('./cpu-kernels.ts')).registerCpu()
    await setBackend('cpu')
    await ready()
    return { name: 'cpu', device: 'JavaScript, 1 thread' }
  },
}
