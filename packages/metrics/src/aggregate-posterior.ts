// The aggregate posterior q(z) against the prior N(0, I): the codes that the decoder was trained on, against those that `sample`
// gives it.
import { type Dataset, normals } from '@ae/core'
import { assertExamples, assertOptions, countInBins, countOption, positiveInteger, seedOption } from '@ae/core/internal'
import type { VariationalAutoencoder } from '@ae/models'
import { drawnCodes } from './aggregate-densities.ts'
import type { CodeHistogram } from './code-statistics.ts'
import type { Estimate } from './estimate.ts'
import { maximumMeanDiscrepancy } from './kernel-discrepancy.ts'
import { type KolmogorovSmirnov, kolmogorovSmirnov } from './kolmogorov-smirnov.ts'

/** Options of {@link aggregatePosterior}. */
export interface AggregatePosteriorOptions {
  /** Codes that are compared, one of each of as many examples; an integer of at least 2. Defaults to 1000. */
  readonly samples?: number | undefined
  /** Examples per batch while encoding, a positive integer. Defaults to 250. */
  readonly batchSize?: number | undefined
  /** Bins of each histogram, from 1 to 2^20. Defaults to 40. */
  readonly bins?: number | undefined
  /** Seeds the codes, and the draws of the prior. Defaults to 0. */
  readonly seed?: number | undefined
}

/** What {@link aggregatePosterior} gives. */
export interface AggregatePosterior {
  /** The squared maximum mean discrepancy from the prior, with a Gaussian kernel: see {@link maximumMeanDiscrepancy}. */
  readonly mmdRbf: Estimate
  /** The same with an inverse multiquadratic kernel. */
  readonly mmdImq: Estimate
  /** One for each latent. */
  readonly latents: readonly AggregateLatent[]
}

/** The values of one latent over the data. */
export interface AggregateLatent {
  /** The distance of their distribution from N(0, 1). */
  readonly kolmogorovSmirnov: KolmogorovSmirnov
  /** Over one range for all latents, which is symmetric and reaches at least from -4 to 4. */
  readonly histogram: CodeHistogram
}

/**
 * Compares codes drawn from the posteriors of the data with codes drawn from the prior. A model samples well only if they are alike.
 *
 * @param model borrowed
 * @param data borrowed; one pass in stored order, whose posteriors are held in memory
 * @param options see {@link AggregatePosteriorOptions}
 * @returns the same for the same options
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on fewer than 2 examples, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 */
export async function aggregatePosterior(
  model: VariationalAutoencoder,
  data: Dataset,
  options: AggregatePosteriorOptions = {},
): Promise<AggregatePosterior> {
  return aggregatePosteriorAs('aggregatePosterior', model, data, options)
}

/** {@link aggregatePosterior} for functions that call it for their caller: errors name them. */
export async function aggregatePosteriorAs(
  functionName: string,
  model: VariationalAutoencoder,
  data: Dataset,
  options: AggregatePosteriorOptions,
): Promise<AggregatePosterior> {
  assertOptions(functionName, options, {
    samples: (value) => (Number.isSafeInteger(value) && Number(value) >= 2 ? undefined : 'an integer of at least 2'),
    batchSize: positiveInteger,
    bins: countOption,
    seed: seedOption,
  })
  assertExamples(functionName, data, { least: 2 })
  const { bins = 40, seed = 0 } = options
  const { codes, latentSize: size } = await drawnCodes(functionName, model, data, options)
  const prior = normals('aggregate/prior', { seed }, codes.length)
  const limit = codes.reduce((largest, value) => Math.max(largest, Math.abs(value)), 4)
  const range = { minimum: -limit, maximum: limit }
  const latents = Array.from({ length: size }, (_, latent) => {
    const values = codes.filter((_, i) => i % size === latent)
    return {
      kolmogorovSmirnov: kolmogorovSmirnov(values),
      histogram: { range, counts: countInBins(values, { ...range, bins }) },
    }
  })
  return {
    mmdRbf: maximumMeanDiscrepancy(codes, prior, { size }),
    mmdImq: maximumMeanDiscrepancy(codes, prior, { size, kernel: 'imq' }),
    latents,
  }
}
