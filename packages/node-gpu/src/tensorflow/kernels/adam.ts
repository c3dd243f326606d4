// One Adam step over all variables by TensorFlow's own training op: one pass over the numbers in place of twelve.
import type { KernelAttributes } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import { scalar, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { implement } from './kernel.ts'
import { float32 } from './operations.ts'

/**
 * The new parameters, then the new means, then the new squares.
 *
 * `ResourceApplyAdam` works on variables of TensorFlow. They are kept from step to step, and share their memory with the
 * tensors that show them until a step writes anew.
 */
export const adam = implement(kernels.adam, ({ inputs, attributes }, { ops, variables }) => {
  const { parameter, gradient, mean, square } = inputs
  const constants = constantsOf(attributes)
  const moved = gradient.map((dy, index) => {
    const taken = [parameter, mean, square].map((tensors) => variables.take(tensors[index] as TensorInfo))
    try {
      ops.perform('ResourceApplyAdam', [...taken, ...constants, dy], { T: float32, use_locking: false })
    } catch (error) {
      taken.forEach(variables.release)
      throw error
    }
    return taken.map(variables.show)
  })
  return [0, 1, 2].flatMap((part) => moved.map((state) => state[part] as Tensor))
})

/**
 * The op's six numbers. It takes epsilon as added to the root before the second moment is corrected, so that the
 * correction is multiplied into epsilon and into the step size, and it is told that there is none. It computes 1 - beta2
 * from beta2 as float32, so that the correction must too.
 */
function constantsOf({ learningRate, beta1, beta2, epsilon, step }: Settings): Tensor[] {
  const root = Math.sqrt(1 - Math.fround(beta2) ** step)
  const stepSize = (learningRate * root) / (1 - Math.fround(beta1) ** step)
  const noCorrection = 0
  return [noCorrection, noCorrection, stepSize, beta1, beta2, epsilon * root].map((value) => scalar(value, 'float32'))
}

type Settings = KernelAttributes<typeof kernels.adam>
