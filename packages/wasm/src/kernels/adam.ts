// One Adam step over all variables in one kernel (Kingma and Ba 2015; epsilon outside the root, as in PyTorch).
import { AutoencoderError, fusedKernels, show } from '@ae/core'
import { type NamedAttrMap, util } from '@tensorflow/tfjs-core'
import { floatInput, shapedInput, type WasmKernel } from './kernel.ts'

/**
 * The new parameters, then the new means, then the new squares. All are new tensors: XNNPACK, which runs tfjs's
 * convolutions, packs a weight once per tensor and would not see a change in place.
 */
export const adam: WasmKernel = {
  name: fusedKernels.adam,
  run: ({ inputs, attributes, heap }) => {
    const { count, learningRate, beta1, beta2, epsilon, step } = numbers(attributes)
    const variables = Array.from({ length: count }, (_, index) => {
      const parameter = floatInput(fusedKernels.adam, inputs, `parameter${index}`)
      const like = (name: string) => shapedInput(fusedKernels.adam, inputs, `${name}${index}`, parameter.shape)
      return [parameter, like('gradient'), like('mean'), like('square')] as const
    })
    const shapes = variables.map(([parameter]) => parameter.shape)
    const results = heap.outputs([...shapes, ...shapes, ...shapes])
    const addresses = results.map((tensor) => heap.address(tensor))
    // One line for each variable, as assembly/adam.ts reads it.
    const table = variables.flatMap((tensors, index) => [
      util.sizeFromShape(tensors[0].shape),
      ...tensors.map((tensor) => heap.address(tensor)),
      ...[index, count + index, 2 * count + index].map((at) => addresses[at] ?? 0),
    ])
    heap.native.adam(
      heap.team,
      heap.write(table),
      count,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      learningRate / (1 - beta1 ** step),
      1 / Math.sqrt(1 - beta2 ** step),
      epsilon,
    )
    return results
  },
}

function numbers(attributes: NamedAttrMap) {
  const number = (name: string): number => {
    const value = attributes[name]
    if (typeof value === 'number') return value
    throw new AutoencoderError(`\`${fusedKernels.adam}\` received a bad \`${name}\`.`, {
      facts: { Expected: 'a number', Received: show(value) },
    })
  }
  return {
    count: number('count'),
    learningRate: number('learningRate'),
    beta1: number('beta1'),
    beta2: number('beta2'),
    epsilon: number('epsilon'),
    step: number('step'),
  }
}
