// The `webgpu` backend of a page or a Worker: tfjs's WebGPU backend on the browser's GPU, refused where it would not work.
import {
  AutoencoderError,
  type Availability,
  type Backend,
  type BackendReport,
  BackendUnavailableError,
} from '@ae/core'
import { assertOptions, oneOf } from '@ae/core/internal'
import { activateWebgpu } from '@ae/webgpu'
import { getBackend, setBackend } from '@tensorflow/tfjs-core'
import { computesFloat32 } from './computes-float32.ts'
import { openAdapter, type WebgpuOptions } from './webgpu-adapter.ts'

export type { PowerPreference, WebgpuOptions } from './webgpu-adapter.ts'

/**
 * The GPU of a page through WebGPU, in a page or a Worker.
 *
 * It is refused with a reason outside a browser, in a page that is not a secure context, without WebGPU, without an adapter,
 * and where the adapter computes on the CPU. tfjs's backend is loaded by `activate`, not before.
 *
 * @example
 * ```ts
 * const { name, device } = await selectBackend(webgpu, webgl, wasm)
 * ```
 */
export const webgpu: Backend = /* @__PURE__ */ webgpuBackend()

/**
 * {@link webgpu} with options.
 *
 * A page has one WebGPU device: once one is active, further activations keep it, whatever their options.
 *
 * @param options which GPU, and whether to accept a software adapter
 * @returns a backend for `selectBackend`
 * @throws {OptionError} when an option is unknown or out of range
 */
export function webgpuBackend(options: WebgpuOptions = {}): Backend {
  assertOptions('webgpuBackend', options, {
    powerPreference: oneOf('high-performance', 'low-power'),
    softwareAdapter: oneOf('refuse', 'accept'),
  })
  return {
    name: 'webgpu',
    async isAvailable() {
      const opening = await openAdapter(options)
      return opening.ok ? { ok: true, device: opening.device } : opening
    },
    activate: () => activate(options),
  }
}

async function activate(options: WebgpuOptions): Promise<BackendReport> {
  const previous = getBackend() as string | null
  try {
    const device = await activateWebgpu(() => open(options))
    if (!(await computesFloat32()))
      throw unavailable({ reason: `${device.name} computes wrong numbers`, fix: elsewhere })
    return { name: 'webgpu', device: device.name }
  } catch (error) {
    if (previous) await setBackend(previous)
    if (AutoencoderError.isInstance(error)) throw error
    const reason = `the adapter cannot open a device: ${error instanceof Error ? error.message : String(error)}`
    throw unavailable(
      { reason, fix: `close other pages that use the GPU or restart the browser, or ${elsewhere}` },
      error,
    )
  }
}

const elsewhere = 'use webgl or wasm from @ae/web'

async function open(options: WebgpuOptions) {
  const opening = await openAdapter(options)
  if (!opening.ok) throw unavailable(opening)
  const { adapter, gpu } = opening
  return { adapter, gpu, synchronousReads: 'through a canvas' } as const
}

function unavailable(
  { reason, fix }: Omit<Extract<Availability, { ok: false }>, 'ok'>,
  cause?: unknown,
): BackendUnavailableError {
  return new BackendUnavailableError('`webgpu` cannot run here.', { facts: { Reason: reason }, fix, cause })
}
