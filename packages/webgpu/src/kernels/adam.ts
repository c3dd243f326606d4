// One Adam step over all variables, in their own memory (Kingma and Ba 2015; epsilon outside the root, as in PyTorch).
import * as kernels from '@ae/core/kernels'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { implement, output } from './kernel.ts'
import { bindingLimit, record } from './recorder.ts'

/** The new parameters, then the new means, then the new squares, each in the memory of the old ones. */
export const adam = implement(kernels.adam, ({ inputs, attributes }, backend) => {
  const { learningRate, beta1, beta2, epsilon, step } = attributes
  const move = (tensors: readonly TensorInfo[], i: number) => movable(backend, tensors[i] as TensorInfo)
  const variables = inputs.gradient.map((gradient, i) => ({
    gradient,
    parameter: move(inputs.parameter, i),
    mean: move(inputs.mean, i),
    square: move(inputs.square, i),
  }))
  const numbers = {
    beta1,
    beta2,
    meanGain: 1 - beta1,
    squareGain: 1 - beta2,
    stepSize: learningRate / (1 - beta1 ** step),
    rootOfCorrection: Math.sqrt(1 - beta2 ** step),
    epsilon,
  }
  const together = Math.max(1, Math.floor(bindingLimit(backend) / 4))
  // Nothing is recorded of a dispatch that binds an empty tensor.
  const moved = variables.filter(({ gradient }) => util.sizeFromShape(gradient.shape) > 0)
  for (let first = 0; first < moved.length; first += together) {
    moveTogether(backend, moved.slice(first, first + together), numbers)
  }
  return [
    ...variables.map(({ parameter }) => parameter),
    ...variables.map(({ mean }) => mean),
    ...variables.map(({ square }) => square),
  ]
})

type Variable = Readonly<Record<'gradient' | 'parameter' | 'mean' | 'square', TensorInfo>>

const workgroupSize = 256

/** One dispatch: each workgroup belongs to one of the variables. */
function moveTogether(
  backend: WebGPUBackend,
  variables: readonly Variable[],
  numbers: Readonly<Record<string, number>>,
): void {
  const reads: Record<string, TensorInfo> = {}
  const writes: Record<string, TensorInfo> = {}
  const sizes: Record<string, number> = {}
  let workgroups = 0
  for (const [i, { gradient, parameter, mean, square }] of variables.entries()) {
    reads[`gradient${i}`] = gradient
    Object.assign(writes, { [`parameter${i}`]: parameter, [`mean${i}`]: mean, [`square${i}`]: square })
    sizes[`size${i}`] = util.sizeFromShape(parameter.shape)
    sizes[`first${i}`] = workgroups
    workgroups += Math.ceil(util.sizeFromShape(parameter.shape) / workgroupSize)
  }
  record(backend, {
    key: `${kernels.adam.name} of ${variables.length}`,
    reads,
    writes,
    sizes,
    numbers,
    workgroupSize,
    workgroups,
    code: () => ({ body: variables.map((_, i) => moveOne(i, variables.length)).join('\n') }),
  })
}

function moveOne(i: number, count: number): string {
  const isMine = `group >= sizes.first${i}${i + 1 < count ? ` && group < sizes.first${i + 1}` : ''}`
  return `  if (${isMine}) {
    let at = (group - sizes.first${i}) * ${workgroupSize}u + local;
    if (at < sizes.size${i}) {
      let gradient = gradient${i}[at];
      let mean = mean${i}[at] * numbers.beta1 + gradient * numbers.meanGain;
      let square = square${i}[at] * numbers.beta2 + gradient * gradient * numbers.squareGain;
      mean${i}[at] = mean;
      square${i}[at] = square;
      parameter${i}[at] -= mean / (sqrt(square) / numbers.rootOfCorrection + numbers.epsilon) * numbers.stepSize;
    }
  }`
}

/**
 * A tensor to change in place of \`old\`: it takes over its memory where nothing else refers to that, else a copy of it.
 */
function movable(backend: WebGPUBackend, old: TensorInfo): TensorInfo {
  backend.uploadToGPU(old.dataId)
  const next = output(backend, old.shape)
  const [from, to] = [backend.tensorMap.get(old.dataId), backend.tensorMap.get(next.dataId)]
  if (from.refCount === 1 && from.external !== true) {
    to.resource = from.resource as GPUBuffer
    delete from.resource
  } else {
    to.resource = copy(backend, from.resource as GPUBuffer)
  }
  return next
}

function copy(backend: WebGPUBackend, buffer: GPUBuffer): GPUBuffer {
  const copied = backend.bufferManager.acquireBuffer(buffer.size, buffer.usage)
  backend.ensureCommandEncoderReady()
  backend.endComputePassEncoder()
  const { commandEncoder } = backend as unknown as { commandEncoder: GPUCommandEncoder }
  commandEncoder.copyBufferToBuffer(buffer, 0, copied, 0, buffer.size)
  return copied
}
