// The page's side of the Worker that owns backend, data and model. Only plain arrays cross; errors cross with message and fix.
import type { BackendName, DatasetName, Settings } from './settings.ts'

/** Pictures, or other examples: a row of a table has height 1, width = number of columns, and 1 channel. */
export interface Pictures {
  /** `[count, height, width, channels]`, in [0, 1] for pictures. */
  readonly values: Float32Array
  readonly count: number
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Codes of examples. */
export interface Codes {
  /** `[count, size]` */
  readonly values: Float32Array
  readonly count: number
  readonly size: number
}

/** A layer of a model, in the order in which an example passes. */
export interface LayerCard {
  readonly name: string
  readonly part: 'encoder' | 'decoder' | 'latent' | 'codebook'
  /** Without the batch. */
  readonly outputShape: readonly number[]
  /** How many numbers it learns. */
  readonly parameters: number
  readonly activation?: string
}

/** A term of what a model minimises: its name in `Frame.loss`, the symbol in the formula, its weight at the present step. */
export interface TermCard {
  readonly term: string
  readonly symbol: string
  readonly weight: number
}

/** What the page shows of a model. */
export interface ModelCard {
  readonly settings: Settings
  /** The shape of the pictures that it takes: `[height, width, channels]`. */
  readonly shape: readonly [height: number, width: number, channels: number]
  /** The length of a code, as `encode` and `decode` have it. */
  readonly codeSize: number
  readonly parameters: number
  readonly layers: readonly LayerCard[]
  readonly objective: readonly TermCard[]
  readonly can: {
    /** New examples: `sample`. */
    readonly sample: boolean
    /** Its codes are Gaussians: `encode` answers `logVariance`. */
    readonly gaussian: boolean
    /** `denoise`. */
    readonly denoise: boolean
    /** What draws and encodes takes a label; 0 if it is left out. */
    readonly label: boolean
    /** `discreteCodes` and `decodeDiscrete`. */
    readonly discrete: boolean
  }
  readonly trainedSteps: number
}

/** The state of training. Pictures and plane are in the frames that close an epoch, and now and then in others. */
export interface Frame {
  /** The epoch that runs, from 1. */
  readonly epoch: number
  /** Training steps since the weights were made. */
  readonly step: number
  /** Training steps when all epochs are done. */
  readonly steps: number
  /** Since this call of `train`. */
  readonly seconds: number
  readonly examplesPerSecond: number
  /**
   * By term, and `total`: means over the last steps, or if `closesEpoch` over the epoch, which is what `train` of `@ae/core` yields. In
   * nats per example where the likelihood is a density.
   */
  readonly loss: Readonly<Record<string, number>>
  /** Whether it is the report of a whole epoch. */
  readonly closesEpoch: boolean
  readonly samples?: Pictures
  readonly inputs?: Pictures
  readonly reconstructions?: Pictures
  readonly plane?: Plane
}

/** The codes of examples as points of a plane. */
export interface Plane {
  readonly epoch: number
  /** `[count, 2]` */
  readonly points: Float32Array
  readonly labels?: Uint8Array
  /** The two latents themselves, or the first principal components of more. */
  readonly axes: 'latents' | 'principal components'
  /** The share of the variance along each principal component. */
  readonly explained?: readonly [number, number]
  /** `[left, right, bottom, top]`, in the unit of the points. */
  readonly extent: readonly [number, number, number, number]
}

/** What one training step did. */
export interface StepReport {
  /** Training steps since the weights were made, this one included. */
  readonly step: number
  /** Each term's value before the step, and the norm of its own gradient over all weights. */
  readonly terms: readonly { readonly term: string; readonly value: number; readonly gradientNorm: number }[]
  /** Each layer's norm of its weights before the step, and of what the step added. */
  readonly layers: readonly { readonly name: string; readonly weightNorm: number; readonly updateNorm: number }[]
  /** Reconstructions of the same examples before and after. */
  readonly before: Pictures
  readonly after: Pictures
}

/** Data that this site has. */
export interface DatasetState {
  readonly name: DatasetName
  /** How many examples there are. */
  readonly count: number
  /** How many labels its examples have; 0 without labels. */
  readonly classes: number
  /** `[height, width, channels]` */
  readonly shape: readonly [height: number, width: number, channels: number]
}

/** A backend, and whether it runs here. */
export interface BackendState {
  readonly name: BackendName
  readonly available: boolean
  /** Why not. */
  readonly reason?: string
  /** On `wasm`: more than 1 only in a cross-origin isolated page. */
  readonly threads?: number
}

/** What the page asks of the Worker. A method that fails throws an `EngineError`. */
export interface Engine {
  backends(): Promise<readonly BackendState[]>
  /** What a model can learn here: that of the site, and `yours` after `useOwn`. */
  datasets(): Promise<readonly DatasetState[]>
  /** Trains a small VAE for about a second on a backend. The model stays as it is. */
  measure(backend: BackendName): Promise<{ readonly examplesPerSecond: number }>
  /** A small VAE with two latents, trained on MNIST, for the first view. */
  openPretrained(): Promise<ModelCard>
  /** Reads own pictures or one CSV as the data `yours`. `problems` names what was left out, and why; `columns` what those of a table became. */
  useOwn(files: readonly File[]): Promise<{
    readonly kind: 'pictures' | 'table'
    readonly count: number
    readonly shape: readonly number[]
    readonly problems: readonly string[]
    readonly columns?: readonly string[]
  }>
  /** A new model, untrained; the one before is disposed. */
  create(settings: Settings): Promise<ModelCard>
  /** Resolves when the epochs are done, or after `pause`. Called again it goes on where it was. */
  train(onFrame: (frame: Frame) => void): Promise<void>
  pause(): Promise<void>
  /** One training step, explained. */
  step(): Promise<StepReport>
  card(): Promise<ModelCard>
  sample(count: number, seed: number, label?: number): Promise<Pictures>
  encode(pictures: Pictures, label?: number): Promise<{ readonly mean: Codes; readonly logVariance?: Codes }>
  decode(codes: Codes, label?: number): Promise<Pictures>
  reconstruct(pictures: Pictures, label?: number): Promise<Pictures>
  /** Corrupts pictures by normal noise of standard deviation `amount`, and reconstructs them. */
  denoise(
    pictures: Pictures,
    amount: number,
    label?: number,
  ): Promise<{ readonly corrupted: Pictures; readonly denoised: Pictures }>
  /** @param from one picture; `to` another; `steps` includes both ends */
  interpolate(from: Pictures, to: Pictures, steps: number, label?: number): Promise<Pictures>
  /** How badly the model explains pictures; `typical` are the scores of examples of the data, in ascending order. */
  score(
    pictures: Pictures,
    label?: number,
  ): Promise<{
    readonly values: Float32Array
    /** What the values are. */
    readonly kind: 'negative ELBO' | 'reconstruction'
    readonly unit: 'nats' | 'squared error'
    readonly typical: Float32Array
  }>
  plane(): Promise<Plane>
  /** @param points `[n, 2]`, on the plane that `plane` or the last frame showed */
  decodePlane(points: Float32Array, label?: number): Promise<Pictures>
  /** `[n, 2]` */
  projectToPlane(codes: Codes): Promise<Float32Array>
  discreteCodes(pictures: Pictures): Promise<{
    /** `[count, height, width]` */
    readonly indices: Int32Array
    readonly height: number
    readonly width: number
    readonly codebookSize: number
  }>
  decodeDiscrete(indices: Int32Array): Promise<Pictures>
  /** Examples of the data, from the one with index `from`. Defaults to 0. */
  examples(count: number, from?: number): Promise<{ readonly pictures: Pictures; readonly labels?: Uint8Array }>
  /** A .safetensors file, which `load` of `@ae/core` takes too. */
  save(): Promise<Uint8Array>
  /** @param name of the file, for messages */
  open(bytes: Uint8Array, name?: string): Promise<ModelCard>
  /** The decoder, from `code` to `reconstruction`, unless another part is asked for. */
  exportOnnx(part?: 'encoder' | 'decoder' | 'autoencoder'): Promise<Uint8Array>
  /** Ends the Worker and all that it holds. */
  dispose(): void
}

/** What a method of {@link Engine} throws. */
export class EngineError extends Error {
  /** What the reader can do about it; undefined if nothing is known. */
  readonly fix: string | undefined

  constructor(message: string, fix?: string) {
    super(message)
    this.name = 'EngineError'
    this.fix = fix
  }
}
