// One step of an optimiser over all variables, in their own memory.
import type { KernelAttributes } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { implement, output } from './kernel.ts'
import { bindingLimit, record } from './recorder.ts'

/** The new parameters, then the new slots and averages, each in the memory of the old ones. */
export const optimize = implement(kernels.optimize, ({ inputs, attributes }, backend) => {
  const { parameter, a, b, c, average, gradient, factor } = inputs
  const present = Object.entries({ parameter, a, b, c, average }).filter(([, tensors]) => tensors.length > 0)
  const moved = present.map(([, tensors]) => tensors.map((tensor) => movable(backend, tensor)))
  const variables = gradient.map((gradient, i) => ({
    reads: { gradient, ...(factor[i] && { factor: factor[i] }) },
    writes: Object.fromEntries(present.map(([name], column) => [name, moved[column]?.[i] as TensorInfo])),
  }))
  // Nothing is recorded of a dispatch that binds an empty tensor.
  const filled = variables.filter(({ reads }) => util.sizeFromShape(reads.gradient.shape) > 0)
  const together = Math.max(1, Math.floor(bindingLimit(backend) / (1 + present.length + (attributes.isScaled ? 1 : 0))))
  for (let first = 0; first < filled.length; first += together) {
    moveTogether(backend, filled.slice(first, first + together), attributes)
  }
  return moved.flat()
})

type Attributes = KernelAttributes<typeof kernels.optimize>

interface Variable {
  readonly reads: { readonly gradient: TensorInfo; readonly factor?: TensorInfo }
  readonly writes: Readonly<Record<string, TensorInfo>>
}

const workgroupSize = 256

/** One dispatch: each workgroup belongs to one of the variables. */
function moveTogether(backend: WebGPUBackend, variables: readonly Variable[], attributes: Attributes): void {
  const { count: _, rule, isScaled, isAveraged, limit, ...numbers } = attributes
  const isLimited = Number.isFinite(limit)
  const numbered = (tensors: object, i: number) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${name}${i}`, tensor as TensorInfo]))
  const sizes: Record<string, number> = {}
  let workgroups = 0
  for (const [i, { reads }] of variables.entries()) {
    const size = util.sizeFromShape(reads.gradient.shape)
    Object.assign(sizes, { [`size${i}`]: size, [`first${i}`]: workgroups })
    workgroups += Math.ceil(size / workgroupSize)
  }
  const options = [isScaled && 'scaled', isLimited && 'limited', isAveraged && 'averaged'].filter(Boolean)
  record(backend, {
    key: [kernels.optimize.name, rule, ...options, 'of', variables.length].join(' '),
    reads: Object.assign({}, ...variables.map(({ reads }, i) => numbered(reads, i))),
    writes: Object.assign({}, ...variables.map(({ writes }, i) => numbered(writes, i))),
    sizes,
    numbers: { ...numbers, limit: isLimited ? limit : 0 },
    workgroupSize,
    workgroups,
    code: () => ({
      body: variables.map((_, i) => moveOne(i, variables.length, { rule, isScaled, isLimited, isAveraged })).join('\n'),
    }),
  })
}

function moveOne(
  i: number,
  count: number,
  {
    rule,
    isScaled,
    isLimited,
    isAveraged,
  }: Pick<Attributes, 'rule' | 'isScaled' | 'isAveraged'> & { isLimited: boolean },
): string {
  const isMine = `group >= sizes.first${i}${i + 1 < count ? ` && group < sizes.first${i + 1}` : ''}`
  return `  if (${isMine}) {
    let at = (group - sizes.first${i}) * ${workgroupSize}u + local;
    if (at < sizes.size${i}) {
      let old = parameter${i}[at];
      var g = gradient${i}[at]${isScaled ? ` * factor${i}[0]` : ''};
      ${isLimited ? 'g = clamp(g, -numbers.limit, numbers.limit);' : ''}
      g += numbers.decay * old;
      ${directionOf[rule](i)}
      let moved = old - numbers.shrink * old - numbers.stepSize * direction;
      parameter${i}[at] = moved;
      ${isAveraged ? average(i) : ''}
    }
  }`
}

const average = (i: number) => `
      let before = average${i}[at];
      average${i}[at] = select(before + numbers.weight * (moved - before), moved, numbers.weight == 1);`

const mean = (slot: string) => `let mean = numbers.beta1 * ${slot}[at] + numbers.gain1 * g; ${slot}[at] = mean;`
const square = (slot: string) =>
  `let square = numbers.beta2 * ${slot}[at] + numbers.gain2 * g * g; ${slot}[at] = square;`
const center = (i: number) => `let center = numbers.beta2 * b${i}[at] + numbers.gain2 * g; b${i}[at] = center;`
const divided = 'let divided = g / (sqrt(square) + numbers.epsilon);'
const centered = 'let divided = g / (sqrt(square - center * center) + numbers.epsilon);'
const buffer = (slot: string) => `let direction = numbers.beta1 * ${slot}[at] + divided; ${slot}[at] = direction;`

/** The direction of each rule, and the new slots, as the contract says. */
const directionOf: Readonly<Record<Attributes['rule'], (i: number) => string>> = {
  descent: () => 'let direction = g;',
  momentum: (i) => `${mean(`a${i}`)} let direction = numbers.beta2 * mean + numbers.gain2 * g;`,
  sign: (i) => `let mixed = numbers.beta1 * a${i}[at] + numbers.gain1 * g;
      let direction = select(select(mixed, -1.0, mixed < 0), 1.0, mixed > 0);
      a${i}[at] = numbers.beta2 * a${i}[at] + numbers.gain2 * g;`,
  root: (i) => `${square(`a${i}`)} ${divided} let direction = divided;`,
  rootMomentum: (i) => `${square(`a${i}`)} ${divided} ${buffer(`b${i}`)}`,
  centered: (i) => `${square(`a${i}`)} ${center(i)} ${centered} let direction = divided;`,
  centeredMomentum: (i) => `${square(`a${i}`)} ${center(i)} ${centered} ${buffer(`c${i}`)}`,
  moments: (i) => `${mean(`a${i}`)} ${square(`b${i}`)}
      let direction = mean / (sqrt(square) * numbers.root + numbers.epsilon);`,
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
