// The distance of a tensor from its expected value.
import type { Tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { noteError } from './noted.ts'

/** A tensor as stored in the files of `reference/oracles`. */
export interface StoredTensor {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

/** The largest difference over the largest expected value: max |a - b| / max |b|, or max |a - b| where b is zero. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} numbers instead of ${expected.length}`)
  let difference = 0
  let scale = 0
  for (let i = 0; i < expected.length; i++) {
    const distance = Math.abs(Number(actual[i]) - Number(expected[i]))
    if (Number.isNaN(distance)) return Number.NaN
    difference = Math.max(difference, distance)
    scale = Math.max(scale, Math.abs(Number(expected[i])))
  }
  return scale === 0 ? difference : difference / scale
}

/** The values of every tensor by name: copies, because cpu returns its own arrays. */
export async function valuesOf(tensors: Readonly<Record<string, Tensor>>): Promise<Record<string, Float32Array>> {
  const read = async (tensor: Tensor) => Float32Array.from(await tensor.data())
  const entries = Object.entries(tensors).map(async ([name, tensor]) => [name, await read(tensor)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** Asserts that every tensor is present, with a relative difference of at most `tolerance`. */
export function expectNear(
  actual: Readonly<Record<string, ArrayLike<number>>>,
  expected: Readonly<Record<string, ArrayLike<number>>>,
  tolerance: number,
): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
  const differences = Object.entries(expected).map(
    ([name, values]) => [name, relativeDifference(actual[name] ?? [], values)] as const,
  )
  for (const [, difference] of differences) noteError(difference)
  const far = differences.filter(([, difference]) => !(difference <= tolerance))
  expect(Object.fromEntries(far), `relative differences above ${tolerance}`).toEqual({})
}
