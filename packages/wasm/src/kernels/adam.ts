// One Adam step over all variables in one kernel (Kingma and Ba 2015; epsilon outside the root, as in PyTorch).
import { adamAttributes, fusedKernels, sizeOfShape } from '@ae/core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { floatInput, shapedInput, type WasmKernel } from './kernel.ts'

/**
 * The new parameters, then the new means, then the new squares. New parameters are new tensors: XNNPACK, which runs some of
 * tfjs's convolutions, packs a weight once per tensor and would not see a change in place. Means and squares are changed
 * where they lie, which spares a third of the memory traffic, unless another tensor shares their values.
 */
export const adam: WasmKernel = {
  name: fusedKernels.adam,
  run: ({ inputs, attributes, heap, backend }) => {
    const { count, learningRate, beta1, beta2, epsilon, step } = adamAttributes(attributes)
    const variables = Array.from({ length: count }, (_, index) => {
      const parameter = floatInput(fusedKernels.adam, inputs, `parameter${index}`)
      const like = (name: string) => shapedInput(fusedKernels.adam, inputs, `${name}${index}`, parameter.shape)
      return [parameter, like('gradient'), like('mean'), like('square')] as const
    })
    const shapes = variables.map(([parameter]) => parameter.shape)
    const moments = [...variables.map(([, , mean]) => mean), ...variables.map(([, , , square]) => square)]
    const distinct = new Set(moments.map(({ dataId }) => dataId)).size === moments.length
    const inPlace = moments.map(({ dataId }) => distinct && backend.refCount(dataId) === 1)
    const made = heap.outputs([...shapes, ...moments.filter((_, i) => !inPlace[i]).map(({ shape }) => shape)])
    const parameters = made.splice(0, count)
    const results = [
      ...parameters,
      ...moments.map((moment, i) => (inPlace[i] ? again(backend, moment) : (made.shift() as TensorInfo))),
    ]
    const addresses = results.map((tensor) => heap.address(tensor))
    // One line for each variable, as assembly/adam.ts reads it.
    const table = variables.flatMap((tensors, index) => [
      sizeOfShape(tensors[0].shape),
      ...tensors.map((tensor) => heap.address(tensor)),
      ...[index, count + index, 2 * count + index].map((at) => addresses[at] ?? 0),
    ])
    const stepSize = learningRate / (1 - beta1 ** step)
    const rootCorrection = 1 / Math.sqrt(1 - beta2 ** step)
    heap.write(table, (address) =>
      heap.native.adam(address, count, beta1, 1 - beta1, beta2, 1 - beta2, stepSize, rootCorrection, epsilon),
    )
    return results
  },
}

/** The same values as another tensor. */
function again(backend: BackendWasm, { dataId, shape, dtype }: TensorInfo): TensorInfo {
  backend.incRef(dataId)
  return { dataId, shape, dtype }
}
