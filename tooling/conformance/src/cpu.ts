// The plain JavaScript backend of tfjs: always available, and the one with which the others are compared.
import type { Backend } from '@ae/core'
import { ready, setBackend } from '@tensorflow/tfjs-core'

export const cpu: Backend = {
  name: 'cpu',
  isAvailable: async () => ({ ok: true, device: 'JavaScript' }),
  async activate() {
    await import('@tensorflow/tfjs-backend-cpu')
    await setBackend('cpu')
    await ready()
    return { name: 'cpu', device: 'JavaScript' }
  },
}
