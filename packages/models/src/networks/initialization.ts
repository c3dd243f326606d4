// How layers start: as PyTorch's do, or at 0 where a file is about to say.
import { OptionError, randomUniform, type Shape, sizeOfShape } from '@ae/core'
import { initialVariable } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'

/**
 * A variable, refused before it takes any memory where it is too large, or where a file that is being loaded has no tensor for it.
 *
 * @param name of the variable in saved files
 * @param shape of the variable
 * @param values makes its first values
 * @param trainable whether an optimiser of tfjs may move it
 * @throws {OptionError} when no memory holds so many numbers
 */
export function createVariable(name: string, shape: Shape, values: () => tf.Tensor, trainable = true): tf.Variable {
  const bytes = 4 * sizeOfShape(shape)
  const tooLarge = (cause?: unknown) =>
    new OptionError(
      `\`${maker}\` cannot make a model of this size: its variable \`${name}\` does not fit into memory.`,
      {
        facts: {
          Shape: `[${shape.join(', ')}]`,
          Size: `${bytes.toLocaleString('en')} bytes, and twice that more in training`,
        },
        fix: 'lower the sizes in the options, e.g. inputShape, hidden or the length of the code',
        cause,
      },
    )
  const first = () => {
    if (bytes > largest) throw tooLarge()
    return values()
  }
  try {
    return initialVariable(name, shape, first, trainable)
  } catch (cause) {
    throw cause instanceof RangeError ? tooLarge(cause) : cause
  }
}

/** All that a WebAssembly memory of 32 bits has, and more than a buffer of WebGPU may. */
const largest = 2 ** 32

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
let maker = 'load'

/**
 * Makes a model.
 *
 * @param functionName the public function that makes it, for messages
 * @param create makes it
 */
export function madeBy<model>(functionName: string, create: () => model): model {
  const before = maker
  maker = functionName
  try {
    return create()
  } finally {
    maker = before
  }
}

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
