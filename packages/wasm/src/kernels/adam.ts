// One Adam step over all variables in one kernel (Kingma and Ba 2015; epsilon outside the root, as in PyTorch).
import { type KernelAttributes, sizeOfShape } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { renewData } from '../memory/tensor-data.ts'
import { implement } from './kernel.ts'

/**
 * The new parameters, then the new means, then the new squares. Means and squares are changed where they lie, which spares a
 * third of the memory traffic, unless another tensor shares their values; so are parameters in a step that is private. tfjs is
 * told of all that is changed in place.
 */
export const adam = implement(kernels.adam, ({ inputs, attributes }, { heap, backend }) => {
  const { count, beta1, beta2, epsilon } = attributes
  const { parameter, gradient, mean, square } = inputs
  const before = [...parameter, ...mean, ...square]
  const isDistinct = new Set(before.map(({ dataId }) => dataId)).size === before.length
  const isInPlace = before.map(
    ({ dataId }, i) => (i >= count || heap.allowsInPlaceUpdates) && isDistinct && backend.refCount(dataId) === 1,
  )
  const made = heap.outputs(before.filter((_, i) => !isInPlace[i]).map(({ shape }) => shape))
  const results = before.map((tensor, i) => (isInPlace[i] ? again(backend, tensor) : (made.shift() as TensorInfo)))
  const addresses = results.map((tensor) => heap.address(tensor))
  // One line for each variable, as assembly/adam.ts reads it.
  const table = parameter.flatMap(({ shape }, index) => [
    sizeOfShape(shape),
    ...[parameter, gradient, mean, square].map((tensors) => heap.address(tensors[index] as TensorInfo)),
    ...[index, count + index, 2 * count + index].map((at) => addresses[at] ?? 0),
  ])
  heap.write(table, (address) =>
    heap.exports.adam(address, count, beta1, 1 - beta1, beta2, 1 - beta2, ...corrections(attributes), epsilon),
  )
  before.forEach(({ dataId }, i) => {
    if (isInPlace[i]) renewData(backend, dataId)
  })
  return results
})

/** What the mean is multiplied by, and the root of the square: the step size and both corrections. */
export function corrections({
  learningRate,
  beta1,
  beta2,
  step,
}: Pick<KernelAttributes<typeof kernels.adam>, 'learningRate' | 'beta1' | 'beta2' | 'step'>): [
  stepSize: number,
  rootCorrection: number,
] {
  return [learningRate / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step)]
}

/** The same values as another tensor. */
function again(backend: BackendWasm, { dataId, shape, dtype }: TensorInfo): TensorInfo {
  backend.incRef(dataId)
  return { dataId, shape, dtype }
}
