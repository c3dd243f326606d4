// tfjs's backend `cpu` as a backend that can be told to be lost.
import { type Backend, extendBackend } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import { backend, setBackend } from '@tensorflow/tfjs-core'

let tell = (_: string) => {}

export const mortal: Backend & { lose(): void } = {
  name: 'cpu',
  isAvailable: async () => ({ ok: true, device: 'a test' }),
  async activate() {
    await setBackend('cpu')
    extendBackend(backend(), {
      lost: new Promise((resolve) => {
        tell = resolve
      }),
    })
    return { name: 'cpu', device: 'a test' }
  },
  lose: () => tell('its device was lost'),
}
