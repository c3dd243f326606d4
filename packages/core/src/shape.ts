// Shapes: how they are written in messages, and the one check that public functions make on their tensors.
import type { Tensor } from '@tensorflow/tfjs-core'
import { ShapeError } from './errors.ts'

/** The lengths of a tensor's axes, without the batch axis where a doc comment says so. */
export type Shape = readonly number[]

/**
 * The number of values in one example of a shape.
 *
 * @param shape axis lengths; `[]` has one value
 */
export function sizeOfShape(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1)
}

/**
 * Checks that `x` is a batch of examples of `shape`.
 *
 * @param functionName the public function that received `x`, for the message
 * @param argument the argument's name, for the message
 * @param x borrowed
 * @param shape the shape of one example
 * @throws {ShapeError} when `x` is not `[batch, ...shape]`
 */
export function assertBatchOf(functionName: string, argument: string, x: Tensor, shape: Shape): void {
  if (x.rank === shape.length + 1 && shape.every((length, axis) => x.shape[axis + 1] === length)) return
  const batch = x.rank === 0 ? 1 : (x.shape[0] ?? 1)
  const fits = x.size === batch * sizeOfShape(shape)
  throw new ShapeError(`\`${functionName}\` received \`${argument}\` of the wrong shape.`, {
    facts: { Expected: `[${['batch', ...shape].join(', ')}]`, Received: `[${x.shape.join(', ')}]` },
    fix: fits
      ? `reshape first, e.g. tf.reshape(${argument}, [-1, ${shape.join(', ')}])`
      : `pass examples of shape [${shape.join(', ')}], or make the model with inputShape: [${x.shape.slice(1).join(', ')}]`,
  })
}
