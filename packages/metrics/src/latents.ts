// Which latents a model uses, and how much each says about an example.
import type { Dataset } from '@ae/core'
import { assertExamples, assertOptions, nonNegativeNumber, positiveInteger } from '@ae/core/internal'
import type { VariationalAutoencoder } from '@ae/models'
import { type Estimate, estimateOf, type MeanEstimate } from './estimate.ts'
import { type Posteriors, posteriorsOf } from './posteriors.ts'

/** Options of {@link klPerLatent}. */
export interface LatentOptions {
  /** Examples per batch, a positive integer. Defaults to 250. */
  readonly batchSize?: number | undefined
}

/** Options of {@link activeUnits}. */
export interface ActiveUnitsOptions extends LatentOptions {
  /** The variance above which a latent counts as active, at least 0. Defaults to 0.01. */
  readonly threshold?: number | undefined
}

/** What {@link activeUnits} gives: an estimate, whose value is how many latents are active. */
export interface ActiveUnits extends Estimate {
  /** The variance over examples of each latent's posterior mean. */
  readonly variances: Float64Array
}

/**
 * The latents that the model uses: those whose posterior mean varies over examples by more than a threshold.
 *
 * @param model borrowed
 * @param data borrowed; one pass in stored order
 * @param options see {@link ActiveUnitsOptions}
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on fewer than 2 examples, which have no variance, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 * @see "Importance Weighted Autoencoders", Burda, Grosse and Salakhutdinov, 2016, section 5.2
 */
export async function activeUnits(
  model: VariationalAutoencoder,
  data: Dataset,
  options: ActiveUnitsOptions = {},
): Promise<ActiveUnits> {
  assertOptions('activeUnits', options, { batchSize: positiveInteger, threshold: nonNegativeNumber })
  const { batchSize = 250, threshold = 0.01 } = options
  assertExamples('activeUnits', data, { least: 2 })
  return activeUnitsOf(await posteriorsOf('activeUnits', model, data, batchSize), threshold)
}

/** {@link activeUnits} of posteriors that are known. */
export function activeUnitsOf({ count, means, latentSize }: Posteriors, threshold = 0.01): ActiveUnits {
  const averages = averageOfRows(means, latentSize, (mean) => mean)
  const variances = averageOfRows(means, latentSize, (mean, latent) => (mean - (averages[latent] as number)) ** 2)
  return {
    value: variances.filter((variance) => variance > threshold).length,
    unit: 'latents',
    estimator: `variance of the posterior mean above ${threshold} over ${count} examples`,
    isBound: false,
    variances,
  }
}

/**
 * The KL divergence of each latent's posterior from the prior N(0, 1), the mean over examples; they add up to the KL term
 * of the ELBO.
 *
 * @param model borrowed
 * @param data borrowed; one pass in stored order
 * @param options see {@link LatentOptions}
 * @returns one estimate for each latent, nats
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on data without examples, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 */
export async function klPerLatent(
  model: VariationalAutoencoder,
  data: Dataset,
  options: LatentOptions = {},
): Promise<readonly MeanEstimate[]> {
  assertOptions('klPerLatent', options, { batchSize: positiveInteger })
  return klPerLatentOf(await posteriorsOf('klPerLatent', model, data, options.batchSize ?? 250))
}

/** {@link klPerLatent} of posteriors that are known. */
export function klPerLatentOf(posteriors: Posteriors): readonly MeanEstimate[] {
  const { latentSize } = posteriors
  const divergences = divergencesOf(posteriors)
  return Array.from({ length: latentSize }, (_, latent) =>
    estimateOf(
      divergences.filter((_, i) => i % latentSize === latent),
      exactKl,
    ),
  )
}

/** KL of each latent of each example, nats, `[count * latentSize]`. */
export function divergencesOf({ means, logVariances }: Posteriors): Float64Array {
  return Float64Array.from(means, (mean, i) => {
    const logVariance = logVariances[i] as number
    return (Math.exp(logVariance) + mean * mean - 1 - logVariance) / 2
  })
}

/** How divergences are measured. */
export const exactKl = { unit: 'nats', estimator: 'in closed form; mean over examples' }

/** The mean over rows of a function of each value, `[latentSize]`. */
function averageOfRows(
  values: Float32Array,
  latentSize: number,
  f: (value: number, latent: number) => number,
): Float64Array {
  const averages = new Float64Array(latentSize)
  const count = values.length / latentSize
  values.forEach((value, index) => {
    const latent = index % latentSize
    averages[latent] = (averages[latent] as number) + f(value, latent) / count
  })
  return averages
}
