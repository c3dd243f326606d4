// How good a model is, in one call: every figure that its kind has, with its unit and how it was estimated.
import type { Autoencoder, Batch, Dataset } from '@ae/core'
import { assertModel, assertOptions, nonNegativeInteger, positiveInteger, seedOption } from '@ae/core/internal'
import type { RawDecoder, VariationalAutoencoder } from '@ae/models'
import { aggregateDensities } from './aggregate-densities.ts'
import { aggregatePosteriorAs } from './aggregate-posterior.ts'
import type { CodeHistogram } from './code-statistics.ts'
import { type Estimate, estimateOf, type MeanEstimate } from './estimate.ts'
import type { KolmogorovSmirnov } from './kolmogorov-smirnov.ts'
import { activeUnitsOf, divergencesOf, exactKl, klPerLatentOf } from './latents.ts'
import { logLikelihoodAs } from './log-likelihood.ts'
import { type LongMeasureOptions, longMeasureChecks, type MeasureProgress, pause } from './long-measure.ts'
import { posteriorsOf } from './posteriors.ts'
import { reconstructionErrorAs } from './reconstruction-error.ts'
import { reportText } from './report-text.ts'
import { scoreAs } from './score.ts'
import { decompositionOf } from './total-correlation.ts'

/** Options of {@link report}. */
export interface ReportOptions extends Omit<LongMeasureOptions, 'onProgress'> {
  /** Examples per batch, a positive integer; changes speed and memory, not the figures. Defaults to 250. */
  readonly batchSize?: number | undefined
  /**
   * Codes per example of `logLikelihood`, an integer of at least 0; 0 leaves it out. The rest costs little, this one pass of
   * the decoder each. Defaults to 100, which is enough to compare models; papers take 5000.
   */
  readonly samples?: number | undefined
  /** Codes that mutual information, total correlation and the comparison with the prior are estimated from. Defaults to 1000. */
  readonly codes?: number | undefined
  /** Seeds all that is drawn. Defaults to 0. */
  readonly seed?: number | undefined
  /** Called after each batch of `logLikelihood`, the only part that takes long. */
  readonly onProgress?: ((progress: MeasureProgress) => void) | undefined
}

/** The figures of every autoencoder. */
export interface ReconstructionFigures {
  /** See {@link ReconstructionError}. */
  readonly meanSquaredError: MeanEstimate
  /** See {@link ReconstructionError}. */
  readonly meanAbsoluteError: MeanEstimate
  /** See {@link ReconstructionError}; only where data and reconstructions are in [0, 1]. */
  readonly binaryCrossEntropy?: MeanEstimate | undefined
}

/** The figures of a variational autoencoder. */
export interface VariationalFigures extends ReconstructionFigures {
  /** `-reconstruction - kl`: a lower bound on log p(x), unless the likelihood is the squared error. */
  readonly elbo: MeanEstimate
  /** -log p(x | z) of one code of each posterior. */
  readonly reconstruction: MeanEstimate
  /** KL(q(z | x) || p(z)). */
  readonly kl: MeanEstimate
  /** See {@link importanceSampledLogLikelihood}; not with `samples: 0`. */
  readonly logLikelihood?: MeanEstimate | undefined
  /** See {@link activeUnits}. */
  readonly activeUnits: Estimate
  /** See {@link klDecomposition}. */
  readonly mutualInformation: MeanEstimate
  /** See {@link klDecomposition}. */
  readonly totalCorrelation: MeanEstimate
  /** See {@link klDecomposition}. */
  readonly dimensionWiseKl: MeanEstimate
  /** See {@link klDecomposition}. */
  readonly aggregateKl: MeanEstimate
  /** See {@link aggregatePosterior}. */
  readonly mmdRbf: Estimate
  /** See {@link aggregatePosterior}. */
  readonly mmdImq: Estimate
}

/** What is known of one latent. */
export interface LatentReport {
  /** Its share of the KL term. */
  readonly kl: MeanEstimate
  /** The variance of its posterior mean over the examples. */
  readonly variance: number
  /** The distance of its values from N(0, 1). */
  readonly kolmogorovSmirnov: KolmogorovSmirnov
  /** Its values, drawn from the posteriors. */
  readonly histogram: CodeHistogram
}

/** A model measured on data. Plain data: `JSON.stringify` keeps all of it. As text (`String(report)`) it is a table. */
export interface Report<figures extends ReconstructionFigures = ReconstructionFigures> {
  /** The model's kind, e.g. `vae`. */
  readonly kind: string
  /** The data. */
  readonly data: {
    /** Its name, e.g. `mnist/test`. */
    readonly name: string
    /** How many examples. */
    readonly size: number
  }
  /** The figures, each an {@link Estimate}. */
  readonly figures: figures
  /** Each latent of a variational model. */
  readonly latents?: readonly LatentReport[] | undefined
  /** A table of the figures. Not enumerable. */
  toString(): string
}

/** Of a variational autoencoder. */
export interface VariationalReport extends Report<VariationalFigures> {
  readonly latents: readonly LatentReport[]
}

/**
 * Measures a model on data: what every autoencoder has, the error of its reconstructions, and of a variational one bounds,
 * log p(x), and what its latents do. Each is also a function of its own, with more options.
 *
 * On 1,000 digits and the tutorial's VAE the defaults take a few seconds, nearly all of it for `logLikelihood`: 100 decoder passes
 * for each example.
 *
 * @param model a model of \@ae/models but those that need labels, or one of yours; borrowed
 * @param data not of training; borrowed, several passes in stored order
 * @param options see {@link ReportOptions}
 * @returns the same for the same options
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on data without examples (a variational model needs 2), `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 * @example
 * ```ts
 * const { figures } = await report(model, test)
 * console.log(figures.elbo.value, figures.elbo.unit)
 * ```
 */
export function report(
  model: VariationalAutoencoder,
  data: Dataset,
  options?: ReportOptions,
): Promise<VariationalReport>
export function report(model: Autoencoder, data: Dataset<Batch>, options?: ReportOptions): Promise<Report>
export async function report(
  model: Autoencoder & Partial<RawDecoder>,
  data: Dataset<Batch>,
  options: ReportOptions = {},
): Promise<Report> {
  assertOptions('report', options, { ...optionChecks, ...longMeasureChecks })
  const isVariational = 'posterior' in Object(model)
  assertModel('report', model, ['reconstruct', 'encode', ...(isVariational ? ['posterior', 'output'] : [])])
  const { batchSize = 250, signal } = options
  const errors = await reconstructionErrorAs('report', model, data, { batchSize })
  await pause(signal)
  const measured = isVariational
    ? await latentFigures(model as VariationalAutoencoder, data as Dataset, { ...options, batchSize })
    : { figures: {} }
  const kind = String(Reflect.get(model, 'kind') ?? 'model')
  const { name, size } = data
  return printed({ kind, data: { name, size }, ...measured, figures: { ...measured.figures, ...errors } })
}

/** What only variational models have. */
async function latentFigures(
  model: VariationalAutoencoder,
  data: Dataset,
  { batchSize, samples = 100, codes = 1000, seed = 0, onProgress, signal }: ReportOptions & { batchSize: number },
): Promise<Pick<VariationalReport, 'latents'> & { figures: Omit<VariationalFigures, keyof ReconstructionFigures> }> {
  const posteriors = await posteriorsOf('report', model, data, batchSize)
  const { latentSize } = posteriors
  await pause(signal)
  const costs = await scoreAs('report', model, data, { kind: 'reconstruction', samples: 1, seed, batchSize })
  const divergences = divergencesOf(posteriors)
  const kl = Float64Array.from(costs, (_, row) =>
    divergences.subarray(row * latentSize, (row + 1) * latentSize).reduce((sum, value) => sum + value, 0),
  )
  const sampled = { unit: unitOf(model), estimator: 'one code per example; mean over examples' }
  const densities = await aggregateDensities('report', model, data, { samples: codes, batchSize, seed, signal })
  const { latents, ...distances } = await aggregatePosteriorAs('report', model, data, {
    samples: codes,
    batchSize,
    seed,
  })
  const { variances, ...activeUnits } = activeUnitsOf(posteriors)
  const logLikelihood =
    samples > 0 && (await logLikelihoodAs('report', model, data, { samples, seed, onProgress, signal }))
  return {
    figures: {
      elbo: estimateOf(
        kl.map((value, i) => -value - (costs[i] as number)),
        { ...sampled, estimator: `${sampled.estimator}: a lower bound`, isBound: sampled.unit === 'nats' },
      ),
      reconstruction: estimateOf(costs, sampled),
      kl: estimateOf(kl, exactKl),
      ...(logLikelihood && { logLikelihood: withoutValues(logLikelihood) }),
      activeUnits,
      ...decompositionOf(densities),
      ...distances,
    },
    latents: klPerLatentOf(posteriors).map((kl, i) => ({
      kl,
      variance: variances[i] as number,
      ...(latents[i] as (typeof latents)[number]),
    })),
  }
}

/** Without the values of each example, of which there may be many. */
function withoutValues<measured extends { readonly values: unknown }>({ values: _, ...rest }: measured) {
  return rest
}

/** Nats but for the squared error, which is not a density. */
function unitOf({ likelihood }: RawDecoder): string {
  return likelihood.kind === 'squaredError' ? 'squared error' : 'nats'
}

/** A report that prints as a table. `toString` is not enumerable, so that copies and JSON hold plain values. */
function printed(plain: Omit<Report, 'toString'>): Report {
  return Object.defineProperty(plain, 'toString', { value: () => reportText(plain), enumerable: false }) as Report
}

const optionChecks = {
  batchSize: positiveInteger,
  samples: nonNegativeInteger,
  codes: positiveInteger,
  seed: seedOption,
}
