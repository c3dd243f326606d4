// The kernel distance between two sets of features: the squared maximum mean discrepancy of a polynomial kernel.
// Bińkowski, Sutherland, Arbel and Gretton, Demystifying MMD GANs, 2018, section 4.
import { OptionError, permutation } from '@ae/core'
import {
  assertOptions,
  finiteNumber,
  type OptionCheck,
  positiveInteger,
  positiveNumber,
  seedOption,
} from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import type { Estimate } from '../estimate.ts'
import type { Codes } from '../representation/codes.ts'
import { type Features, featurePair } from './feature-pair.ts'

/** Options of {@link kernelDistance}. The kernel is (gamma x · y + offset)^degree. */
export interface KernelDistanceOptions {
  /** How many subsets are drawn, a positive integer. Defaults to 100. */
  readonly subsets?: number | undefined
  /** How many pictures of each set a subset has, at least 2. Defaults to 1000, or half of the smaller set if that is less. */
  readonly subsetSize?: number | undefined
  /** An integer from 1 to 9. Defaults to 3. */
  readonly degree?: number | undefined
  /** Above 0. Defaults to 1 / the number of features. */
  readonly gamma?: number | undefined
  /** Defaults to 1. */
  readonly offset?: number | undefined
  /** Seeds the choice of the subsets. Defaults to 0. */
  readonly seed?: number | undefined
}

/** What {@link kernelDistance} gives. */
export interface KernelDistance extends Estimate {
  /** The distance of each subset. */
  readonly values: readonly number[]
}

/**
 * The squared maximum mean discrepancy between two sets of features under a polynomial kernel, unbiased, averaged over subsets of
 * both. Only with the features of the Inception network is it called KID.
 *
 * @param features what is judged: `[count, size]`, at least 4 rows; borrowed
 * @param reference what it is judged by, of the same size; borrowed
 * @param options see {@link KernelDistanceOptions}
 * @returns in expectation 0 for two sets of one distribution, so that it may be below 0. The standard error is that of the delete-d
 *   jackknife, from the spread of the subsets; undefined if a subset is a whole set, or there is only one
 * @throws {OptionError} on a bad option, when they are not features, not finite, or of different sources
 * @throws {ShapeError} when the sizes differ or there are too few rows
 */
export async function kernelDistance(
  features: Features,
  reference: Features,
  options: KernelDistanceOptions = {},
): Promise<KernelDistance> {
  assertOptions('kernelDistance', options, optionChecks)
  const pair = await featurePair('kernelDistance', features, reference, 4)
  const least = Math.min(pair.features.count, pair.reference.count)
  const { subsets = 100, subsetSize = Math.min(1000, Math.floor(least / 2)), seed = 0 } = options
  if (subsetSize > least || subsetSize < 2) {
    throw new OptionError('`kernelDistance` received a bad `subsetSize`.', {
      facts: { Expected: `from 2 to ${least}, the rows of the smaller set`, Received: String(subsetSize) },
      fix: `pass subsetSize: ${Math.floor(least / 2)}`,
    })
  }
  const { degree = 3, gamma = 1 / pair.features.codeSize, offset = 1 } = options
  const kernel = (product: number) => {
    const factor = gamma * product + offset
    let power = factor
    for (let i = 1; i < degree; i++) power *= factor // several times as fast as **
    return power
  }
  const values: number[] = []
  for (let step = 0; step < subsets; step++) {
    const [x, y] = [pair.features, pair.reference].map((rows, i) => {
      const order = permutation(`kernel-distance/${i}`, { seed, step }, rows.count)
      return chosen(rows, order.subarray(0, subsetSize))
    }) as [tf.Tensor2D, tf.Tensor2D]
    try {
      const own = (await kernelSum(x, x, kernel)) + (await kernelSum(y, y, kernel))
      values.push(own / (subsetSize * (subsetSize - 1)) - (2 * (await kernelSum(x, y, kernel))) / subsetSize ** 2)
    } finally {
      tf.dispose([x, y])
    }
  }
  const value = values.reduce((sum, distance) => sum + distance, 0) / subsets
  const squares = values.reduce((sum, distance) => sum + (distance - value) ** 2, 0)
  const isPart = subsets > 1 && subsetSize < least
  return {
    value,
    ...(isPart && { standardError: Math.sqrt(((squares / (subsets - 1)) * subsetSize) / (least - subsetSize)) }),
    unit: '1',
    estimator: `unbiased squared MMD, mean over ${subsets} subsets of ${subsetSize}: ${pair.described}`,
    isBound: false,
    values,
  }
}

/** Some rows, as a tensor. */
function chosen({ values, codeSize: size }: Codes, rows: Uint32Array): tf.Tensor2D {
  const some = new Float32Array(rows.length * size)
  for (const [i, row] of rows.entries()) some.set(values.subarray(row * size, (row + 1) * size), i * size)
  return tf.tensor2d(some, [rows.length, size])
}

/** The sum over pairs of rows, in float64; of a set with itself, over pairs of different rows. */
async function kernelSum(x: tf.Tensor2D, y: tf.Tensor2D, kernel: (product: number) => number): Promise<number> {
  const products = tf.matMul(x, y, false, true)
  try {
    const values = await products.data()
    let sum = 0
    for (const product of values) sum += kernel(product)
    if (x === y) for (let i = 0; i < values.length; i += x.shape[0] + 1) sum -= kernel(values[i] as number)
    return sum
  } finally {
    products.dispose()
  }
}

/** Higher powers magnify the rounding of float32 beyond use. */
const smallDegree: OptionCheck = (value) =>
  positiveInteger(value) === undefined && Number(value) < 10 ? undefined : 'an integer from 1 to 9'

const optionChecks = {
  subsets: positiveInteger,
  subsetSize: positiveInteger,
  degree: smallDegree,
  gamma: positiveNumber,
  offset: finiteNumber,
  seed: seedOption,
}
