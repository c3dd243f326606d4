// How layers start: as PyTorch's do, or at 0 where a file is about to say.
import { randomUniform, type Shape, sizeOfShape } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'

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
  return tf.tidy(() =>
    tf.variable(
      awaitsValues
        ? tf.tensor(new Float32Array(sizeOfShape(shape)), [...shape])
        : randomUniform(shape, `init/${name}`, { seed }, { minimum: -bound, maximum: bound }),
    ),
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
