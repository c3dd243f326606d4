// The `webgpu` backend in Node: tfjs's WebGPU backend on Dawn (npm `webgpu`).
import { type Backend, type BackendReport, BackendUnavailableError } from '@ae/core'
import { assertOptions, oneOf } from '@ae/core/internal'
import { activateWebgpu, activeWebgpu } from '@ae/webgpu'
import { openAdapter, type PowerPreference } from './dawn.ts'

export type { PowerPreference } from './dawn.ts'

/** The options of {@link webgpuBackend}. */
export interface WebgpuOptions {
  /** Which of several GPUs: `high-performance` or `low-power`. Defaults to `high-performance`. */
  readonly powerPreference?: PowerPreference | undefined
}

/**
 * The GPU through WebGPU: Vulkan on Linux, Metal on macOS, D3D12 on Windows. A software adapter is used where
 * there is no other; the report's device then says `software`.
 *
 * Values can be read only with `await x.data()`: Node has no synchronous way.
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
  let withdraw = () => {}
  try {
    const { name: device } = await activateWebgpu(async () => {
      const opening = await openWithDawn(powerPreference)
      withdraw = provide(opening.globals)
      return { adapter: opening.adapter, gpu: opening.gpu, synchronousReads: 'never' }
    })
    return { name: 'webgpu', device }
  } catch (error) {
    withdraw()
    throw error
  }
}

async function openWithDawn(powerPreference: PowerPreference) {
  const opening = await openAdapter(powerPreference)
  if (opening.ok) return opening
  throw new BackendUnavailableError('`webgpu` cannot run here.', {
    facts: { Reason: opening.reason },
    fix: opening.fix,
  })
}

/** The globals that tfjs's backend and ours use while they compute. */
const needed = [
  'GPUBuffer',
  'GPUBufferUsage',
  'GPUExternalTexture',
  'GPUMapMode',
  'GPUOutOfMemoryError',
  'GPUTexture',
  'GPUTextureUsage',
] as const

/**
 * Adds what a device needs to the process: missing globals, and one listener for its exit.
 *
 * @returns a function that removes them
 */
function provide(globals: object): () => void {
  const missing = needed.filter((name) => !(name in globalThis))
  for (const name of missing) {
    // Not enumerable, as in a browser.
    Object.defineProperty(globalThis, name, { value: Reflect.get(globals, name), writable: true, configurable: true })
  }
  process.off('exit', destroyDevice).once('exit', destroyDevice)
  return () => {
    for (const name of missing) Reflect.deleteProperty(globalThis, name)
    process.off('exit', destroyDevice)
  }
}

/** Destroying the device waits for its work. Without it Node unloads Dawn too early: one exit in forty was a SIGSEGV. */
function destroyDevice(): void {
  activeWebgpu()?.destroy()
}
