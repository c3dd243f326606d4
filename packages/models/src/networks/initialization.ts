// How layers start: as PyTorch's do, or at 0 where a file is about to say.
import { assertStored, randomUniform, type Shape, sizeOfShape } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * A variable, refused before it takes any memory where a file that is being loaded has no tensor for it.
 *
 * @param name of the variable in saved files
 * @param shape of the variable
 * @param values makes its first values
 * @param trainable whether an optimiser of tfjs may move it
 */
export function createVariable(name: string, shape: Shape, values: () => tf.Tensor, trainable = true): tf.Variable {
  assertStored(name, shape)
  return tf.tidy(() => tf.variable(values(), trainable))
}

/**
 * PyTorch's default for weights and biases: uniform in +-1 / sqrt(fan in), each from a stream of its own name. Zeros within
 * {@link withoutInitialValues}.
 *
 * @param name the variable's name, and its stream's
 * @param shape of the variable
 * @param fanIn how many inputs reach one output
 * @param seed of the stream
 */
export function uniformVariable(name: string, shape: Shape, fanIn: number, seed: number): tf.Variable {
  const bound = 1 / Math.sqrt(fanIn)
  return createVariable(name, shape, () =>
    awaitsValues
      ? tf.tensor(new Float32Array(sizeOfShape(shape)), [...shape])
      : randomUniform(shape, `init/${name}`, { seed }, { minimum: -bound, maximum: bound }),
  )
}

// Factories are called without `await`, so that no other model is made meanwhile.
let awaitsValues = false

/**
 * Makes a model whose variables are set right afterwards, from a file: drawing their first values would take longer than all the
 * rest of loading.
 *
 * @param create makes it
 */
export function withoutInitialValues<model>(create: () => model): model {
  const before = awaitsValues
  awaitsValues = true
  try {
    return create()
  } finally {
    awaitsValues = before
  }
}
