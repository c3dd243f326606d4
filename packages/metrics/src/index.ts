export type { AggregateOptions } from './aggregate-densities.ts'
export {
  type AggregateLatent,
  type AggregatePosterior,
  type AggregatePosteriorOptions,
  aggregatePosterior,
} from './aggregate-posterior.ts'
export type { AnnealedModel } from './anneal.ts'
export * from './annealed-log-likelihood.ts'
export * from './code-statistics.ts'
export type { Estimate, MeanEstimate } from './estimate.ts'
export * from './kernel-discrepancy.ts'
export { type KolmogorovSmirnov, kolmogorovSmirnov } from './kolmogorov-smirnov.ts'
export { type ActiveUnits, type ActiveUnitsOptions, activeUnits, klPerLatent, type LatentOptions } from './latents.ts'
export { importanceSampledLogLikelihood, type LogLikelihood, type LogLikelihoodOptions } from './log-likelihood.ts'
export type { LongMeasureOptions, MeasureProgress } from './long-measure.ts'
export * from './pictures/density-coverage.ts'
export type { Features, SourcedFeatures } from './pictures/feature-pair.ts'
export * from './pictures/frechet-distance.ts'
export * from './pictures/kernel-distance.ts'
export * from './pictures/ms-ssim.ts'
export type { NeighbourOptions } from './pictures/neighbour-options.ts'
export * from './pictures/picture-features.ts'
export type { PictureMeasure } from './pictures/picture-pair.ts'
export * from './pictures/precision-recall.ts'
export * from './pictures/psnr.ts'
export type { SimilarityWindow, SsimOptions } from './pictures/similarity-maps.ts'
export * from './pictures/ssim.ts'
export { type AnomalyLabels, averagePrecision, rocAuc } from './ranking.ts'
export {
  type ReconstructionError,
  type ReconstructionErrorOptions,
  reconstructionError,
} from './reconstruction-error.ts'
export * from './report.ts'
export * from './representation/agreement.ts'
export * from './representation/beta-vae-score.ts'
export type {
  CodeSource,
  Codes,
  FactorSource,
  Factors,
  LabelledCodes,
  LabelSource,
  Projection,
} from './representation/codes.ts'
export * from './representation/dci.ts'
export * from './representation/encode-all.ts'
export * from './representation/factor-vae-score.ts'
export type { FactoredCodes } from './representation/factored-codes.ts'
export { type Clustering, type KMeansOptions, kMeans } from './representation/k-means.ts'
export * from './representation/linear-probe.ts'
export * from './representation/mig.ts'
export {
  type NearestCodes,
  type NearestCodesOptions,
  nearestCodes,
} from './representation/nearest-codes.ts'
export {
  type NearestNeighbors,
  type NearestNeighborsOptions,
  nearestNeighbors,
} from './representation/nearest-neighbors.ts'
export * from './representation/pca.ts'
export * from './representation/sap.ts'
export * from './representation/umap.ts'
export { type ScorableModel, type ScoreKind, type ScoreOptions, score } from './score.ts'
export * from './threshold.ts'
export { type KlDecomposition, klDecomposition, mutualInformation, totalCorrelation } from './total-correlation.ts'
