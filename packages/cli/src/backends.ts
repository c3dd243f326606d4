// The backends that `--backend` names.
import type { Backend } from '@ae/core'
import { cuda, native, webgpu } from '@ae/node-gpu'
import { wasm } from '@ae/wasm'

/** tfjs's plain JavaScript backend: slow, and always there. */
const cpu: Backend = {
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

/** By the names that `--backend` takes. */
export const backends: Readonly<Record<string, Backend>> = { wasm, cpu, webgpu, cuda, native }
