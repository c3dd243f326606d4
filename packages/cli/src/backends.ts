// The backends that `--backend` names.
import { availableParallelism } from 'node:os'
import type { Backend } from '@ae/core'
import { cuda, native, webgpu } from '@ae/node-gpu'
import { wasmBackend } from '@ae/wasm'

/** A thread for each core, or as many as OMP_NUM_THREADS says: Ray sets it for a process that has a part of the machine. */
const wasm = wasmBackend({ threads: fewer(Number.parseInt(process.env.OMP_NUM_THREADS ?? '', 10)) })

/** tfjs's plain JavaScript backend: slow, and always there. */
const cpu: Backend = {
  name: 'cpu',
  isAvailable: async () => ({ ok: true, device: 'JavaScript, 1 thread' }),
  async activate() {
    const { env, ready, setBackend } = await import('@tensorflow/tfjs-core')
    env().set('PROD', true) // else it advertises tfjs-node on stderr
    await import('@tensorflow/tfjs-backend-cpu')
    await setBackend('cpu')
    await ready()
    return { name: 'cpu', device: 'JavaScript, 1 thread' }
  },
}

/** By the names that `--backend` takes. */
export const backends: Readonly<Record<string, Backend>> = { wasm, cpu, webgpu, cuda, native }

/** The number of threads, if it is one and less than the default. */
function fewer(count: number): number | undefined {
  return count >= 1 && count < availableParallelism() ? count : undefined
}
