// One Adam step over all variables by TensorFlow's own training op: one pass over the numbers in place of twelve.
import { AutoencoderError, fusedKernels, show } from '@ae/core'
import { type NamedAttrMap, scalar, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'
import { floatInput, shapedInput, type TensorflowKernel } from './kernel.ts'
import { float32, type Operations } from './operations.ts'

/**
 * The new parameters, then the new means, then the new squares.
 *
 * `ResourceApplyAdam` works on variables of TensorFlow; each tensor becomes one for the time of the step, without a name
 * and without a copy of its own, and is read out again.
 */
export const adam: TensorflowKernel = {
  name: fusedKernels.adam,
  run: ({ inputs, attributes, ops }) => {
    const { count, ...settings } = numbers(attributes)
    const variables = Array.from({ length: count }, (_, index) => {
      const parameter = floatInput(fusedKernels.adam, inputs, `parameter${index}`)
      const like = (name: string) => shapedInput(fusedKernels.adam, inputs, `${name}${index}`, parameter.shape)
      return { state: [parameter, like('mean'), like('square')], gradient: like('gradient') }
    })
    const constants = constantsOf(settings)
    const moved = variables.map(({ state, gradient }) => {
      const handles = state.map((tensor) => toVariable(ops, tensor))
      ops.perform('ResourceApplyAdam', [...handles, ...constants, gradient], { T: float32, use_locking: false })
      return handles.map((handle) => ops.run('ReadVariableOp', [handle], { dtype: float32 }))
    })
    return [0, 1, 2].flatMap((part) => moved.map((state) => state[part] as Tensor))
  },
}

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

/** The name by which TensorFlow knows that a variable has none, and ends with its last handle. */
const anonymous = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347'

function toVariable(ops: Operations, tensor: TensorInfo): Tensor {
  const { shape } = tensor
  const handle = ops.run('VarHandleOp', [], { dtype: float32, shape: { shape }, shared_name: anonymous })
  ops.perform('AssignVariableOp', [handle, tensor], { dtype: float32 })
  return handle
}

type Settings = Omit<ReturnType<typeof numbers>, 'count'>

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
