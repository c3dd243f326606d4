// Greedy layer-wise pretraining: each pair of layers learns to reconstruct what the layers below it give.
// Bengio et al. 2007; with a corruption the stacked denoising autoencoder of Vincent et al., 2010.
import {
  type Dataset,
  type Epoch,
  exampleBatchesOf,
  type Progress,
  repeatable,
  skippable,
  type Trace,
  type Trainable,
  type TrainOptions,
} from '@ae/core'
import {
  anything,
  assertMembers,
  assertOptions,
  functionOption,
  lackOf,
  namesInCheckpoint,
  nonNegativeInteger,
  type OptionCheck,
  positiveInteger,
  positiveNumber,
  savedVariables,
  seedOption,
  shapeOption,
  signalOption,
  trainAs,
  variablesOption,
} from '@ae/core/internal'
import { reconstruction, squaredError } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import type { Corruption } from './corruption/corruption.ts'
import { corruptionOption } from './corruption/corruption-option.ts'
import { minimumBatchOf } from './networks/network.ts'
import type { LayerPair, StackedAutoencoder } from './stacked-autoencoder.ts'

/** Which layer is learning. */
export interface LayerPosition {
  /** The pair of layers under way, counted from 1, the outermost first. */
  readonly layer: number
  /** How many there are. */
  readonly layers: number
}

/** What `pretrain` yields after each epoch of each layer; `epoch` and `step` start again in every layer. */
export interface PretrainingEpoch extends Epoch<'reconstruction'>, LayerPosition {}

/** Options of {@link pretrain}. */
export interface PretrainOptions {
  /** Passes over the data for each layer, an integer of at least 0. Defaults to 2. */
  readonly epochs?: number | undefined
  /** Examples per step, a positive integer. Defaults to 128. */
  readonly batchSize?: number | undefined
  /** Adam's step size, above 0. Defaults to 0.001. */
  readonly learningRate?: number | undefined
  /** Seeds the order of the data and the corruption. Defaults to 0. */
  readonly seed?: number | undefined
  /** Corrupts the input of each pair; the target stays clean, so the layers denoise. Defaults to none. */
  readonly corruption?: Corruption | undefined
  /** Stops between two batches; the generator then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Called after each batch; keep it quick. */
  readonly onProgress?: ((progress: Progress & LayerPosition) => void) | undefined
  /** Where to write checkpoints of the whole model, as in `train`; epochs are those of a layer, and each layer ends with one. */
  readonly checkpoint?: Checkpoints['checkpoint']
  /** What to go on from, as in `train`: the layers that were done before are not trained again. */
  readonly resume?: Checkpoints['resume']
  /** Called when a checkpoint is safely written, passed over or gone on from, as in `train`. */
  readonly onCheckpoint?: Checkpoints['onCheckpoint']
}

type Checkpoints = TrainOptions<Trace, string>

/**
 * Trains a stacked autoencoder layer by layer, outermost first; go on with `train` for all layers together. While a
 * pair learns, the layers below it are frozen. The outermost pair is measured by the model's likelihood, the others by
 * the squared error of their codes.
 *
 * @param model its variables move; those of the pair that learns are held as `train` holds them
 * @param data borrowed; shuffled anew each epoch
 * @returns a generator of one report per epoch, with the layer it is of; arguments are checked by the call, as `train` does
 * @throws {OptionError} on a bad option, `ShapeError` or `DatasetError` on data that the model cannot take
 * @throws {DisposedError} when the model is disposed of
 * @throws {TrainingDivergedError} when the loss is no longer finite
 */
export function pretrain(
  model: StackedAutoencoder,
  data: Dataset,
  options: PretrainOptions = {},
): AsyncGenerator<PretrainingEpoch, void, void> {
  assertOptions('pretrain', options, optionChecks)
  const { batchSize, checkpoint, resume, onCheckpoint } = options
  trainAs('pretrain', model, data, { batchSize, checkpoint, resume, onCheckpoint }) // checks them; never asked for a report, it begins nothing
  assertMembers('pretrain', 'model', model, {
    expected: 'a stacked autoencoder',
    members: { pairs: pairsOption },
    fix: 'make it with stackedAutoencoder({ inputShape, hidden })',
  })
  return epochsOf(model, data, options)
}

async function* epochsOf(
  model: StackedAutoencoder,
  data: Dataset,
  { epochs = 2, corruption, onProgress, resume, ...others }: PretrainOptions,
): AsyncGenerator<PretrainingEpoch, void, void> {
  const layers = model.pairs.length
  const begun = resume === undefined ? undefined : await namesInCheckpoint('pretrain', resume)
  const first = begun === undefined ? 0 : layerOf(model, begun)
  const isKept = others.checkpoint !== undefined || resume !== undefined
  for (const [i, pair] of model.pairs.entries()) {
    if (i < first) continue
    const position = { layer: i + 1, layers }
    const learner = pairModel(model, pair, {
      likelihood: i === 0 ? model.likelihood : squaredError(),
      corruption,
      isKept,
    })
    const inputs = i === 0 ? imagesIn(data) : codesOf(data, model.pairs.slice(0, i), pair.inputShape)
    const run = trainAs('pretrain', learner, inputs, {
      ...others,
      resume: begun && i === first ? resume : undefined,
      epochs,
      onProgress: onProgress && ((progress) => onProgress({ ...progress, ...position })),
    })
    for await (const epoch of run) yield { ...epoch, ...position }
  }
}

/** The index of the pair that was learning: the optimiser's values in the checkpoint are of its variables. */
function layerOf({ pairs }: StackedAutoencoder, names: readonly string[]): number {
  const isOf = ({ encoder }: LayerPair) =>
    Object.keys(encoder.variables).some((variable) =>
      names.some((name) => name.startsWith('optimizer.') && name.endsWith(`.${variable}`)),
    )
  return Math.max(0, pairs.findIndex(isOf))
}

const optionChecks = {
  epochs: nonNegativeInteger,
  batchSize: positiveInteger,
  learningRate: positiveNumber,
  seed: seedOption,
  corruption: corruptionOption,
  signal: signalOption,
  onProgress: functionOption,
  checkpoint: anything, // by trainAs, as the next two
  resume: anything,
  onCheckpoint: anything,
}

const pairsOption: OptionCheck = (value) =>
  Array.isArray(value) && value.length > 0 && Array.from(value).every(isPair) ? undefined : 'pairs of layers'

function isPair(value: unknown): boolean {
  const isLayer: OptionCheck = (layer) => lackOf(layer, { apply: 'function', variables: variablesOption })
  return lackOf(value, { inputShape: shapeOption, encoder: isLayer, decoder: isLayer }) === undefined
}

/** How a pair learns. */
interface PairSettings extends Pick<PretrainOptions, 'corruption'> {
  readonly likelihood: Trainable['likelihood']
  /** Whether there are checkpoints, which hold the other layers too. */
  readonly isKept: boolean
}

/** A pair of layers as `train` sees it. It owns nothing: its variables are the stacked model's. */
function pairModel(
  model: StackedAutoencoder,
  { inputShape, encoder, decoder }: LayerPair,
  { likelihood, corruption, isKept }: PairSettings,
): Trainable<Trace, 'reconstruction'> {
  const variables = { ...encoder.variables, ...decoder.variables }
  const others = Object.entries(savedVariables(model)).filter(([name]) => !(name in variables))
  const [encode, decode, corrupt] = [encoder.apply, decoder.apply, corruption?.corrupt] // for the whole run
  return {
    kind: model.kind,
    inputShape,
    config: model.config,
    likelihood,
    variables,
    ...(isKept ? { state: Object.fromEntries(others) } : {}),
    minimumBatch: minimumBatchOf([encoder, decoder]),
    objective: reconstruction(),
    trace: repeatable(
      (x, { training = false, ...address } = {}) => {
        const input = corrupt === undefined ? x : corrupt.call(corruption, x, address)
        const code = encode.call(encoder, input, { inputGradient: false, training })
        const output = decode.call(decoder, code, { inputGradient: true, training })
        return { input, target: x, code: tf.reshape(code, [x.shape[0] ?? 0, -1]), output, likelihood }
      },
      [encode, decode, ...(corrupt === undefined ? [] : [corrupt])],
    ),
    dispose() {},
    [Symbol.dispose]() {},
  }
}

/** The data, refused where their batches have labels. */
function imagesIn(data: Dataset): Dataset {
  const { name, shape, size, range, notes } = data
  const batches = skippable((options, firstBatch) => exampleBatchesOf('pretrain', data, options, firstBatch))
  return { name, shape, size, range, notes, order: data.order?.bind(data), batches }
}

/** The codes that frozen layers give, computed batch by batch. */
function codesOf(data: Dataset, below: readonly LayerPair[], shape: readonly number[]): Dataset {
  const encode = (x: tf.Tensor) =>
    tf.tidy(() => below.reduce((h, { encoder }) => encoder.apply(h, { inputGradient: false, training: false }), x))
  return {
    name: `${data.name}, codes`,
    shape,
    size: data.size,
    range: { minimum: -Infinity, maximum: Infinity }, // unknown before they are computed
    order: data.order?.bind(data),
    batches: skippable(async function* (options, firstBatch) {
      for await (const batch of exampleBatchesOf('pretrain', data, options, firstBatch)) {
        try {
          yield encode(batch)
        } finally {
          batch.dispose()
        }
      }
    }),
  }
}
