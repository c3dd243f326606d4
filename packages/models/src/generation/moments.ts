// Means and covariances of rows, in float64.
import type { Rows } from './collect-codes.ts'

/** Mean and covariance of rows. */
export function momentsOf({ values, count, size }: Rows): { mean: Float64Array; covariance: Float64Array } {
  const mean = new Float64Array(size)
  for (let at = 0; at < values.length; at += size) {
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + (values[at + i] as number) / count
  }
  const covariance = new Float64Array(size * size)
  const difference = new Float64Array(size)
  for (let at = 0; at < values.length; at += size) {
    for (let i = 0; i < size; i++) difference[i] = (values[at + i] as number) - (mean[i] as number)
    addOuterProduct(covariance, difference, 1 / count)
  }
  return { mean, covariance: mirrored(covariance, size) }
}

/** matrix <- matrix + weight x x^T, in the lower triangle. */
export function addOuterProduct(matrix: Float64Array, x: Float64Array, weight: number): void {
  const size = x.length
  for (let i = 0; i < size; i++) {
    const scaled = weight * (x[i] as number)
    const row = i * size
    for (let j = 0; j <= i; j++) matrix[row + j] = (matrix[row + j] as number) + scaled * (x[j] as number)
  }
}

/** Copies the lower triangle to the upper one, in place. */
export function mirrored(matrix: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j] as number
  }
  return matrix
}

/** The mean of the diagonal; above 0 even where all codes are one. */
export function meanVariance(covariance: Float64Array, size: number): number {
  let sum = 0
  for (let i = 0; i < size; i++) sum += covariance[i * size + i] as number
  return Math.max(sum / size, 1e-12)
}
