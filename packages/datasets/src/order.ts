// The order of one pass: the one place that decides it, so that examples and labels agree.
import { type BatchOptions, permutation } from '@ae/core'

/** @returns the index of each example in the order of this pass */
export function orderOf({ seed, epoch = 0 }: BatchOptions, size: number): Uint32Array {
  return seed === undefined
    ? Uint32Array.from({ length: size }, (_, index) => index)
    : permutation('order', { seed, step: epoch }, size)
}
