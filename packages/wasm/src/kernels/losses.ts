// Reconstruction losses and their gradients. Their numbers are those of assembly/losses.ts.
import * as kernels from '@ae/core/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Heap } from '../memory/heap.ts'
import { implement } from './kernel.ts'

/** The losses `[batch]`, summed over features, and the gradients of the decoder's output. */
export const losses = [
  implement(kernels.bernoulli, ({ inputs, sizes }, { heap }) => loss(heap, 0, inputs.logits, inputs.target, sizes)),
  implement(kernels.bernoulliGradient, ({ inputs, sizes }, { heap }) =>
    gradient(heap, 0, inputs.logits, inputs.target, inputs.dy, sizes),
  ),
  implement(kernels.sumOfSquares, ({ inputs, sizes }, { heap }) =>
    loss(heap, 1, inputs.prediction, inputs.target, sizes),
  ),
  implement(kernels.sumOfSquaresGradient, ({ inputs, sizes }, { heap }) =>
    gradient(heap, 1, inputs.prediction, inputs.target, inputs.dy, sizes),
  ),
  implement(kernels.sumOfSquaresOfSigmoid, ({ inputs, sizes }, { heap }) =>
    loss(heap, 2, inputs.output, inputs.target, sizes),
  ),
  implement(kernels.sumOfSquaresOfSigmoidGradient, ({ inputs, sizes }, { heap }) =>
    gradient(heap, 2, inputs.output, inputs.target, inputs.dy, sizes),
  ),
]

type Sizes = Readonly<Record<'batch' | 'features', number>>

function loss(
  heap: Heap,
  code: number,
  output: TensorInfo,
  target: TensorInfo,
  { batch, features }: Sizes,
): TensorInfo {
  const out = heap.output([batch])
  heap.exports.loss(code, heap.address(output), heap.address(target), heap.address(out), batch, features)
  return out
}

function gradient(
  heap: Heap,
  code: number,
  output: TensorInfo,
  target: TensorInfo,
  dy: TensorInfo,
  { batch, features }: Sizes,
): TensorInfo {
  const out = heap.output(output.shape)
  const addresses = [output, target, dy, out].map((tensor) => heap.address(tensor))
  heap.exports.lossGradient(code, ...addresses, batch, features)
  return out
}
