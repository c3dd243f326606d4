// Two dense layers on one input as one op with its own gradient, where the backend has a kernel for that.
import { fusedKernels, hasFused, runFused } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
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
): [first: tf.Tensor2D, second: tf.Tensor2D] {
  if (!hasFused(fusedKernels.densePair)) {
    const layer = ({ weight, bias }: Affine) => dense(x, weight, bias, 'linear', { inputGradient })
    return [layer(first), layer(second)]
  }
  registerGradientOfPair()
  const inputs = {
    x,
    firstKernel: first.weight,
    firstBias: first.bias,
    secondKernel: second.weight,
    secondBias: second.bias,
  }
  return tf.engine().runKernel(fusedKernels.densePair, inputs, { needsInput: inputGradient }) as unknown as [
    tf.Tensor2D,
    tf.Tensor2D,
  ]
}

/** tfjs gives only registered kernels a gradient of several outputs; `customGrad` has one. */
function registerGradientOfPair(): void {
  if (tf.getGradient(fusedKernels.densePair) !== undefined) return
  tf.registerGradient({
    kernelName: fusedKernels.densePair,
    inputsToSave: ['x', 'firstKernel', 'secondKernel'],
    gradFunc: (dys, [x, firstKernel, secondKernel], attributes) => {
      const [firstDy, secondDy] = dys as tf.Tensor2D[]
      const inputs = { x, firstKernel, secondKernel, firstDy, secondDy } as Record<string, tf.Tensor>
      const { needsInput = false } = attributes as { needsInput?: boolean }
      const gradients = runFused<tf.Tensor[]>(fusedKernels.densePairGradient, inputs, { needsInput }, () => {
        throw new Error(`A backend with ${fusedKernels.densePair} has its gradient`)
      })
      const give = (at: number) => () => gradients[at] as tf.Tensor
      return { firstKernel: give(0), firstBias: give(1), secondKernel: give(2), secondBias: give(3), x: give(4) }
    },
  })
}
