// Clipping of gradients, as PyTorch does it: to a norm of all of them together, or number by number.
import * as tf from '@tensorflow/tfjs-core'
import { assertOption, assertOptions, positiveNumber } from '../../checks/options.ts'
import { OptionError } from '../../errors.ts'
import { runFused } from '../../kernels/kernel.ts'
import { type Optimizer, optimizerOption } from '../optimizer.ts'
import { allClipped, wrapped } from './wrap.ts'

/** Options of {@link clip}: one of them. */
export interface ClipOptions {
  /** The largest norm of all gradients together, above 0: `clip_grad_norm_` of PyTorch, `global_clipnorm` of Keras. */
  readonly norm?: number | undefined
  /** The largest magnitude of each number of a gradient, above 0: `clip_grad_value_` of PyTorch, `clipvalue` of Keras. */
  readonly value?: number | undefined
}

/**
 * An optimiser whose gradients are clipped first. With `norm` they are all multiplied by min(1, norm / (n + 1e-6)), where n is the
 * Euclidean norm of all of them as one vector; with `value` each number is cut to [-value, value].
 *
 * @param optimizer the one that moves the variables
 * @returns an optimiser; replayed and fused where the inner one is
 * @throws {OptionError} on an unknown option or one out of its range, and unless there is exactly one
 * @see Pascanu et al., On the Difficulty of Training Recurrent Neural Networks, 2013, algorithm 1, for the norm
 * @example
 * ```ts
 * train(model, digits, { optimizer: clip(adam({ learningRate: 0.001 }), { norm: 1 }) })
 * ```
 */
export function clip(optimizer: Optimizer, options: ClipOptions): Optimizer {
  assertOption('clip', 'optimizer', optimizer, optimizerOption)
  assertOptions('clip', options, { norm: positiveNumber, value: positiveNumber })
  const { norm: maximum, value: limit } = options
  if ((maximum === undefined) === (limit === undefined)) {
    throw new OptionError('`clip` needs one of `norm` and `value`.', {
      facts: { Received: maximum === undefined ? 'neither' : 'both' },
      fix: 'pass { norm: 1 }; for both, clip(clip(adam(), { value: 0.5 }), { norm: 1 })',
    })
  }
  return wrapped('clip', optimizer, { norm: maximum, value: limit }, (_inner, move) => ({
    move: (gradients, step, { averages, ...before } = {}) =>
      void tf.tidy(() => {
        const isClipped = before.factor !== undefined || before.limit !== undefined
        const received = isClipped ? allClipped(gradients, before) : gradients
        const factor = maximum === undefined ? undefined : factorOf(Object.values(received), maximum)
        move(received, step, { factor, limit, averages })
      }),
  }))
}

/** min(1, maximum / (n + 1e-6)). */
function factorOf(gradients: readonly tf.Tensor[], maximum: number): tf.Scalar {
  const inputs = Object.fromEntries(gradients.map((gradient, i) => [`gradient${i}`, gradient]))
  return runFused('AeClipFactor', inputs, { count: gradients.length, maximum }, () => {
    const squares = gradients.map((gradient) => tf.sum<tf.Scalar>(tf.square(gradient)))
    const norm = tf.sqrt(squares.reduce((sum, square) => tf.add<tf.Scalar>(sum, square), tf.scalar(0)))
    return tf.minimum<tf.Scalar>(1, tf.div(maximum, tf.add(norm, 1e-6)))
  })
}
