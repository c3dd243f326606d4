// What a run of the playground is made of: everything that a link or a program needs to repeat it.
import type { Json } from '@ae/core'

/** The models of the catalogue, by the names that `ae train --model` takes. */
export const modelNames = [
  'autoencoder',
  'stacked-autoencoder',
  'sparse-autoencoder',
  'denoising-autoencoder',
  'contractive-autoencoder',
  'vae',
  'conditional-vae',
  'iwae',
  'beta-tc-vae',
  'vq-vae',
] as const

/** The data that a model learns. `yours` are the files last given to `useOwn`. */
export const datasetNames = ['mnist', 'fashion-mnist', 'shapes', 'yours'] as const

/** The backends of a page. */
export const backendNames = ['wasm', 'webgl', 'webgpu'] as const

export type ModelName = (typeof modelNames)[number]
export type DatasetName = (typeof datasetNames)[number]
export type BackendName = (typeof backendNames)[number]

/** A run: model, data, training, backend and seed. Two runs with equal settings on the same machine have equal losses. */
export interface Settings {
  readonly model: ModelName
  readonly dataset: DatasetName
  /** How many examples of the data are learnt, at most. */
  readonly examples: number
  readonly architecture: 'dense' | 'convolutional'
  /** The widths of the hidden layers of a dense architecture; the channels of a convolutional one. */
  readonly hidden: readonly number[]
  /** The length of a code; for `vq-vae` the length of a codebook vector. */
  readonly latentSize: number
  /** Further options of the model, as its factory takes them, e.g. `{ beta: 4 }`; kinds as `{ kind: 'gaussianNoise' }`. */
  readonly options: Readonly<Record<string, Json>>
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  /** Seeds the weights, the order of the data and the noise. */
  readonly seed: number
  readonly backend: BackendName
}
