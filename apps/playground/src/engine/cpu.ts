// The backend of the first view: plain JavaScript, the smallest to load. Nothing is trained on it.
import type { Backend } from '@ae/core'

/** tfjs's own backend in JavaScript. */
export const cpu: Backend = {
  name: 'cpu',
  isAvailable: async () => ({ ok: true, device: 'JavaScript, 1 thread' }),
  async activate() {
    const { ready, setBackend } = await import('@tensorflow/tfjs-core')
    await import('@tensorflow/tfjs-backend-cpu')
    await setBackend('cpu')
    await ready()
    return { name: 'cpu', device: 'JavaScript, 1 thread' }
  },
}
