// The lower triangular square root of a covariance, in float64.

/**
 * L with L L^T = matrix (Cholesky).
 *
 * @param matrix symmetric and positive definite, `[size, size]`, row after row
 * @returns lower triangular, `[size, size]`; NaN where the matrix is not positive definite
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const root = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number
      for (let k = 0; k < j; k++) sum -= (root[i * size + k] as number) * (root[j * size + k] as number)
      root[i * size + j] = i === j ? Math.sqrt(sum) : sum / (root[j * size + j] as number)
    }
  }
  return root
}

/** |L^-1 (x - mean)|^2 for one row, by substitution; `difference` is overwritten. */
export function squaredDistance(root: Float64Array, difference: Float64Array): number {
  const size = difference.length
  let total = 0
  for (let i = 0; i < size; i++) {
    let sum = difference[i] as number
    const row = i * size
    for (let k = 0; k < i; k++) sum -= (root[row + k] as number) * (difference[k] as number)
    const solved = sum / (root[row + i] as number)
    difference[i] = solved
    total += solved * solved
  }
  return total
}

/** mean + scale L noise, written to `out` from `at`. */
export function placeSample(
  out: Float32Array,
  at: number,
  mean: ArrayLike<number>,
  root: Float64Array,
  noise: Float32Array,
  scale: number,
): void {
  const size = noise.length
  for (let i = 0; i < size; i++) {
    let sum = 0
    for (let k = 0; k <= i; k++) sum += (root[i * size + k] as number) * (noise[k] as number)
    out[at + i] = (mean[i] as number) + scale * sum
  }
}
