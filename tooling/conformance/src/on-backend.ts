// The backend that this process is about: `AE_BACKEND`, one of cpu, wasm and webgpu.
import { type Backend, selectBackend } from '@ae/core'
import { webgpu } from '@ae/node-gpu'
import { wasm } from '@ae/wasm'
import { env, ready, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe } from 'vitest'

/** The plain JavaScript backend of tfjs: always there, the one that the others are compared with. */
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

const name = process.env.AE_BACKEND ?? 'cpu'

/** The backend under test. */
export const backend = [cpu, wasm, webgpu].find((candidate) => candidate.name === name) ?? cpu

/** Whether it can run here. */
export const availability = await backend.isAvailable()

/** A `describe` whose tests run on the backend under test, or are skipped where it is absent. */
export function onBackend(title: string, body: () => void): void {
  describe.skipIf(!availability.ok)(`${backend.name}: ${title}`, () => {
    beforeAll(async () => {
      await selectBackend(backend)
    })
    body()
  })
}

/**
 * Lets a software adapter compute small matrix products by WebGPU's program for large ones: its own takes 0.1 s each
 * there. For tests of what does not hang on the program.
 */
export function hastenProducts(): void {
  if (availability.ok && availability.device.includes('software')) env().set('WEBGPU_MATMUL_PROGRAM_TYPE', 3)
}
