// A dense layer with its bias and activation, and its whole gradient, each in as few ops as TensorFlow has for them.
import type { KernelAttributes } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { implement } from './kernel.ts'
import { float32, type Operations } from './operations.ts'

/** `activation(x kernel + bias)`. */
export const dense = implement(kernels.dense, ({ inputs: { x, kernel, bias }, attributes }, { ops }) => {
  const { forward } = activations[attributes.activation]
  const sum = ops.run('BiasAdd', [multiply(ops, x, kernel), bias])
  return forward === undefined ? sum : ops.run(forward, [sum])
})

/** The gradients of kernel and bias and, if asked for, of `x`. */
export const denseGradient = implement(kernels.denseGradient, ({ inputs, attributes }, { ops }) => {
  const { x, kernel, output, dy } = inputs
  const { backward } = activations[attributes.activation]
  const dSum = backward === undefined ? dy : backward(ops, output, dy) // [batch, out]
  const gradients = [multiply(ops, x, dSum, 'first'), ops.run('BiasAddGrad', [dSum])]
  return attributes.needsInput ? [...gradients, multiply(ops, dSum, kernel, 'second')] : gradients
})

interface Activation {
  /** The op, from the sum to the output. */
  readonly forward?: string
  /** From the output and its gradient to the gradient of the sum. */
  readonly backward?: (ops: Operations, output: TensorInfo, dy: TensorInfo) => TensorInfo
}

const activations: Readonly<Record<KernelAttributes<typeof kernels.dense>['activation'], Activation>> = {
  linear: {},
  relu: { forward: 'Relu', backward: (ops, output, dy) => ops.run('ReluGrad', [dy, output]) },
  sigmoid: { forward: 'Sigmoid', backward: (ops, output, dy) => ops.run('SigmoidGrad', [output, dy]) },
  tanh: { forward: 'Tanh', backward: (ops, output, dy) => ops.run('TanhGrad', [output, dy]) },
}

function multiply(ops: Operations, a: TensorInfo, b: TensorInfo, transposed?: 'first' | 'second'): TensorInfo {
  const attributes = { transpose_a: transposed === 'first', transpose_b: transposed === 'second', T: float32 } as const
  return ops.run('MatMul', [a, b], attributes)
}
