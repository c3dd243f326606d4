// One step of an optimiser over all variables in one kernel, and the factor by which gradients are clipped.
import { type MoveNumbers, sizeOfShape } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { renewData } from '../memory/tensor-data.ts'
import { implement } from './kernel.ts'

/**
 * Slots and averages are changed where they lie, which spares a third of the memory traffic, unless another tensor shares their
 * values; so are parameters in a step that is private. tfjs is told of all that is changed in place.
 */
export const optimize = implement(kernels.optimize, ({ inputs, attributes }, { heap, backend }) => {
  const { count, rule, limit } = attributes
  const { parameter, gradient, a, b, c, factor, average } = inputs
  // The buffer has a place of its own there, whether there is a mean or not.
  const columns = rule === 'rootMomentum' ? [parameter, a, [], b, average] : [parameter, a, b, c, average]
  const before = columns.flat()
  const isDistinct = new Set(before.map(({ dataId }) => dataId)).size === before.length
  const isInPlace = before.map(
    ({ dataId }, i) => (i >= count || heap.allowsInPlaceUpdates) && isDistinct && backend.refCount(dataId) === 1,
  )
  const made = heap.outputs(before.filter((_, i) => !isInPlace[i]).map(({ shape }) => shape))
  const results = before.map((tensor, i) => (isInPlace[i] ? again(backend, tensor) : (made.shift() as TensorInfo)))
  const rest = [...results]
  const after = columns.map(({ length }) => rest.splice(0, length))
  // One line for each variable, as assembly/optimize.ts reads it.
  const table = parameter.flatMap(({ shape }, index) => [
    sizeOfShape(shape),
    ...[gradient, factor, ...columns, ...after].map((tensors) => {
      const tensor = tensors[index]
      return tensor === undefined ? 0 : heap.address(tensor)
    }),
  ])
  heap.write(table, (address) =>
    heap.exports.optimize(address, count, numberOfRule[rule], limit, ...argumentsOf(attributes)),
  )
  before.forEach(({ dataId }, i) => {
    if (isInPlace[i]) renewData(backend, dataId)
  })
  return results
})

/** The factor; the sums of squares of its parts are in memory of its own. */
export const clipFactor = implement(kernels.clipFactor, ({ inputs: { gradient }, attributes }, { heap }) => {
  const factor = heap.output([])
  const table = gradient.flatMap((tensor) => [sizeOfShape(tensor.shape), heap.address(tensor)])
  const parts = gradient.reduce((sum, { shape }) => sum + Math.ceil(sizeOfShape(shape) / partSize), 0)
  heap.write(table, (at) => {
    heap.scratch(8 * parts, (sums) => {
      heap.exports.clipFactor(at, gradient.length, sums, heap.address(factor), attributes.maximum)
    })
  })
  return factor
})

/** As in assembly/optimize.ts. */
const partSize = 16384

const numberOfRule = {
  moments: 0,
  momentum: 1,
  sign: 2,
  descent: 3,
  root: 4,
  rootMomentum: 4,
  centered: 4,
  centeredMomentum: 4,
} as const

/** The last arguments of `optimize`, in order. */
export function argumentsOf({ shrink, decay, weight, ...others }: MoveNumbers): number[] {
  const { beta1, gain1, beta2, gain2, stepSize, root, epsilon } = others
  return [shrink, decay, weight, beta1, gain1, beta2, gain2, stepSize, root, epsilon]
}

/** The same values as another tensor. */
function again(backend: BackendWasm, { dataId, shape, dtype }: TensorInfo): TensorInfo {
  backend.incRef(dataId)
  return { dataId, shape, dtype }
}
