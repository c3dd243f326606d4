// A model with all that the command does with it: training, figures, pictures.
import {
  type Autoencoder,
  type Batch,
  batchesOf,
  type Dataset,
  type Epoch,
  evaluate,
  type LossValues,
  type Objective,
  type Progress,
  type SavableModel,
  type Trace,
  type Trainable,
  train,
} from '@ae/core'
import type { LabelledDataset } from '@ae/datasets'
import { bernoulliNegativeLogLikelihood, meanSquaredError } from '@ae/losses'
import type { Tensor } from '@tensorflow/tfjs-core'

/** What a training run is told. */
export interface RunOptions {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly seed: number
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** What a picture is made from. */
export interface PictureSource {
  /** The images that the model was trained on. */
  readonly digits: LabelledDataset
  /** Images that it has never seen. */
  readonly test: LabelledDataset
  readonly seed: number
}

/** A report after an epoch; while layers are pretrained one by one, with the layer. */
export type Report = Epoch<string> & { readonly layer?: number | undefined }

/** A model with all that the command does with it. */
export interface Subject {
  /** What is saved, and disposed of. */
  readonly model: SavableModel
  /** Trains it, pretraining included. */
  train(digits: LabelledDataset, options: RunOptions): AsyncIterable<Report>
  /** What it is judged by, by name. */
  figures(data: LabelledDataset, seed: number): Promise<Readonly<Record<string, number>>>
  /** Its pictures by file name; each gives the bytes of a PNG. */
  readonly pictures: Readonly<Record<string, (source: PictureSource) => Promise<Uint8Array>>>
}

/** How a model is judged and drawn. */
export interface SubjectOptions<trace extends Trace, batch extends Batch> {
  /** From the images with their labels to what the model takes. Defaults to the images. */
  readonly batches?: ((data: LabelledDataset) => Dataset<batch>) | undefined
  /** What is measured on training and test images; the model's own objective where absent. */
  readonly objective?: Objective<trace, string> | undefined
  /** The names of the figures, in the order they are shown. */
  readonly figures: readonly string[]
  /** See {@link Subject.pictures}. */
  readonly pictures: Subject['pictures']
}

/** The subject that a model makes which `train` trains. */
export function subjectOf<trace extends Trace, batch extends Batch>(
  model: Trainable<trace, string, batch>,
  {
    batches = (data) => data as Dataset<Batch> as Dataset<batch>,
    objective,
    figures,
    pictures,
  }: SubjectOptions<trace, batch>,
): Subject {
  return {
    model,
    train: (digits, options) => train(model, batches(digits), options),
    async figures(data, seed) {
      const values = await evaluate(model, batches(data), { seed, objective: objective as never })
      return pick(values, figures)
    },
    pictures,
  }
}

/** What a deterministic autoencoder is judged by: the squared error of a pixel, and the binary cross-entropy of an image. */
export const reconstructionFigures: Objective<Trace, 'mse' | 'nats'> = ({ likelihood, output, target }) => ({
  mse: meanSquaredError(likelihood.mean(output), target),
  nats: bernoulliNegativeLogLikelihood(output, target),
})

/** The first test images, as the pictures take them. */
export async function firstImages(data: Dataset, count: number): Promise<Tensor> {
  for await (const images of batchesOf('firstImages', data, { batchSize: count })) return images
  throw new Error(`${data.name} has no images`)
}

/** A model that encodes and decodes, and that `train` trains on images alone. */
export type TrainableAutoencoder = Autoencoder & Trainable

function pick(values: LossValues, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? Number.NaN]))
}
