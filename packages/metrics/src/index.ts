export type { Estimate } from './estimate.ts'
export * from './latents.ts'
export * from './log-likelihood.ts'
export * from './total-correlation.ts'
