export * from './autoencoder.ts'
export type { AutoencoderOptions } from './autoencoder-parts.ts'
export type { ModelFactory } from './define-model.ts'
export * from './generation/interpolate.ts'
export type {
  Architecture,
  ArchitectureChoice,
  ArchitectureConfig,
  DecoderOptions,
  EncoderOptions,
} from './networks/architecture.ts'
export { type Activation, activations } from './networks/dense.ts'
export * from './networks/dense-architecture.ts'
export type { Layer, Network, PassOptions } from './networks/network.ts'
export * from './vae.ts'
export type { SampleOptions, Sampler, VaeOptions, VariationalAutoencoder } from './vae-parts.ts'
