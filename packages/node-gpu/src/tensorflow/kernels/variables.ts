// Variables of TensorFlow, on which its training ops work, for tensors of tfjs: each lives as long as the tensor that shows
// what it holds, so that a step finds the variables of the step before.
import type { DataId, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Binding } from '../binding.ts'
import { float32, type Operations, type Variable } from './operations.ts'

/** The variables of one backend. */
export interface Variables {
  /** The variable that holds what a tensor holds; it is the caller's, and the tensor has none any more. */
  take(tensor: TensorInfo): Variable
  /** What a variable holds, as a new tensor, which owns the variable from now on. */
  show(variable: Variable): Tensor
  /** Releases a variable that no tensor owns. */
  release(variable: Variable): void
}

/** The name by which TensorFlow knows that a variable has none, and ends with its last handle. */
const anonymous = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347'

/** The variables of a backend, of which there must be one set. */
export function variablesOf(backend: KernelBackend & { readonly binding: Binding }, ops: Operations): Variables {
  const owned = new WeakMap<DataId, Variable>()
  const release = ({ id }: Variable) => backend.binding.deleteTensor(id)
  const disposeData = backend.disposeData.bind(backend)
  backend.disposeData = (dataId, force) => {
    const isReleased = disposeData(dataId, force)
    const variable = isReleased ? owned.get(dataId) : undefined
    if (variable !== undefined) {
      owned.delete(dataId)
      release(variable)
    }
    return isReleased
  }
  return {
    take(tensor) {
      const variable = owned.get(tensor.dataId)
      if (variable === undefined) return create(ops, tensor)
      owned.delete(tensor.dataId)
      return variable
    },
    show(variable) {
      const tensor = ops.run('ReadVariableOp', [variable], { dtype: float32 })
      owned.set(tensor.dataId, variable)
      return tensor
    },
    release,
  }
}

function create(ops: Operations, tensor: TensorInfo): Variable {
  const variable = ops.variable({ dtype: float32, shape: { shape: tensor.shape }, shared_name: anonymous })
  ops.perform('AssignVariableOp', [variable, tensor], { dtype: float32 })
  return variable
}
