export * from './autoencoder.ts'
export type { AutoencoderOptions } from './autoencoder-parts.ts'
export * from './beta-tc-vae.ts'
export * from './code-statistics.ts'
export * from './conditional-vae.ts'
export * from './contractive-autoencoder.ts'
export * from './corruption/corruption.ts'
export * from './corruption/corruption-config.ts'
export type { ModelFactory } from './define-model.ts'
export * from './denoising-autoencoder.ts'
export * from './generation/interpolate.ts'
export * from './iwae.ts'
export { type Activation, activations } from './networks/activation.ts'
export type {
  Architecture,
  ArchitectureChoice,
  ArchitectureConfig,
  DecoderOptions,
  EncoderOptions,
} from './networks/architecture.ts'
export * from './networks/convolutional-architecture.ts'
export * from './networks/custom-architecture.ts'
export * from './networks/dense-architecture.ts'
export type { Layer, Network, PassOptions } from './networks/network.ts'
export type { Normalization } from './networks/normalization.ts'
export * from './pretrain.ts'
export * from './sparse-autoencoder.ts'
export * from './stacked-autoencoder.ts'
export * from './vae.ts'
export type { SampleOptions, Sampler, VaeOptions, VariationalAutoencoder } from './vae-parts.ts'
export * from './vq-vae.ts'
