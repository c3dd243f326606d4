// An op with a gradient of its own, typed; tfjs's `customGrad` under it.
import { customGrad, type Tensor } from '@tensorflow/tfjs-core'

/** What the forward pass of {@link withGradient} gives. */
export interface ForwardPass<result extends Tensor> {
  /** The op's value. */
  readonly value: result
  /** The tensors that the gradient needs; kept until it has run. */
  readonly saved: readonly Tensor[]
  /**
   * The gradient of each input, in their order.
   *
   * @param dy the gradient of `value`, of its shape
   * @param saved the tensors of `saved`, in their order
   */
  readonly gradient: (dy: result, saved: Tensor[]) => Tensor[]
}

/**
 * Runs an op whose gradient is given rather than derived.
 *
 * @param inputs the tensors that have a gradient, borrowed; others belong into the closure and into `saved`
 * @param forward computes the value; its intermediates are tidied
 * @returns the value, owned by the caller
 */
export function withGradient<result extends Tensor>(
  inputs: readonly Tensor[],
  forward: () => ForwardPass<result>,
): result {
  const op = customGrad<result>((...inputsAndSave) => {
    const save = inputsAndSave.at(-1) as (tensors: Tensor[]) => void
    const { value, saved, gradient } = forward()
    save([...saved])
    return { value, gradFunc: gradient }
  })
  return op(...inputs)
}
