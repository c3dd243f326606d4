// TensorFlow's ops by name, as tfjs's backend `tensorflow` runs them: one at a time, on its device.
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Binding, OpAttribute } from '../binding.ts'

/** What is used of tfjs's backend `tensorflow`. */
export interface OpRunner {
  readonly binding: Binding
  getInputTensorIds(inputs: readonly TensorInfo[]): number[]
  createOutputTensor(output: { readonly id: number }): Tensor
}

/** A variable of TensorFlow: the number by which the addon knows its handle. */
export interface Variable {
  readonly id: number
}

/** The value of an attribute that names a type. */
export const float32 = Symbol('float32')

type AttributeValue = boolean | string | typeof float32 | { readonly shape: readonly number[] }
type Attributes = Readonly<Record<string, AttributeValue>>

/** Runs TensorFlow's ops. */
export interface Operations {
  /** Runs an op of one output, which the engine's scope owns. */
  run(name: string, inputs: readonly (TensorInfo | Variable)[], attributes?: Attributes): Tensor
  /** Runs an op for what it does. */
  perform(name: string, inputs: readonly (TensorInfo | Variable)[], attributes?: Attributes): void
  /** Makes a variable, which the caller owns. */
  variable(attributes: Attributes): Variable
}

/** The ops of one backend. */
export function operationsOf(backend: OpRunner): Operations {
  const idOf = (input: TensorInfo | Variable) =>
    'dataId' in input ? (backend.getInputTensorIds([input])[0] as number) : input.id
  const execute = (
    name: string,
    inputs: readonly (TensorInfo | Variable)[],
    attributes: Attributes,
    outputs: number,
  ) => {
    const { binding } = backend
    const list = Object.entries(attributes).map(([name, value]) => attributeOf(binding, name, value))
    return binding.executeOp(name, list, inputs.map(idOf), outputs)
  }
  return {
    run(name, inputs, attributes = { T: float32 }) {
      const [output] = execute(name, inputs, attributes, 1)
      return backend.createOutputTensor(output as { id: number })
    },
    perform(name, inputs, attributes = { T: float32 }) {
      execute(name, inputs, attributes, 0)
    },
    variable(attributes) {
      const [{ id }] = execute('VarHandleOp', [], attributes, 1) as [Variable]
      return { id }
    },
  }
}

function attributeOf(binding: Binding, name: string, value: AttributeValue): OpAttribute {
  if (value === float32) return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  if (typeof value === 'boolean') return { name, type: binding.TF_ATTR_BOOL, value }
  if (typeof value === 'string') return { name, type: binding.TF_ATTR_STRING, value }
  return { name, type: binding.TF_ATTR_SHAPE, value: value.shape }
}
