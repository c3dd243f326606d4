// The `webgl` backend of a page or a Worker: tfjs's WebGL backend, refused where training on it would fail.
import { type Availability, type Backend, type BackendReport, BackendUnavailableError } from '@ae/core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { add, backend, getBackend, setBackend, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { describeDevice, only16Bits, probeWebgl } from './webgl-probe.ts'

/**
 * The GPU of a page through WebGL 2, in a page or a Worker.
 *
 * It is refused with a reason outside a browser, without WebGL 2, where the browser draws on the CPU, and on devices that
 * compute with 16-bit floats only. tfjs's backend is loaded by `activate`, not before.
 *
 * @example
 * ```ts
 * const { device } = await selectBackend(webgl, wasm) // wasm from @ae/wasm, where there is no GPU
 * ```
 */
export const webgl: Backend = {
  name: 'webgl',
  async isAvailable() {
    return probeWebgl()
  },
  activate,
}

async function activate(): Promise<BackendReport> {
  const availability = probeWebgl()
  if (!availability.ok) throw unavailable(availability)
  await import('@tensorflow/tfjs-backend-webgl')
  const previous = getBackend() as string | null
  try {
    if (!(await setBackend('webgl'))) throw unavailable({ reason: 'tfjs cannot start its WebGL backend' })
    const { gl } = (backend() as MathBackendWebGL).gpgpu
    const device = describeDevice(gl)
    if (!(await computesFloat32())) throw unavailable({ reason: only16Bits(device), fix: 'use wasm from @ae/wasm' })
    return { name: 'webgl', device }
  } catch (error) {
    if (previous) await setBackend(previous)
    throw error
  }
}

/** Runs one kernel for certain: 16-bit floats would make 0 of the first value and infinity of the second. */
async function computesFloat32(): Promise<boolean> {
  // As many values as tfjs does not compute on the CPU itself, as it does with small tensors.
  const values = Float32Array.from({ length: 1024 }, (_, index) => (index % 2 === 0 ? 1e-8 : 1e8))
  const doubled = tidy(() => {
    const x = tensor1d(values)
    return add(x, x)
  })
  const results = await doubled.data().finally(() => doubled.dispose())
  return values.every((value, index) => results[index] === 2 * value)
}

function unavailable({ reason, fix }: Omit<Extract<Availability, { ok: false }>, 'ok'>): BackendUnavailableError {
  return new BackendUnavailableError('`webgl` cannot run here.', { facts: { Reason: reason }, fix })
}
