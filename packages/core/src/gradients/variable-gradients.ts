// The gradients of a loss by variable name or with respect to an input, with nothing left behind when the loss throws.
import * as tf from '@tensorflow/tfjs-core'
import { OptionError } from '../errors.ts'
import { registerGradients } from './register-gradients.ts'

/**
 * The gradient of `loss` for each variable that it depends on.
 *
 * @param loss a scalar; its intermediates are released
 * @param variables by name, borrowed
 * @returns by variable name, owned by the caller
 */
export function variableGradients(
  loss: () => tf.Scalar,
  variables: Readonly<Record<string, tf.Variable>>,
): Record<string, tf.Tensor> {
  const entries = Object.entries(variables)
  try {
    const { value, grads } = tf.variableGrads(
      loss,
      entries.map(([, variable]) => variable),
    )
    value.dispose()
    const gradients: Record<string, tf.Tensor> = {}
    for (const [name, variable] of entries) {
      const gradient = grads[variable.name]
      if (gradient) gradients[name] = gradient
    }
    return gradients
  } catch (error) {
    releaseTape()
    throw designed(error)
  }
}

/** The gradient of a function with respect to its input, and its value. */
export interface InputGradient {
  /** `[batch]`. */
  readonly value: tf.Tensor1D
  /** Of the sum of `value`, in the shape of the input. */
  readonly gradient: tf.Tensor2D
}

/**
 * A function's value for each row, and its gradient with respect to the rows: each row's own, where rows do not depend on one another.
 * Nothing is left behind when the function throws.
 *
 * @param f `[batch, size]` -> `[batch]`; its intermediates are released
 * @param x borrowed
 * @returns owned by the caller
 */
export function inputGradient(f: (x: tf.Tensor2D) => tf.Tensor1D, x: tf.Tensor2D): InputGradient {
  registerGradients()
  try {
    return tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((input: tf.Tensor) => f(input as tf.Tensor2D))(x, tf.ones([x.shape[0]]))
      return { value: value as tf.Tensor1D, gradient: grad as tf.Tensor2D }
    })
  } catch (error) {
    releaseTape()
    throw error
  }
}

/** A designed error for what tfjs reports only in words. */
function designed(error: unknown): unknown {
  const message = error instanceof Error ? error.message : ''
  if (message.startsWith('Cannot find a connection between any variable')) {
    return new OptionError('`train` received an objective that does not depend on any variable of the model.', {
      fix: 'compute the terms from the trace: its output, code or posterior, without dataSync and tf.tensor in between',
      cause: error,
    })
  }
  const [, kernelName] = /gradient function not found for (\w+)/.exec(message) ?? []
  if (kernelName === undefined) return error
  return new OptionError(`\`train\` received an objective with an operation that has no gradient, ${kernelName}.`, {
    fix: `compute it from values that do not depend on a variable, or register one: tf.registerGradient({ kernelName: '${kernelName}', gradFunc: ... })`,
    cause: error,
  })
}

/** tfjs keeps what it saved for a backward pass that never runs (findings/tfjs-loss-that-throws.sh); this releases it. */
function releaseTape(): void {
  const { state } = tf.engine()
  if (state.gradientDepth > 0) return // an outer gradient still needs its tape
  for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose()
  state.activeTape = []
}
