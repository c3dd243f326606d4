// Pictures of some latents: which, and the codes for them.
import type { OptionCheck } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'

/** A check that the value lists places in a code of `codeSize`. */
export function latentsOption(codeSize: number): OptionCheck {
  const isPlace = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < codeSize
  return (value) =>
    Array.isArray(value) && value.length > 0 && Array.from(value).every(isPlace)
      ? undefined
      : `an array of integers from 0 to ${codeSize - 1}, at least one`
}

/** One code a row: `around`, or 0, but for the latents that the row names. Call it inside `tf.tidy`. */
export function codesWith(
  rows: readonly Readonly<Record<number, number>>[],
  codeSize: number,
  around?: tf.Tensor2D | undefined,
): tf.Tensor2D {
  const values = new Float32Array(rows.length * codeSize)
  const held = new Float32Array(values.length).fill(1)
  for (const [row, latents] of rows.entries()) {
    for (const [latent, value] of Object.entries(latents)) {
      values[row * codeSize + Number(latent)] = value
      held[row * codeSize + Number(latent)] = 0
    }
  }
  const chosen = tf.tensor2d(values, [rows.length, codeSize])
  if (around === undefined) return chosen
  return tf.add(chosen, tf.mul(tf.slice(around, [0, 0], [1, -1]), tf.tensor2d(held, [rows.length, codeSize])))
}

/** A check that the value counts images along an axis. */
export const atLeastTwo: OptionCheck = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 2 ? undefined : 'an integer of at least 2'
