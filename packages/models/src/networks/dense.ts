// One dense layer as an op with its own gradient: activation(x weight + bias).
import { runFused, withGradient } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Activation, activate, activationGradient, type FusedActivation, withActivation } from './activation.ts'

/**
 * activation(x weight + bias).
 *
 * @param x `[batch, in]`, borrowed
 * @param weight `[in, out]`, borrowed
 * @param bias `[out]`, borrowed
 * @param activation applied to each value
 * @param inputGradient whether a gradient flows into `x`; data needs none, and leaving it out saves a matrix product
 * @returns `[batch, out]`, owned by the caller
 */
export function dense(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation: Activation,
  { inputGradient }: { readonly inputGradient: boolean },
): tf.Tensor2D {
  return withActivation(activation, (fused) => fusedDense(x, weight, bias, fused, inputGradient))
}

function fusedDense(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation: FusedActivation,
  inputGradient: boolean,
): tf.Tensor2D {
  return withGradient(inputGradient ? [weight, bias, x] : [weight, bias], () => {
    const output = runFused('AeDense', { x, kernel: weight, bias }, { activation }, () =>
      activate(addMatrixProduct(x, weight, bias), activation),
    )
    return {
      value: output,
      saved: [x, weight, output],
      gradient: (dy, [x, kernel, output]) =>
        denseGradient({ x, kernel, output, dy } as GradientInputs, activation, inputGradient),
    }
  })
}

type GradientInputs = Readonly<Record<'x' | 'kernel' | 'output' | 'dy', tf.Tensor2D>>

function denseGradient(inputs: GradientInputs, activation: FusedActivation, needsInput: boolean): tf.Tensor[] {
  return runFused('AeDenseGradient', inputs, { activation, needsInput }, () => {
    const { x, kernel, output, dy } = inputs
    const dSum = activationGradient(output, dy, activation) // [batch, out]
    const gradients: tf.Tensor[] = [product(x, dSum, true, false), tf.sum(dSum, 0)]
    if (needsInput) gradients.push(product(dSum, kernel, false, true))
    return gradients
  })
}

/** `tf.matMul`. */
function product(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): tf.Tensor {
  return tf.engine().runKernel(tf.BatchMatMul, { a, b }, { transposeA, transposeB })
}

/**
 * x weight + bias, in the one kernel that every tfjs backend has for it, except where the sum is recorded: the kernel has no
 * gradient. It takes matrices as batches of one.
 */
function addMatrixProduct(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  if (tf.engine().isTapeOn()) return tf.add(product(x, weight, false, false), bias)
  const [a, b] = [tf.reshape(x, [1, ...x.shape]), tf.reshape(weight, [1, ...weight.shape])]
  const attributes = { transposeA: false, transposeB: false, activation: 'linear' }
  const sums = tf.engine().runKernel(tf._FusedMatMul, { a, b, bias }, attributes) as tf.Tensor3D
  return tf.reshape(sums, [-1, bias.size])
}
