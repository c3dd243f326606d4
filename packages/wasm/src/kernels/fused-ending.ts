// What tfjs's fused kernels do after their sums: bias and activation.
import { AutoencoderError, sizeOfShape } from '@ae/core'
import { Elu, LeakyRelu, Prelu, Relu6, type TensorInfo } from '@tensorflow/tfjs-core'
import { activationCodes } from './dense.ts'
import { type KernelCall, shapedInput } from './kernel.ts'
import { runKernel } from './numbers.ts'

// Activations that have kernels of their own.
const kernels: Readonly<Record<string, string>> = {
  elu: Elu,
  leakyrelu: LeakyRelu,
  prelu: Prelu,
  relu6: Relu6,
}

/**
 * What follows the sums that a fused kernel makes, checked before it makes them.
 *
 * @param name the op, for messages
 * @param columns how many sums there are in a row, each with a bias of its own
 * @returns makes `activation(sums + bias)` of sums `[..., columns]`, which it takes; the caller owns the result
 * @throws {ShapeError} when there is another number of biases
 * @throws {AutoencoderError} on an unknown activation
 */
export function endingOf(
  name: string,
  { inputs, attributes, heap, backend }: KernelCall,
  columns: number,
): (sums: TensorInfo) => TensorInfo {
  const activation = String(attributes.activation ?? 'linear')
  const code = new Map<string, number>(Object.entries(activationCodes)).get(activation)
  const kernel = kernels[activation]
  if (code === undefined && kernel === undefined) {
    throw new AutoencoderError(`\`${name}\` on the wasm backend received an unknown \`activation\`.`, {
      facts: {
        Expected: ['linear', 'relu', 'sigmoid', 'tanh', ...Object.keys(kernels)].join(', '),
        Received: activation,
      },
    })
  }
  const bias = inputs.bias && shapedInput(name, inputs, 'bias', [columns])
  return (sums) => {
    const rows = columns === 0 ? 0 : sizeOfShape(sums.shape) / columns
    heap.exports.biasActivation(heap.address(sums), bias ? heap.address(bias) : 0, rows, columns, code ?? 0)
    if (kernel === undefined) return sums
    try {
      const alpha = attributes.leakyreluAlpha ?? 0.2
      return runKernel(backend, kernel, { x: sums, alpha: inputs.preluActivationWeights }, { alpha })
    } finally {
      backend.disposeData(sums.dataId)
    }
  }
}
