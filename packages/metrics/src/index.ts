export * from './code-statistics.ts'
export type { Estimate, MeanEstimate } from './estimate.ts'
export * from './latents.ts'
export * from './log-likelihood.ts'
export { type AnomalyLabels, averagePrecision, rocAuc } from './ranking.ts'
export * from './representation/agreement.ts'
export * from './representation/beta-vae-score.ts'
export type {
  CodeSource,
  Codes,
  FactorSource,
  Factors,
  LabelledCodes,
  LabelSource,
} from './representation/codes.ts'
export * from './representation/dci.ts'
export * from './representation/encode-all.ts'
export * from './representation/factor-vae-score.ts'
export type { FactoredCodes } from './representation/factored-codes.ts'
export { type Clustering, type KMeansOptions, kMeans } from './representation/k-means.ts'
export * from './representation/linear-probe.ts'
export * from './representation/mig.ts'
export {
  type NearestNeighbors,
  type NearestNeighborsOptions,
  nearestNeighbors,
} from './representation/nearest-neighbors.ts'
export * from './representation/pca.ts'
export * from './representation/sap.ts'
export { type ScorableModel, type ScoreKind, type ScoreOptions, score } from './score.ts'
export * from './threshold.ts'
export * from './total-correlation.ts'
