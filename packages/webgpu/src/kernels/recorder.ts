// Records programs with several outputs into the command encoder of tfjs's WebGPU backend, between tfjs's own: the
// backend's `runWebGPUProgram` allows one output each.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { env, type TensorInfo, util } from '@tensorflow/tfjs-core'

/** One dispatch: WGSL, the tensors that it binds and the numbers that it is told. */
export interface Dispatch {
  /** Names the code: two dispatches with one key have the same code, bindings and workgroup size. */
  readonly key: string
  /** The tensors it reads, by their names in the code, where each is an `array<f32>`. */
  readonly reads: Readonly<Record<string, TensorInfo>>
  /** The tensors it writes, or changes in place; none may be among those read. */
  readonly writes: Readonly<Record<string, TensorInfo>>
  /** Lengths, by their names in the code: each a `u32` of the uniform `sizes`. */
  readonly sizes?: Readonly<Record<string, number>> | undefined
  /** Numbers that change from call to call, by their names in the code: each an `f32` of the uniform `numbers`. */
  readonly numbers?: Readonly<Record<string, number>> | undefined
  /** Invocations a workgroup; 256 are what every device has. */
  readonly workgroupSize: number
  /** How many workgroups. */
  readonly workgroups: number
  /**
   * WGSL: what stands outside `main`, and `main`'s body, which finds its workgroup's number in `group` (some are beyond
   * `workgroups`: the body must do nothing for those) and its own in `local`.
   */
  readonly code: () => { readonly declarations?: string; readonly body: string }
}

/** Records a dispatch. The tensors must be float32. Nothing is recorded where a tensor is empty: it is left zero. */
export function record(backend: WebGPUBackend, dispatch: Dispatch): void {
  const { reads, writes } = dispatch
  const tensors = [...Object.values(reads), ...Object.values(writes)]
  if (tensors.some(({ shape }) => util.sizeFromShape(shape) === 0)) {
    for (const { dataId, shape } of Object.values(writes)) {
      backend.tensorMap.get(dataId).values = new Float32Array(util.sizeFromShape(shape))
    }
    return
  }
  const { device } = backend
  const encoder = backend as unknown as Encoder
  for (const { dataId } of tensors) {
    backend.uploadToGPU(dataId)
    encoder.commandQueueOwnedIds.add(dataId)
  }
  const pipeline = pipelineOf(backend, dispatch)
  const resources = [
    ...tensors.map(({ dataId }) => backend.tensorMap.get(dataId).resource as GPUBuffer),
    ...uniforms(backend, dispatch),
  ]
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: resources.map((buffer, binding) => ({ binding, resource: { buffer } })),
  })
  backend.ensureCommandEncoderReady()
  encoder.computePassEncoder ??= encoder.commandEncoder.beginComputePass()
  encoder.computePassEncoder.setPipeline(pipeline)
  encoder.computePassEncoder.setBindGroup(0, bindGroup)
  encoder.computePassEncoder.dispatchWorkgroups(...rectangle(dispatch.workgroups, device))
  encoder.dispatchCountInPass++
  if (encoder.dispatchCountInPass >= env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) {
    backend.endComputePassEncoder()
    backend.submitQueue()
  }
}

/** How many tensors one dispatch may bind. */
export function bindingLimit({ device }: WebGPUBackend): number {
  return device.limits.maxStorageBuffersPerShaderStage
}

/** What tfjs's backend keeps to itself, of the version that this package depends on. */
interface Encoder {
  readonly commandEncoder: GPUCommandEncoder
  computePassEncoder: GPUComputePassEncoder | null | undefined
  /** Their buffers are not given to others before they are submitted. */
  readonly commandQueueOwnedIds: WeakSet<object>
  readonly uniformPendingDisposal: GPUBuffer[]
  dispatchCountInPass: number
}

/** What is compiled and uploaded once a device. */
interface Cache {
  readonly pipelines: Map<string, GPUComputePipeline>
  readonly sizes: Map<string, GPUBuffer>
}

const caches = new WeakMap<GPUDevice, Cache>()

function cacheOf(device: GPUDevice): Cache {
  let cache = caches.get(device)
  if (cache === undefined) {
    cache = { pipelines: new Map(), sizes: new Map() }
    caches.set(device, cache)
  }
  return cache
}

function pipelineOf({ device }: WebGPUBackend, dispatch: Dispatch): GPUComputePipeline {
  const { pipelines } = cacheOf(device)
  let pipeline = pipelines.get(dispatch.key)
  if (pipeline === undefined) {
    const module = device.createShaderModule({ label: dispatch.key, code: shaderOf(dispatch) })
    pipeline = device.createComputePipeline({
      label: dispatch.key,
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    })
    pipelines.set(dispatch.key, pipeline)
  }
  return pipeline
}

function shaderOf({ reads, writes, sizes, numbers, workgroupSize, code }: Dispatch): string {
  const variables = [
    ...Object.keys(reads).map((name) => `var<storage, read> ${name}: array<f32>`),
    ...Object.keys(writes).map((name) => `var<storage, read_write> ${name}: array<f32>`),
    ...(sizes === undefined ? [] : ['var<uniform> sizes: Sizes']),
    ...(numbers === undefined ? [] : ['var<uniform> numbers: Numbers']),
  ]
  const { declarations = '', body } = code()
  return `
${struct('Sizes', 'u32', sizes)}
${struct('Numbers', 'f32', numbers)}
${variables.map((variable, binding) => `@group(0) @binding(${binding}) ${variable};`).join('\n')}
${declarations}
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let group = id.x + id.y * count.x;
${body}
}`
}

function struct(name: string, type: string, fields: Readonly<Record<string, number>> | undefined): string {
  if (fields === undefined) return ''
  const members = Object.keys(fields).map((field) => `${field}: ${type}`)
  return `struct ${name} { ${members.join(', ')} }`
}

function uniforms(backend: WebGPUBackend, { sizes, numbers }: Dispatch): GPUBuffer[] {
  return [
    ...(sizes === undefined ? [] : [sizesBuffer(backend.device, Object.values(sizes))]),
    ...(numbers === undefined ? [] : [numbersBuffer(backend, Object.values(numbers))]),
  ]
}

/** Lengths repeat from step to step: their buffers are kept. */
function sizesBuffer(device: GPUDevice, values: number[]): GPUBuffer {
  const { sizes } = cacheOf(device)
  const key = values.join()
  let buffer = sizes.get(key)
  if (buffer === undefined) {
    buffer = device.createBuffer({ size: 4 * values.length, usage: GPUBufferUsage.UNIFORM, mappedAtCreation: true })
    new Uint32Array(buffer.getMappedRange()).set(values)
    buffer.unmap()
    if (sizes.size >= 1000) sizes.clear() // what is still in use lives on
    sizes.set(key, buffer)
  }
  return buffer
}

/** A buffer of tfjs's, which takes it back once it is submitted. */
function numbersBuffer(backend: WebGPUBackend, values: number[]): GPUBuffer {
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM
  const buffer = backend.bufferManager.acquireBuffer(4 * values.length, usage)
  backend.queue.writeBuffer(buffer, 0, Float32Array.from(values))
  ;(backend as unknown as Encoder).uniformPendingDisposal.push(buffer)
  return buffer
}

/** As few workgroups as make at least `count`, within what a dispatch may have along one axis. */
function rectangle(count: number, { limits }: GPUDevice): [x: number, y: number] {
  const rows = Math.ceil(count / limits.maxComputeWorkgroupsPerDimension)
  return [Math.ceil(count / rows), rows]
}
