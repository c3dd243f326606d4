// Two dense layers on one input as one op with its own gradient, where the backend has a kernel for that.
import { hasFused, runKernel, withGradient } from '@ae/core'
import type * as tf from '@tensorflow/tfjs-core'
import { dense } from './dense.ts'

/** The parameters of a dense layer without activation. */
export interface Affine {
  /** `[in, out]`. */
  readonly weight: tf.Tensor2D
  /** `[out]`. */
  readonly bias: tf.Tensor1D
}

/**
 * x weight + bias, for both layers.
 *
 * @param x `[batch, in]`, borrowed
 * @param first borrowed
 * @param second borrowed
 * @param pass whether a gradient flows into `x`
 * @returns `[batch, out]` of each layer, owned by the caller
 */
export function densePair(
  x: tf.Tensor2D,
  first: Affine,
  second: Affine,
  { inputGradient }: { readonly inputGradient: boolean },
): Pair {
  if (!hasFused('AeDensePair')) {
    const layer = ({ weight, bias }: Affine) => dense(x, weight, bias, 'linear', { inputGradient })
    return [layer(first), layer(second)]
  }
  const weights = [first.weight, first.bias, second.weight, second.bias]
  return withGradient<Pair>(inputGradient ? [...weights, x] : weights, () => ({
    value: runKernel(
      'AeDensePair',
      {
        x,
        firstKernel: first.weight,
        firstBias: first.bias,
        secondKernel: second.weight,
        secondBias: second.bias,
      },
      {},
    ),
    saved: [x, first.weight, second.weight],
    gradient([firstDy, secondDy], saved) {
      const [x, firstKernel, secondKernel] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
      const inputs = { x, firstKernel, secondKernel, firstDy, secondDy }
      return runKernel('AeDensePairGradient', inputs, { needsInput: inputGradient })
    },
  }))
}

type Pair = [first: tf.Tensor2D, second: tf.Tensor2D]
