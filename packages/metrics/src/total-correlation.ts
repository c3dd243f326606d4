// What the KL term of the ELBO consists of: what codes say about examples, how far latents are from independent, and how far
// each is from the prior.
// Hoffman and Johnson, ELBO surgery, 2016; Chen, Li, Grosse and Duvenaud, Isolating Sources of Disentanglement in Variational
// Autoencoders, 2018, equation 2.
import type { Dataset } from '@ae/core'
import type { VariationalAutoencoder } from '@ae/models'
import { type AggregateDensities, type AggregateOptions, aggregateDensities } from './aggregate-densities.ts'
import { estimateOf, type MeanEstimate } from './estimate.ts'

/** What {@link klDecomposition} gives: the KL term is `mutualInformation + totalCorrelation + dimensionWiseKl`. */
export interface KlDecomposition {
  /** I(x; z) under the model's posterior, nats: see {@link mutualInformation}. */
  readonly mutualInformation: MeanEstimate
  /** KL(q(z) || product over latents of q(z of that latent)), nats: see {@link totalCorrelation}. */
  readonly totalCorrelation: MeanEstimate
  /** The sum over latents of KL(q(z of that latent) || N(0, 1)), nats. */
  readonly dimensionWiseKl: MeanEstimate
  /** KL(q(z) || p(z)), nats: how far the aggregate posterior is from the prior. `totalCorrelation + dimensionWiseKl`. */
  readonly aggregateKl: MeanEstimate
}

/**
 * The parts of the KL term, estimated by the same codes; q(z), the mean of q(z | x) over all examples of the data, is computed
 * exactly, not estimated from a batch. The expectation is over codes of `samples` examples, at a cost of
 * samples * examples * latents.
 *
 * @param model borrowed
 * @param data borrowed; one pass in stored order, whose posteriors are held in memory
 * @param options see {@link AggregateOptions}
 * @returns nats; the same for the same options
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on data without examples, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 * @see "ELBO surgery", Hoffman and Johnson, 2016
 */
export async function klDecomposition(
  model: VariationalAutoencoder,
  data: Dataset,
  options: AggregateOptions = {},
): Promise<KlDecomposition> {
  return decompositionOf(await aggregateDensities('klDecomposition', model, data, options))
}

/**
 * KL(q(z) || product over latents of q(z of that latent)), nats: zero where the latents are independent. q(z) is exact and the
 * cost that of {@link klDecomposition}. The value depends on the data: a mixture of n posteriors has at most (latents - 1) log(n).
 * Compare models on the same data.
 *
 * @param model borrowed
 * @param data borrowed; one pass in stored order, whose posteriors are held in memory
 * @param options see {@link AggregateOptions}
 * @returns nats; the same for the same options
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on data without examples, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 */
export async function totalCorrelation(
  model: VariationalAutoencoder,
  data: Dataset,
  options: AggregateOptions = {},
): Promise<MeanEstimate> {
  return decompositionOf(await aggregateDensities('totalCorrelation', model, data, options)).totalCorrelation
}

/**
 * I(x; z) = E over x and z of q(z | x) of log q(z | x) - log q(z), nats: how much a code says about which example of the data it
 * is of. At most log(examples), so that it depends on how many there are. q(z) is exact and the cost that of
 * {@link klDecomposition}.
 *
 * @param model borrowed
 * @param data borrowed; one pass in stored order, whose posteriors are held in memory
 * @param options see {@link AggregateOptions}
 * @returns nats; the same for the same options
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} on data without examples, `ShapeError` on data whose shape is not the model's
 * @throws {DisposedError} when the model is disposed of
 * @see "ELBO surgery", Hoffman and Johnson, 2016
 */
export async function mutualInformation(
  model: VariationalAutoencoder,
  data: Dataset,
  options: AggregateOptions = {},
): Promise<MeanEstimate> {
  return decompositionOf(await aggregateDensities('mutualInformation', model, data, options)).mutualInformation
}

/** The parts, as means of differences of log densities. */
export function decompositionOf({ own, joint, product, prior, estimator }: AggregateDensities): KlDecomposition {
  const difference = (above: Float64Array, below: Float64Array) =>
    estimateOf(
      above.map((value, i) => value - (below[i] as number)),
      { unit: 'nats', estimator },
    )
  return {
    mutualInformation: difference(own, joint),
    totalCorrelation: difference(joint, product),
    dimensionWiseKl: difference(product, prior),
    aggregateKl: difference(joint, prior),
  }
}
