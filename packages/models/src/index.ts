export * from './all-models.ts'
export type { RawDecoder } from './assembly/assembly.ts'
export type { AutoencoderOptions } from './assembly/deterministic.ts'
export type { SampleOptions, Sampler, VaeOptions, VariationalAutoencoder } from './assembly/variational.ts'
export * from './autoencoder.ts'
export * from './beta-tc-vae.ts'
export * from './conditional-vae.ts'
export * from './contractive-autoencoder.ts'
export * from './corruption/corruption.ts'
export * from './corruption/corruption-config.ts'
export type { ModelFactory } from './define-model.ts'
export * from './denoising-autoencoder.ts'
export * from './generation/code-sampler.ts'
export type { MixtureComponent } from './generation/gaussian-mixture.ts'
export * from './generation/gaussian-sampler.ts'
export * from './generation/interpolate.ts'
export * from './generation/manifold.ts'
export * from './generation/mixture-sampler.ts'
export * from './generation/traverse.ts'
export * from './iwae.ts'
export type { LabelsOfBatch } from './labels-of-batch.ts'
export { type Activation, activations, type FusedActivation } from './networks/activation.ts'
export type { Architecture, ArchitectureConfig, DecoderOptions, EncoderOptions } from './networks/architecture.ts'
export type { ArchitectureChoice } from './networks/choose-architecture.ts'
export {
  type ConvolutionalArchitectureOptions,
  convolutionalArchitecture,
} from './networks/convolutional-architecture.ts'
export * from './networks/custom-architecture.ts'
export * from './networks/dense-architecture.ts'
export {
  type ConvolutionNetworkLayer,
  type DenseNetworkLayer,
  type LayerBasics,
  type LayersArchitectureOptions,
  layersArchitecture,
  type NetworkLayer,
} from './networks/layers-architecture.ts'
export type { Layer, Network, PassOptions } from './networks/network.ts'
export type { Normalization } from './networks/normalization.ts'
export * from './pretrain.ts'
export * from './sparse-autoencoder.ts'
export * from './stacked-autoencoder.ts'
export * from './summary/inspect.ts'
export { summary } from './summary/summary.ts'
export type * from './summary/summary-types.ts'
export * from './vae.ts'
export * from './vq-vae.ts'
