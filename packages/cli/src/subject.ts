// A model with all that the command does with it: training, figures, pictures.
import {
  type Autoencoder,
  type Batch,
  type CheckpointPlan,
  type CheckpointReport,
  type Dataset,
  type Epoch,
  evaluate,
  type Json,
  type LossValues,
  type Objective,
  type Optimizer,
  OptionError,
  type Progress,
  type SavableModel,
  type Shape,
  type Trace,
  type Trainable,
  train,
} from '@ae/core'
import type { IndexedDataset, LabelledDataset } from '@ae/datasets'
import { bernoulliNegativeLogLikelihood, meanSquaredError } from '@ae/losses'
import type { ConditionalVae } from '@ae/models'
import { lookOf } from './look-of.ts'
import type { TableParts } from './tables.ts'

/** The options of a training run. */
interface RunOptions {
  readonly epochs: number
  readonly batchSize: number
  readonly optimizer: Optimizer
  readonly seed: number
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  /** Defaults to the model's own. */
  readonly objective?: Objective<Trace, string> | undefined
  readonly validation?: IndexedDataset | undefined
  readonly checkpoint?: CheckpointPlan | undefined
  readonly resume?: CheckpointPlan | undefined
  readonly onCheckpoint?: ((report: CheckpointReport) => void) | undefined
}

/** The options of training layer by layer, which is done by Adam. */
type PretrainingOptions = Omit<RunOptions, 'optimizer' | 'objective' | 'validation'>

/** What a picture is made from. */
export interface PictureSource {
  /** What the model was trained on. */
  readonly data: IndexedDataset
  /** What it has never seen. */
  readonly test: IndexedDataset
  readonly seed: number
  /** The reports of the training, without those of pretraining. */
  readonly epochs: readonly Report[]
  /** If they are rows of a table. */
  readonly table?: TableParts | undefined
}

/** A report after an epoch; while layers are pretrained one by one, with the layer. */
export type Report = Epoch<string> & { readonly layer?: number | undefined }

/** What a model is made for. */
interface ModelSetting {
  readonly inputShape: Shape
  readonly network: Network
  /** Its own options as JSON; see `createFromJson` of @ae/models. */
  readonly options: Readonly<Record<string, Json>>
  readonly seed: number
  /** Training examples. */
  readonly exampleCount: number
  /** Different labels. */
  readonly classes: number
  /** What the examples are, as JSON, if the model's own default does not suit them. */
  readonly likelihood?: Json | undefined
}

/** What `--network` names. */
export const networks = ['dense', 'convolutional'] as const

/** One of {@link networks}. */
export type Network = (typeof networks)[number]

/** A model with all that the command does with it. */
export interface Subject {
  /** The model that is saved, and disposed of. */
  readonly model: SavableModel
  /** Trains its layers one by one first, where it has that. */
  readonly pretrain?: ((data: IndexedDataset, options: PretrainingOptions) => AsyncIterable<Report>) | undefined
  /** Trains it. */
  train(data: IndexedDataset, options: RunOptions): AsyncIterable<Report>
  /** The figures that the model is judged by, by name. */
  figures(data: IndexedDataset, options: Pick<RunOptions, 'seed' | 'signal'>): Promise<Readonly<Record<string, number>>>
  /** Draws one of the pictures or tables of its {@link ModelChoice}: the bytes of a PNG or CSV file. */
  draw(picture: string, source: PictureSource): Promise<Uint8Array>
}

/** What `--model` names: what is known before the data is loaded, and how the model is made. */
export interface ModelChoice {
  /** The file names of its pictures. */
  readonly pictures: readonly string[]
  /** Those of what is written instead if examples are rows of a table. */
  readonly tables: readonly string[]
  /** The same if they are signals. */
  readonly signals: readonly string[]
  /** The same if they are neither of these nor pictures. */
  readonly plots: readonly string[]
  make(setting: ModelSetting): Promise<Subject>
}

/** Functions that draw the pictures of a model, by file name: the bytes of a PNG. */
export type Pictures<model> = Readonly<Record<string, (model: model, source: PictureSource) => Promise<Uint8Array>>>

/** How a model is made, trained, judged and drawn. */
export interface Plan<model extends SavableModel> {
  /** A model that `train` trains, on batches as `batches` gives them. */
  make(setting: ModelSetting): Promise<model>
  /** Trains its layers one by one before `train` of `@ae/core`. Defaults to nothing. */
  readonly pretrain?:
    | ((model: model, data: IndexedDataset, options: PretrainingOptions) => AsyncIterable<Report>)
    | undefined
  /** From the labelled data to what the model takes. Defaults to the examples without their labels. */
  readonly batches?: ((data: IndexedDataset) => Dataset<Batch>) | undefined
  /** What is measured on training and test data; the model's own objective where absent. */
  readonly objective?: Objective<Trace, string> | undefined
  /** The names of the figures, in the order they are shown. */
  readonly figures: readonly string[]
  readonly pictures: Pictures<NoInfer<model>>
  /** What is drawn instead if examples are rows of a table: the bytes of CSV files. Defaults to nothing. */
  readonly tables?: Pictures<NoInfer<model>> | undefined
  /** The same if they are signals. Defaults to nothing. */
  readonly signals?: Pictures<NoInfer<model>> | undefined
  /** What is drawn of a run on any examples. Defaults to nothing. */
  readonly plots?: Pictures<NoInfer<model>> | undefined
}

/** The choice that a plan describes. */
export function choice<model extends SavableModel>({
  make,
  batches = (data) => data,
  pretrain,
  objective,
  figures,
  pictures,
  tables = {},
  signals = {},
  plots = {},
}: Plan<model>): ModelChoice {
  return {
    pictures: Object.keys(pictures),
    tables: Object.keys(tables),
    signals: Object.keys({ ...signals, ...plots }),
    plots: Object.keys(plots),
    async make(setting) {
      const model = await make(setting)
      return {
        model,
        pretrain: pretrain && ((data, options) => pretrain(model, data, options)),
        train: (data, { validation, ...options }) =>
          train(trainable(model), batches(data), { ...options, validation: validation && batches(validation) }),
        async figures(data, options) {
          const isOwn = objective === undefined || setting.likelihood !== undefined
          const values = await evaluate(trainable(model), batches(data), {
            ...options,
            ...(isOwn ? {} : { objective }),
          })
          return pick(values, isOwn && objective !== undefined ? ['reconstruction'] : figures)
        },
        async draw(picture, source) {
          const look = lookOf(source.data.shape)
          const own = source.table !== undefined ? tables : look === 'picture' ? pictures : { ...signals, ...plots }
          const draw = own[picture]
          if (draw === undefined) throw new Error(`${picture} is not in the plan`)
          return draw(model, source)
        },
      }
    },
  }
}

/** The figures of a deterministic autoencoder: squared error per pixel, and binary cross-entropy per image. */
export const reconstructionFigures: Objective<Trace, 'mse' | 'nats'> = ({ likelihood, output, target }) => ({
  mse: meanSquaredError(likelihood.mean(output), target),
  nats: bernoulliNegativeLogLikelihood(output, target),
})

/** @throws {OptionError} unless the data has labels */
export function labelled(data: IndexedDataset): LabelledDataset {
  const { labels, name } = data
  if (labels !== undefined) return data as LabelledDataset
  throw new OptionError('`ae train` needs labels for this model.', {
    facts: { Received: `data without labels (${name})` },
    fix: 'pass --labels, or another --model',
  })
}

/** Whether a model takes labels. */
export function isConditional(model: Autoencoder | ConditionalVae): model is ConditionalVae {
  return 'classes' in model
}

/** Every model of a plan is trainable; the types of traces and batches differ from model to model. */
function trainable(model: SavableModel): Trainable<Trace, string, Batch> {
  return model as Trainable<Trace, string, Batch>
}

function pick(values: LossValues, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? Number.NaN]))
}
