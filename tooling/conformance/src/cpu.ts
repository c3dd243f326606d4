// The plain JavaScript backend of tfjs: always there, the one that the others are compared with.
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
