// One row of the table of gradients, and how rows are written. Test support: nothing in the package imports it.
import type * as tf from '@tensorflow/tfjs-core'

/** One input: its shape, and the interval that its values are spread over, which stays clear of poles. */
export interface CaseInput {
  readonly shape: readonly number[]
  readonly from: number
  readonly to: number
}

/** One program. */
export interface GradientCase {
  /** Its name, unique in its table. */
  readonly name: string
  /** From its inputs to any one tensor; called inside a tidy. */
  readonly op: (...inputs: never[]) => tf.Tensor
  /** What it is differentiated with respect to. */
  readonly inputs: readonly CaseInput[]
}

/** A tensor of any rank. */
export type T = tf.Tensor

/** An image or a filter. */
export type X = tf.Tensor4D

/** An input of a shape, spread over an interval. */
export function within(from: number, to: number, ...shape: readonly number[]): CaseInput {
  return { shape, from, to }
}

/** A row; an input given as a shape alone is spread over [-2.4, 2.4]. */
export function row(
  name: string,
  op: (...inputs: never[]) => tf.Tensor,
  ...inputs: readonly (CaseInput | readonly number[])[]
): GradientCase {
  return { name, op, inputs: inputs.map((input) => ('shape' in input ? input : within(-2.4, 2.4, ...input))) }
}
