// The `webgl` backend of a page or a Worker: tfjs's WebGL backend, refused where training on it would fail.
import { type Availability, type Backend, type BackendReport, BackendUnavailableError } from '@ae/core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { backend, engine, getBackend, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core'
import { computesFloat32 } from './computes-float32.ts'
import { watchWebgl } from './watch-webgl.ts'
import { describeDevice, only16Bits, probeWebgl } from './webgl-probe.ts'

/**
 * The GPU of a page through WebGL 2, in a page or a Worker.
 *
 * It is refused with a reason outside a browser, without WebGL 2, where the browser draws on the CPU, and on devices that
 * compute with 16-bit floats only. tfjs's backend is loaded by `activate`, not before.
 *
 * @example
 * ```ts
 * const { device } = await selectBackend(webgl, wasm) // wasm where there is no GPU
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
  const { installKernels } = await loadBackend()
  const previous = getBackend() as string | null
  try {
    if (!(await setBackend('webgl'))) throw unavailable({ reason: 'tfjs cannot start its WebGL backend' })
    const webglBackend = backend() as MathBackendWebGL
    const { gl } = webglBackend.gpgpu
    watchWebgl(webglBackend)
    const device = describeDevice(gl)
    if (!(await computesFloat32())) throw unavailable({ reason: only16Bits(device), fix: 'use wasm from @ae/web' })
    installKernels()
    return { name: 'webgl', device }
  } catch (error) {
    if (previous) await setBackend(previous)
    throw error
  }
}

/** tfjs's backend registers itself where it is imported, once; one whose context was lost is made anew. */
async function loadBackend(): Promise<typeof import('./webgl-kernels/install.ts')> {
  const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl')
  const running = engine().registry.webgl as MathBackendWebGL | undefined
  if (running?.gpgpu.gl.isContextLost()) {
    removeBackend('webgl')
    registerBackend('webgl', () => new MathBackendWebGL())
  }
  return import('./webgl-kernels/install.ts')
}

function unavailable({ reason, fix }: Omit<Extract<Availability, { ok: false }>, 'ok'>): BackendUnavailableError {
  return new BackendUnavailableError('`webgl` cannot run here.', { facts: { Reason: reason }, fix })
}
