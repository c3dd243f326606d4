// TensorFlow's ops by name, as tfjs's backend `tensorflow` runs them: one at a time, on its device.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Binding, OpAttribute } from '../binding.ts'

/** What is used of tfjs's backend `tensorflow`. */
export interface OpRunner {
  readonly binding: Binding
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[]
}

/** The value of an attribute that names a type. */
export const float32 = Symbol('float32')

/** The value of an attribute. */
type AttributeValue = boolean | string | typeof float32 | { readonly shape: readonly number[] }

/** Runs TensorFlow's ops. */
export interface Operations {
  /** Runs an op of one output, which the engine's scope owns. */
  run(name: string, inputs: readonly TensorInfo[], attributes?: Readonly<Record<string, AttributeValue>>): Tensor
  /** Runs an op for what it does. */
  perform(name: string, inputs: readonly TensorInfo[], attributes?: Readonly<Record<string, AttributeValue>>): void
}

/** The ops of one backend. */
export function operationsOf(backend: OpRunner): Operations {
  const { binding } = backend
  const attributesOf = (attributes: Readonly<Record<string, AttributeValue>>): OpAttribute[] =>
    Object.entries(attributes).map(([name, value]) => {
      if (value === float32) return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
      if (typeof value === 'boolean') return { name, type: binding.TF_ATTR_BOOL, value }
      if (typeof value === 'string') return { name, type: binding.TF_ATTR_STRING, value }
      return { name, type: binding.TF_ATTR_SHAPE, value: value.shape }
    })
  return {
    run(name, inputs, attributes = { T: float32 }) {
      const [output] = backend.executeMultipleOutputs(name, attributesOf(attributes), inputs, 1)
      return output as Tensor
    },
    perform(name, inputs, attributes = { T: float32 }) {
      backend.executeMultipleOutputs(name, attributesOf(attributes), inputs, 0)
    },
  }
}
