// The one WebGPU device of a process or page: opened from an adapter and used by tfjs's backend `webgpu`.
import { AutoencoderError, extendBackend } from '@ae/core'
import { assertMembers, assertOption, functionOption, lackOf, type OptionCheck } from '@ae/core/internal'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import {
  findBackendFactory,
  type KernelBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core'
import { describeAdapter } from './describe-adapter.ts'
import { installKernels } from './kernels/install.ts'

/** An adapter, and what else opening a device needs. */
export interface WebgpuOpening {
  /** The device is opened from it, with the highest limits and all features that tfjs can use. */
  readonly adapter: GPUAdapter
  /** Where it comes from: `navigator.gpu`, or Dawn's instance; kept for as long as the device. */
  readonly gpu: GPU
  /** Whether a tensor can be read synchronously: `through a canvas`, which Node lacks, or `never`. */
  readonly synchronousReads: 'through a canvas' | 'never'
}

/** Why a device is gone. */
export interface DeviceLoss {
  /** `destroyed` by the program itself, or `unknown`: a driver that failed, a GPU that was unplugged or hung. */
  readonly reason: 'destroyed' | 'unknown'
  /** The message of the WebGPU implementation. */
  readonly message: string
}

/** The device that tfjs computes on. */
export interface WebgpuDevice {
  /** The adapter's name, e.g. `nvidia h200 (NVIDIA: 580.95.05)`. */
  readonly name: string
  /** Whether its shaders may compute with 16-bit floats (`shader-f16`). Training does not: it needs 32 bits. */
  readonly float16: boolean
  /**
   * Resolves with the reason when the device is lost; never rejects. All tensors on it are lost too; reading them may then
   * fail or never end. `activateWebgpu` opens another device.
   */
  readonly lost: Promise<DeviceLoss>
  /** Waits for the device's work and releases it; pending reads are rejected. */
  destroy(): void
}

/**
 * Makes WebGPU the tfjs backend of this process or page. An open device is kept unless it is lost.
 *
 * tfjs's backend is loaded here, not before; it finds `GPUBuffer`, `GPUBufferUsage`, ... as globals.
 *
 * @param open called for an adapter when a device must be opened; its errors are passed on
 * @returns the device
 */
export async function activateWebgpu(open: () => Promise<WebgpuOpening>): Promise<WebgpuDevice> {
  assertOption('activateWebgpu', 'open', open, functionOption)
  const device = activeWebgpu() ?? (await register(open))
  await setBackend('webgpu')
  return device
}

/** The device that `activateWebgpu` opened here, from this or another copy of this package, if it is not lost. */
export function activeWebgpu(): WebgpuDevice | undefined {
  const state = (findBackendFactory('webgpu') as Factory | undefined)?.[stateOf]
  return state === undefined || state.end.hasCome ? undefined : state.device
}

/** The key of our state on the backend's factory: two copies of this package share it. */
const stateOf = Symbol.for('@ae/webgpu/device')

interface State {
  readonly device: WebgpuDevice
  /** Kept because Dawn answers only while something refers to it. */
  readonly gpu: GPU
  readonly end: { readonly hasCome: boolean }
}

type Factory = (() => KernelBackend | Promise<KernelBackend>) & { readonly [stateOf]?: State }

let opening: Promise<WebgpuDevice> | undefined

/** Calls made while a device is being opened get that device. */
function register(open: () => Promise<WebgpuOpening>): Promise<WebgpuDevice> {
  opening ??= openAndRegister(open).finally(() => {
    opening = undefined
  })
  return opening
}

async function openAndRegister(open: () => Promise<WebgpuOpening>): Promise<WebgpuDevice> {
  const source = await open()
  assertMembers('activateWebgpu', 'open()', source, {
    expected: 'an adapter, and where it comes from',
    members: { adapter: isAdapter, gpu: 'object', synchronousReads: 'string' },
    fix: "give { adapter: await gpu.requestAdapter(), gpu, synchronousReads: 'never' }",
  })
  const { adapter, gpu, synchronousReads } = source
  const gpuDevice = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
    requiredFeatures: features.filter((name) => adapter.features.has(name)),
  })
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
  const backend = withNavigatorGpu(gpu, () => new WebGPUBackend(gpuDevice, adapter.info))
  if (synchronousReads === 'never') refuseSynchronousReads(backend)
  const end = { hasCome: false } // set before those who wait for `lost` ask for another device
  const device: WebgpuDevice = {
    name: describeAdapter(adapter.info),
    float16: gpuDevice.features.has('shader-f16'),
    lost: gpuDevice.lost.then(({ reason, message }) => {
      end.hasCome = true
      return { reason, message }
    }),
    destroy() {
      abandonReads(backend)
      gpuDevice.destroy()
    },
  }
  const whyItEnds = endOf(gpuDevice, device).finally(() => {
    end.hasCome = true
  })
  extendBackend(backend, { lost: whyItEnds })
  const state: State = { device, gpu, end }
  const factory: Factory = Object.assign(() => backend, { [stateOf]: state })
  // Replaces a lost device's factory, or the one that tfjs's backend registers where `navigator.gpu` exists.
  if (findBackendFactory('webgpu') !== null) removeBackend('webgpu')
  registerBackend('webgpu', factory)
  installKernels()
  return device
}

/**
 * Resolves with the reason when the device's results can no longer be trusted: it is lost, or it refused a command, as it
 * does when its memory is full. Later commands then compute on nothing, and reads give zeros.
 */
function endOf(gpuDevice: GPUDevice, device: WebgpuDevice): Promise<string> {
  return new Promise((resolve) => {
    device.lost.then(({ reason, message }) => resolve(`its GPU device was lost: ${message || reason}`))
    gpuDevice.addEventListener('uncapturederror', ({ error }) => {
      const isMemory = typeof GPUOutOfMemoryError !== 'undefined' && error instanceof GPUOutOfMemoryError
      // Frees the memory and lets the next activation open another device. Done inside the event, it would hang Dawn.
      setTimeout(() => device.destroy(), 0)
      resolve(`${isMemory ? 'the memory of the GPU is full' : 'the GPU refused a command'}: ${error.message}`)
    })
  })
}

/** Rejects pending reads: a Node thread that ends during one ends the process, because Dawn aborts over the open promise. */
function abandonReads({ bufferManager }: WebGPUBackend): void {
  const { usedBuffers } = bufferManager as unknown as { usedBuffers: ReadonlyMap<string, readonly GPUBuffer[]> }
  for (const buffers of usedBuffers.values()) {
    for (const buffer of buffers) if (buffer.mapState === 'pending') buffer.unmap()
  }
}

const isAdapter: OptionCheck = (value) =>
  lackOf(value, { requestDevice: 'function', features: 'object', limits: 'object' }) === undefined
    ? undefined
    : 'a GPUAdapter'

/** Limits that are raised from WebGPU's guaranteed minimum to what the adapter has. */
const limits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupsPerDimension',
] as const

/** Requested where the adapter has them: timing of kernels, and 16-bit floats in shaders. */
const features: readonly GPUFeatureName[] = ['timestamp-query', 'shader-f16']

/** tfjs's constructor checks that `navigator.gpu` exists; nothing else needs it. Node 20 has no `navigator` at all. */
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

/** tfjs reads synchronously through a canvas, which Node lacks. Its `OffscreenCanvas is not defined` is of no help. */
function refuseSynchronousReads(backend: WebGPUBackend): void {
  const readSync = backend.readSync.bind(backend)
  backend.readSync = (dataId) => {
    const { values, complexTensorInfos, dtype } = backend.tensorMap.get(dataId)
    if (values || complexTensorInfos || dtype === 'string') return readSync(dataId)
    throw new AutoencoderError('`webgpu` cannot read a tensor synchronously in Node.', {
      fix: 'use await x.data() or await x.array() in place of x.dataSync() or x.arraySync()',
    })
  }
}
