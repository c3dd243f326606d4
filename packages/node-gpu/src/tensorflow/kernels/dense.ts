// A dense layer with its bias and activation, and its whole gradient, each in as few ops as TensorFlow has for them.
import { AutoencoderError, fusedKernels } from '@ae/core'
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import { matrixInput, shapedInput, type TensorflowKernel } from './kernel.ts'
import { float32, type Operations } from './operations.ts'

/** `activation(x kernel + bias)`. */
export const dense: TensorflowKernel = {
  name: fusedKernels.dense,
  run: ({ inputs, attributes, ops }) => {
    const [x, , inSize] = matrixInput(fusedKernels.dense, inputs, 'x')
    const [, , outSize] = matrixInput(fusedKernels.dense, inputs, 'kernel')
    const kernel = shapedInput(fusedKernels.dense, inputs, 'kernel', [inSize, outSize])
    const bias = shapedInput(fusedKernels.dense, inputs, 'bias', [outSize])
    const { forward } = activationOf(fusedKernels.dense, attributes)
    const sum = ops.run('BiasAdd', [multiply(ops, x, kernel), bias])
    return forward === undefined ? sum : ops.run(forward, [sum])
  },
}

/** The gradients of kernel and bias and, if asked for, of `x`. */
export const denseGradient: TensorflowKernel = {
  name: fusedKernels.denseGradient,
  run: ({ inputs, attributes, ops }) => {
    const name = fusedKernels.denseGradient
    const [x, batch, inSize] = matrixInput(name, inputs, 'x')
    const [dy, , outSize] = matrixInput(name, inputs, 'dy')
    shapedInput(name, inputs, 'dy', [batch, outSize])
    const output = shapedInput(name, inputs, 'output', [batch, outSize])
    const kernel = shapedInput(name, inputs, 'kernel', [inSize, outSize])
    const { backward } = activationOf(name, attributes)
    const dSum = backward === undefined ? dy : backward(ops, output, dy) // [batch, out]
    const gradients = [multiply(ops, x, dSum, 'first'), ops.run('BiasAddGrad', [dSum])]
    return attributes.needsInput === true ? [...gradients, multiply(ops, dSum, kernel, 'second')] : gradients
  },
}

interface Activation {
  /** The op, from the sum to the output. */
  readonly forward?: string
  /** From the output and its gradient to the gradient of the sum. */
  readonly backward?: (ops: Operations, output: TensorInfo, dy: TensorInfo) => TensorInfo
}

const activations: Readonly<Record<string, Activation>> = {
  linear: {},
  relu: { forward: 'Relu', backward: (ops, output, dy) => ops.run('ReluGrad', [dy, output]) },
  sigmoid: { forward: 'Sigmoid', backward: (ops, output, dy) => ops.run('SigmoidGrad', [output, dy]) },
  tanh: { forward: 'Tanh', backward: (ops, output, dy) => ops.run('TanhGrad', [output, dy]) },
}

function activationOf(kernelName: string, { activation }: NamedAttrMap): Activation {
  const found = Object.hasOwn(activations, String(activation)) ? activations[String(activation)] : undefined
  if (found !== undefined) return found
  throw new AutoencoderError(`\`${kernelName}\` received an unknown \`activation\`.`, {
    facts: { Expected: Object.keys(activations).join(', '), Received: String(activation) },
  })
}

function multiply(ops: Operations, a: TensorInfo, b: TensorInfo, transposed?: 'first' | 'second'): TensorInfo {
  const attributes = { transpose_a: transposed === 'first', transpose_b: transposed === 'second', T: float32 } as const
  return ops.run('MatMul', [a, b], attributes)
}
