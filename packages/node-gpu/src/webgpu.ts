// The `webgpu` backend in Node: tfjs's WebGPU backend on Dawn (npm `webgpu`).
import {
  AutoencoderError,
  assertOptions,
  type Backend,
  type BackendReport,
  BackendUnavailableError,
  oneOf,
} from '@ae/core'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import {
  findBackendFactory,
  type KernelBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core'
import { type Opening, openAdapter, type PowerPreference } from './dawn.ts'

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

/** On the factory of our backend, its device; a symbol that two copies of this package share. */
const deviceOf = Symbol.for('@ae/node-gpu/device')
type Factory = (() => KernelBackend | Promise<KernelBackend>) & { readonly [deviceOf]?: string }

async function activate(powerPreference: PowerPreference): Promise<BackendReport> {
  const device = (findBackendFactory('webgpu') as Factory | undefined)?.[deviceOf] ?? (await register(powerPreference))
  await setBackend('webgpu')
  return { name: 'webgpu', device }
}

async function register(powerPreference: PowerPreference): Promise<string> {
  const opening = await openAdapter(powerPreference)
  if (!opening.ok) {
    throw new BackendUnavailableError('`webgpu` cannot run here.', {
      facts: { Reason: opening.reason },
      fix: opening.fix,
    })
  }
  const backend = await createBackend(opening)
  const factory: Factory = Object.assign(() => backend, { [deviceOf]: opening.device, gpu: opening.gpu })
  // With `navigator.gpu` set by the program itself, importing tfjs's backend has registered its stock factory.
  if (findBackendFactory('webgpu') !== null) removeBackend('webgpu')
  registerBackend('webgpu', factory)
  return opening.device
}

async function createBackend({ adapter, gpu, globals }: Extract<Opening, { ok: true }>): Promise<WebGPUBackend> {
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
  })
  // Node unloads Dawn while work goes on, and one exit in forty was a SIGSEGV: destroying the device waits for its work.
  process.once('exit', () => device.destroy())
  Object.assign(globalThis, globals) // tfjs's backend refers to GPUBuffer, GPUBufferUsage, ... as globals
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
  const backend = withNavigatorGpu(gpu, () => new WebGPUBackend(device, adapter.info))
  return refuseSynchronousReads(backend)
}

/** What a device gets beyond WebGPU's guaranteed minimum: as much as the adapter has. */
const limits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const

/** tfjs's constructor asks whether `navigator.gpu` exists; nothing does afterwards. Node 20 has no `navigator` at all. */
function withNavigatorGpu<result>(gpu: GPU, construct: () => result): result {
  if (globalThis.navigator?.gpu !== undefined) return construct()
  const [owner, name, value] =
    globalThis.navigator === undefined ? [globalThis, 'navigator', { gpu }] : [navigator, 'gpu', gpu]
  Object.defineProperty(owner, name, { value, configurable: true })
  try {
    return construct()
  } finally {
    Reflect.deleteProperty(owner, name)
  }
}

/** tfjs reads synchronously through a canvas, which Node lacks: its `OffscreenCanvas is not defined` helps nobody. */
function refuseSynchronousReads(backend: WebGPUBackend): WebGPUBackend {
  const readSync = backend.readSync.bind(backend)
  backend.readSync = (dataId) => {
    const { values, complexTensorInfos, dtype } = backend.tensorMap.get(dataId)
    if (values || complexTensorInfos || dtype === 'string') return readSync(dataId)
    throw new AutoencoderError('`webgpu` cannot read a tensor synchronously in Node.', {
      fix: 'use await x.data() or await x.array() in place of x.dataSync() or x.arraySync()',
    })
  }
  return backend
}
