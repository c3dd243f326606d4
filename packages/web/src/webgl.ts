// The `webgl` backend of a page or a Worker: tfjs's WebGL backend, refused where training on it would fail.
import { type Availability, type Backend, type BackendReport, BackendUnavailableError } from '@ae/core'
import { assertOptions, oneOf } from '@ae/core/internal'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { backend, engine, env, getBackend, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core'
import { computesFloat32 } from './computes-float32.ts'
import type { SoftwareAdapter } from './software-renderer.ts'
import { watchWebgl } from './watch-webgl.ts'
import { only16Bits, probeWebgl } from './webgl-probe.ts'

/** The options of {@link webglBackend}. */
export interface WebglOptions {
  /**
   * Whether to `refuse` or to `accept` a renderer that computes on the CPU, where `wasm` is faster; tests of WebGL on a
   * machine without a GPU accept it. Defaults to `refuse`.
   */
  readonly softwareAdapter?: 'refuse' | 'accept' | undefined
}

/**
 * The GPU of a page through WebGL 2, in a page or a Worker.
 *
 * It is refused with a reason outside a browser, without WebGL 2, where the renderer computes on the CPU, and on devices that
 * compute with 16-bit floats only. Where the renderer's name does not say what it is, a measurement of some tens of
 * milliseconds decides. tfjs's backend is loaded by `activate`, not before.
 *
 * @example
 * ```ts
 * const { device } = await selectBackend(webgl, wasm) // wasm where there is no GPU
 * ```
 */
export const webgl: Backend = /* @__PURE__ */ webglBackend()

/**
 * {@link webgl} with options.
 *
 * @param options whether to accept a software renderer
 * @returns a backend for `selectBackend`
 * @throws {OptionError} when an option is unknown or out of range
 */
export function webglBackend(options: WebglOptions = {}): Backend {
  assertOptions('webglBackend', options, { softwareAdapter: oneOf('refuse', 'accept') })
  const { softwareAdapter = 'refuse' } = options
  return {
    name: 'webgl',
    isAvailable: async () => probeWebgl(softwareAdapter),
    activate: () => activate(softwareAdapter),
  }
}

async function activate(softwareAdapter: SoftwareAdapter): Promise<BackendReport> {
  const availability = probeWebgl(softwareAdapter)
  if (!availability.ok) throw unavailable(availability)
  const { device } = availability
  const { installKernels } = await loadBackend(softwareAdapter)
  const previous = getBackend() as string | null
  try {
    if (!(await setBackend('webgl'))) throw unavailable({ reason: 'tfjs cannot start its WebGL backend' })
    watchWebgl(backend() as MathBackendWebGL)
    if (!(await computesFloat32())) throw unavailable({ reason: only16Bits(device), fix: 'use wasm from @ae/web' })
    installKernels()
    return { name: 'webgl', device }
  } catch (error) {
    if (previous) await setBackend(previous)
    throw error
  }
}

/** tfjs's backend registers itself once, when it is imported; one whose context was lost is created again. */
async function loadBackend(softwareAdapter: SoftwareAdapter): Promise<typeof import('./webgl-kernels/install.ts')> {
  const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl')
  if (softwareAdapter === 'accept') env().set('SOFTWARE_WEBGL_ENABLED', true)
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
