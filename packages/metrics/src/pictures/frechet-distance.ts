// The Fréchet distance between two sets of features, each described by a Gaussian.
// Dowson and Landau, The Fréchet distance between multivariate normal distributions, 1982; Heusel et al., GANs trained by a two
// time-scale update rule converge to a local Nash equilibrium, 2017, equation 6.
import type { Estimate } from '../estimate.ts'
import type { Codes } from '../representation/codes.ts'
import { symmetricEigen } from '../representation/symmetric-eigen.ts'
import { type Features, featurePair } from './feature-pair.ts'

/**
 * The squared Fréchet distance between Gaussians with the means and covariances of two sets of features:
 * |m1 - m2|^2 + trace(C1 + C2 - 2 (C1 C2)^(1/2)), with covariances divided by n - 1. It falls with more pictures even where the
 * distributions stay the same: compare figures only for the same numbers of pictures and the same features. Only with the features
 * of the Inception network for which it was proposed is it called FID; of other features, such as those of `pictureFeatures`, it is
 * not, and no FID of a paper compares with it.
 *
 * @param features what is judged: `[count, size]`, at least 2 rows; borrowed
 * @param reference what it is judged by, of the same size; borrowed
 * @returns at least 0, in the features' unit squared, without a standard error; 0 for equal sets. The cost grows with size^3
 * @throws {OptionError} when they are not features, not finite, or of different sources
 * @throws {ShapeError} when the sizes differ or there are too few rows
 * @example
 * ```ts
 * await frechetDistance(await pictureFeatures(samples), await pictureFeatures(test))
 * ```
 */
export async function frechetDistance(features: Features, reference: Features): Promise<Estimate> {
  const pair = await featurePair('frechetDistance', features, reference, 2)
  const [a, b] = [momentsOf(pair.features), momentsOf(pair.reference)]
  const size = pair.features.codeSize
  // trace((C1 C2)^(1/2)) is that of the symmetric (R C2 R)^(1/2), where R R is C1. In the basis of C1's vectors, R is diagonal.
  const { values, vectors } = await symmetricEigen(a.covariance, size)
  const roots = values.map((value) => Math.sqrt(Math.max(0, value)))
  const product = between(vectors, b.covariance, size).map(
    (value, i) => value * (roots[Math.floor(i / size)] as number) * (roots[i % size] as number),
  )
  const squares = (await symmetricEigen(product, size)).values
  const cross = squares.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0)
  const distance = a.mean.reduce((sum, value, i) => sum + (value - (b.mean[i] as number)) ** 2, 0)
  const value = distance + traceOf(a.covariance, size) + traceOf(b.covariance, size) - 2 * cross
  const estimator = `Fréchet distance of Gaussians: ${pair.described}`
  return { value: Math.max(0, value), unit: '1', estimator, isBound: false }
}

/** The mean `[size]` and the covariance `[size * size]`. */
function momentsOf({ values, count, codeSize: size }: Codes): {
  readonly mean: Float64Array
  readonly covariance: Float64Array
} {
  const mean = new Float64Array(size)
  for (let i = 0; i < values.length; i++) mean[i % size] = (mean[i % size] as number) + (values[i] as number) / count
  const covariance = new Float64Array(size * size)
  const row = new Float64Array(size)
  for (let start = 0; start < values.length; start += size) {
    for (let i = 0; i < size; i++) row[i] = (values[start + i] as number) - (mean[i] as number)
    for (let i = 0; i < size; i++) {
      const factor = (row[i] as number) / (count - 1)
      for (let j = 0; j <= i; j++)
        covariance[i * size + j] = (covariance[i * size + j] as number) + factor * (row[j] as number)
    }
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) covariance[j * size + i] = covariance[i * size + j] as number
  return { mean, covariance }
}

/** `rows` matrix `rows`^T. */
function between(rows: Float64Array, matrix: Float64Array, size: number): Float64Array {
  return times(times(rows, matrix, size), rows, size)
}

/** a b^T, of square matrices. */
function times(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0
      for (let k = 0; k < size; k++) sum += (a[i * size + k] as number) * (b[j * size + k] as number)
      product[i * size + j] = sum
    }
  }
  return product
}

function traceOf(covariance: Float64Array, size: number): number {
  let trace = 0
  for (let i = 0; i < size; i++) trace += covariance[i * size + i] as number
  return trace
}
