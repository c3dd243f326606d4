// A mixture of Gaussians, fitted by expectation and maximisation: Dempster, Laird and Rubin, 1977.
// Started by k-means, and that as k-means++: Arthur and Vassilvitskii, 2007.
import { uniforms } from '@ae/core'
import { cholesky, squaredDistance } from './cholesky.ts'
import type { Rows } from './collect-codes.ts'
import { addOuterProduct, meanVariance, mirrored, momentsOf } from './moments.ts'

/** One Gaussian of a mixture. */
export interface MixtureComponent {
  /** Its share, in [0, 1]; the shares of all add up to 1. */
  readonly weight: number
  /** `[codeSize]`. */
  readonly mean: Float64Array
  /** `[codeSize, codeSize]`, row after row. */
  readonly covariance: Float64Array
}

/** What a mixture is fitted with. */
export interface MixtureFit {
  /** How many Gaussians. */
  readonly components: number
  /** Of each Gaussian. */
  readonly covariance: 'full' | 'diagonal'
  /** Steps at most. */
  readonly iterations: number
  /** The rise of the log-likelihood below which it stops. */
  readonly tolerance: number
  /** The variance that rows are blurred by, as a share of their mean one. */
  readonly regularization: number
  /** Seeds the start. */
  readonly seed: number
}

/** A fitted mixture. */
export interface Mixture {
  readonly components: readonly MixtureComponent[]
  /** The mean log-likelihood of a blurred row before each move; it never falls. */
  readonly logLikelihoods: readonly number[]
}

/**
 * Fits a mixture to rows that are blurred by noise of variance `ridge`, so that no component collapses onto a row or a
 * plane: the expected log density of a blurred row is that of the row less ridge / 2 tr(covariance^-1), and the covariance
 * that makes it greatest is the scatter plus ridge I.
 *
 * @param rows borrowed
 */
export async function fitMixture(rows: Rows, fit: MixtureFit): Promise<Mixture> {
  const { values, size } = rows
  const overall = momentsOf(rows).covariance
  const ridge = fit.regularization * meanVariance(overall, size)
  for (let i = 0; i < size; i++) overall[i * size + i] = (overall[i * size + i] as number) + ridge
  let means = seedMeans(rows, fit)
  for (let round = 0; round < roundsOfMeans; round++) means = meansOfNearest(rows, means)
  const start = means.map((mean) => ({ weight: 0, mean, covariance: overall }))
  const shares = nearestShares(rows, means) // [components, count]
  let components = maximize(rows, shares, ridge, fit.covariance, start)
  const logLikelihoods: number[] = []
  for (let iteration = 0; iteration < fit.iterations; iteration++) {
    const roots = components.map(({ covariance }) => cholesky(covariance, size))
    const last = logLikelihoods.at(-1) ?? Number.NEGATIVE_INFINITY
    const now = shareOut(values, components, roots, shares, ridge)
    logLikelihoods.push(now)
    if (now - last < fit.tolerance) break
    components = maximize(rows, shares, ridge, fit.covariance, components)
    await new Promise((resolve) => setTimeout(resolve)) // lets a page draw
  }
  return { components, logLikelihoods }
}

/** Rows as first means: each next one drawn by its squared distance to those before. */
function seedMeans({ values, count, size }: Rows, { components, seed }: MixtureFit): Float64Array[] {
  const draws = uniforms('mixtureSampler/start', { seed }, components)
  const distances = new Float64Array(count).fill(1)
  const means: Float64Array[] = []
  for (const draw of draws) {
    let left = draw * distances.reduce((sum, distance) => sum + distance, 0)
    let row = 0
    while (row < count - 1 && left >= (distances[row] as number)) left -= distances[row++] as number
    const mean = values.slice(row * size, (row + 1) * size)
    for (let i = 0; i < count; i++) {
      const distance = squaredLength(values, i * size, mean)
      distances[i] = means.length === 0 ? distance : Math.min(distances[i] as number, distance)
    }
    means.push(mean)
  }
  return means
}

/** One round of k-means: the mean of the rows that are nearest to each; one that is nearest to none stays. */
function meansOfNearest(rows: Rows, means: readonly Float64Array[]): Float64Array[] {
  const { values, count, size } = rows
  return nearestShares(rows, means).map((share, k) => {
    const total = share.reduce((sum, value) => sum + value, 0)
    return total === 0 ? (means[k] as Float64Array) : weightedMean(values, count, size, share, total)
  })
}

function weightedMean(values: Float64Array, count: number, size: number, share: Float64Array, total: number) {
  const mean = new Float64Array(size)
  for (let row = 0; row < count; row++) {
    const weight = (share[row] as number) / total
    if (weight === 0) continue
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + weight * (values[row * size + i] as number)
  }
  return mean
}

/** Every row belongs to its nearest mean. */
function nearestShares({ values, count, size }: Rows, means: readonly Float64Array[]): Float64Array[] {
  const shares = means.map(() => new Float64Array(count))
  for (let i = 0; i < count; i++) {
    const distances = means.map((mean) => squaredLength(values, i * size, mean))
    const share = shares[distances.indexOf(Math.min(...distances))]
    if (share) share[i] = 1
  }
  return shares
}

/** The E step: the share of each component in each blurred row; gives the mean log-likelihood. */
function shareOut(
  values: Float64Array,
  components: readonly MixtureComponent[],
  roots: readonly Float64Array[],
  shares: readonly Float64Array[],
  ridge: number,
): number {
  const size = components[0]?.mean.length ?? 0
  const count = values.length / size
  const difference = new Float64Array(size)
  for (const [k, { weight, mean }] of components.entries()) {
    const [root, share] = [roots[k] as Float64Array, shares[k] as Float64Array]
    let logScale = Math.log(weight) - (size / 2) * Math.log(2 * Math.PI) - (ridge / 2) * traceOfInverse(root, size)
    for (let i = 0; i < size; i++) logScale -= Math.log(root[i * size + i] as number)
    for (let row = 0; row < count; row++) {
      for (let i = 0; i < size; i++) difference[i] = (values[row * size + i] as number) - (mean[i] as number)
      share[row] = logScale - squaredDistance(root, difference) / 2
    }
  }
  let total = 0
  for (let row = 0; row < count; row++) {
    let largest = Number.NEGATIVE_INFINITY
    for (const share of shares) largest = Math.max(largest, share[row] as number)
    let sum = 0
    for (const share of shares) sum += Math.exp((share[row] as number) - largest)
    const log = largest + Math.log(sum)
    for (const share of shares) share[row] = Math.exp((share[row] as number) - log)
    total += log
  }
  return total / count
}

/** The M step: weights, means and covariances for the shares; a component without any row stays where it was. */
function maximize(
  { values, count, size }: Rows,
  shares: readonly Float64Array[],
  ridge: number,
  kind: 'full' | 'diagonal',
  former: readonly MixtureComponent[],
): MixtureComponent[] {
  const difference = new Float64Array(size)
  return former.map((before, k) => {
    const share = shares[k] as Float64Array
    const total = share.reduce((sum, value) => sum + value, 0)
    if (total < negligible) return { ...before, weight: 0 }
    const mean = weightedMean(values, count, size, share, total)
    const covariance = new Float64Array(size * size)
    for (let row = 0; row < count; row++) {
      const weight = (share[row] as number) / total
      if (weight < negligible / total) continue
      for (let i = 0; i < size; i++) difference[i] = (values[row * size + i] as number) - (mean[i] as number)
      if (kind === 'full') addOuterProduct(covariance, difference, weight)
      else addSquares(covariance, difference, weight)
    }
    for (let i = 0; i < size; i++) covariance[i * size + i] = (covariance[i * size + i] as number) + ridge
    return { weight: total / count, mean, covariance: mirrored(covariance, size) }
  })
}

/** The diagonal of `addOuterProduct` alone. */
function addSquares(matrix: Float64Array, x: Float64Array, weight: number): void {
  const size = x.length
  for (let i = 0; i < size; i++) {
    matrix[i * size + i] = (matrix[i * size + i] as number) + weight * (x[i] as number) ** 2
  }
}

/** tr((L L^T)^-1): the squares of the entries of L^-1, column by column. */
function traceOfInverse(root: Float64Array, size: number): number {
  let trace = 0
  for (let column = 0; column < size; column++) {
    const unit = new Float64Array(size)
    unit[column] = 1
    trace += squaredDistance(root, unit)
  }
  return trace
}

function squaredLength(values: Float64Array, at: number, mean: Float64Array): number {
  let sum = 0
  for (let i = 0; i < mean.length; i++) sum += ((values[at + i] as number) - (mean[i] as number)) ** 2
  return sum
}

/** A part of a row that no mean or covariance shows. */
const negligible = 1e-10

/** Enough to part the rows evenly; where the means lie in the end, expectation and maximisation find. */
const roundsOfMeans = 10
