// The `webgpu` backend in Node: tfjs's WebGPU backend on Dawn (npm `webgpu`).
import { assertOptions, type Backend, type BackendReport, BackendUnavailableError, oneOf } from '@ae/core'
import { activateWebgpu, activeWebgpu, type WebgpuOpening } from '@ae/webgpu'
import { openAdapter, type PowerPreference } from './dawn.ts'

export type { PowerPreference } from './dawn.ts'

/** The options of {@link webgpuBackend}. */
export interface WebgpuOptions {
  /** Which of several GPUs: `high-performance` or `low-power`. Defaults to `high-performance`. */
  readonly powerPreference?: PowerPreference | undefined
}

/**
 * The GPU through WebGPU: Vulkan on Linux, Metal on macOS, D3D12 on Windows. A software adapter is taken too where
 * there is no other; the report's device then says `software`.
 *
 * Values can be read with `await x.data()` only: Node has no synchronous way.
 */
export const webgpu: Backend = webgpuBackend()

/**
 * {@link webgpu} with options.
 *
 * A process has one WebGPU device: once one is active, further activations keep it, whatever their options.
 *
 * @param options which GPU
 * @returns a backend for `selectBackend`
 * @throws {OptionError} when an option is unknown or out of range
 */
export function webgpuBackend(options: WebgpuOptions = {}): Backend {
  assertOptions('webgpuBackend', options, { powerPreference: oneOf('high-performance', 'low-power') })
  const { powerPreference = 'high-performance' } = options
  return {
    name: 'webgpu',
    async isAvailable() {
      const opening = await openAdapter(powerPreference)
      return opening.ok ? { ok: true, device: opening.device } : opening
    },
    activate: () => activate(powerPreference),
  }
}

async function activate(powerPreference: PowerPreference): Promise<BackendReport> {
  const { name: device } = await activateWebgpu(() => openWithDawn(powerPreference))
  return { name: 'webgpu', device }
}

async function openWithDawn(powerPreference: PowerPreference): Promise<WebgpuOpening> {
  const opening = await openAdapter(powerPreference)
  if (!opening.ok) {
    throw new BackendUnavailableError('`webgpu` cannot run here.', {
      facts: { Reason: opening.reason },
      fix: opening.fix,
    })
  }
  Object.assign(globalThis, opening.globals)
  // Node unloads Dawn while work goes on, and one exit in forty was a SIGSEGV: destroying the device waits for its work.
  process.once('exit', () => activeWebgpu()?.destroy())
  return { adapter: opening.adapter, gpu: opening.gpu, synchronousReads: 'never' }
}
