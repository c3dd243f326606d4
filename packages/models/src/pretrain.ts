// Greedy layer-wise pretraining: each pair of layers learns to reconstruct what the layers below it give.
// Bengio et al. 2007; with a corruption the stacked denoising autoencoder of Vincent et al., 2010.
import {
  type Dataset,
  type Epoch,
  exampleBatchesOf,
  type Progress,
  repeatable,
  type Trace,
  type Trainable,
} from '@ae/core'
import {
  assertMembers,
  assertOptions,
  functionOption,
  lackOf,
  nonNegativeInteger,
  type OptionCheck,
  positiveInteger,
  positiveNumber,
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
}

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
  trainAs('pretrain', model, data, { batchSize: options.batchSize }) // checks them; never asked for a report, it begins nothing
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
  { epochs = 2, corruption, onProgress, ...others }: PretrainOptions,
): AsyncGenerator<PretrainingEpoch, void, void> {
  const layers = model.pairs.length
  for (const [i, pair] of model.pairs.entries()) {
    const position = { layer: i + 1, layers }
    const learner = pairModel(model, pair, i === 0 ? model.likelihood : squaredError(), corruption)
    const inputs = i === 0 ? imagesIn(data) : codesOf(data, model.pairs.slice(0, i), pair.inputShape)
    const run = trainAs('pretrain', learner, inputs, {
      ...others,
      epochs,
      onProgress: onProgress && ((progress) => onProgress({ ...progress, ...position })),
    })
    for await (const epoch of run) yield { ...epoch, ...position }
  }
}

const optionChecks = {
  epochs: nonNegativeInteger,
  batchSize: positiveInteger,
  learningRate: positiveNumber,
  seed: seedOption,
  corruption: corruptionOption,
  signal: signalOption,
  onProgress: functionOption,
}

const pairsOption: OptionCheck = (value) =>
  Array.isArray(value) && value.length > 0 && Array.from(value).every(isPair) ? undefined : 'pairs of layers'

function isPair(value: unknown): boolean {
  const isLayer: OptionCheck = (layer) => lackOf(layer, { apply: 'function', variables: variablesOption })
  return lackOf(value, { inputShape: shapeOption, encoder: isLayer, decoder: isLayer }) === undefined
}

/** A pair of layers as `train` sees it. It owns nothing: its variables are the stacked model's. */
function pairModel(
  { kind, config }: StackedAutoencoder,
  { inputShape, encoder, decoder }: LayerPair,
  likelihood: Trainable['likelihood'],
  corruption: Corruption | undefined,
): Trainable<Trace, 'reconstruction'> {
  const [encode, decode, corrupt] = [encoder.apply, decoder.apply, corruption?.corrupt] // for the whole run
  return {
    kind,
    inputShape,
    config,
    likelihood,
    variables: { ...encoder.variables, ...decoder.variables },
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
  return {
    name,
    shape,
    size,
    range,
    notes,
    order: data.order?.bind(data),
    batches: (options) => exampleBatchesOf('pretrain', data, options),
  }
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
    async *batches(options) {
      for await (const batch of exampleBatchesOf('pretrain', data, options)) {
        try {
          yield encode(batch)
        } finally {
          batch.dispose()
        }
      }
    },
  }
}
