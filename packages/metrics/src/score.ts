// How unusual each example is to a model: the score of anomaly detection.
// An and Cho, Variational autoencoder based anomaly detection using reconstruction probability, 2015.
import {
  type Autoencoder,
  type Batch,
  batchesOf,
  type Dataset,
  type DiagonalGaussian,
  examplesOf,
  randomNormal,
} from '@ae/core'
import {
  assertBatchOf,
  assertFits,
  assertModel,
  assertOption,
  assertOptions,
  lackOf,
  likelihoodOption,
  nonNegativeInteger,
  type OptionCheck,
  oneOf,
  optional,
  positiveInteger,
  seedOption,
} from '@ae/core/internal'
import { gaussianKl, reparameterize } from '@ae/losses'
import type { RawDecoder, VariationalAutoencoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'

/**
 * What {@link score} takes: every model of `@ae/models` but those that need labels, and any of yours with a `likelihood` and the
 * `output` that it takes, which is checked when it is scored.
 */
export type ScorableModel = Autoencoder & Partial<RawDecoder>

/** Which score, and how it is computed: what a model's notes keep as `score`. */
export interface ScoreKind {
  /**
   * `reconstruction` is -log p(x | z), how badly the example is reconstructed; `negativeElbo` adds KL(q(z | x) || N(0, I)), how
   * far its code lies from those of the training data, and needs a variational model. Defaults to `negativeElbo` for a
   * variational model, else to `reconstruction`.
   */
  readonly kind?: 'reconstruction' | 'negativeElbo' | undefined
  /**
   * How many codes of a variational model are drawn for each example, whose costs are averaged: an integer of at least 0. With 0
   * the code is the mean of the posterior. Defaults to 0.
   */
  readonly samples?: number | undefined
  /** Seeds those draws; what is drawn for an example depends on its place in the data alone. Defaults to 0. */
  readonly seed?: number | undefined
}

/** Options of {@link score}. */
export interface ScoreOptions extends ScoreKind {
  /** Examples per batch, a positive integer; changes speed and memory, not the scores. Defaults to 256. */
  readonly batchSize?: number | undefined
}

/**
 * How unusual each example is to the model: higher is more unusual. The same call gives the same scores.
 *
 * @param model trained on normal data, borrowed
 * @param data a data set, of which one pass is made in stored order and labels play no part, or a tensor
 *   `[count, ...inputShape]`; borrowed
 * @param options see {@link ScoreOptions}
 * @returns one number for each example in its order, in the unit of the model's likelihood: nats, and for `squaredError` the
 *   squared error summed over features
 * @throws {OptionError} on a bad option, or a model that cannot be scored with them
 * @throws {ShapeError} when the examples' shape is not the model's
 * @throws {DatasetError} when there are no examples, or some that the model's likelihood cannot take
 * @throws {DisposedError} when the model is disposed of
 * @example
 * ```ts
 * const scores = await score(model, test)
 * console.log(rocAuc(scores, test.labels))
 * ```
 */
export async function score(
  model: ScorableModel,
  data: Dataset<Batch> | tf.Tensor,
  options: ScoreOptions = {},
): Promise<Float32Array> {
  return scoreAs('score', model, data, options)
}

/** {@link score} for functions that score for their caller: errors name them. */
export async function scoreAs(
  functionName: string,
  model: ScorableModel,
  data: Dataset<Batch> | tf.Tensor,
  options: ScoreOptions,
): Promise<Float32Array> {
  assertOptions(functionName, options, { ...kindChecks, batchSize: positiveInteger })
  const { kind = 'posterior' in Object(model) ? 'negativeElbo' : 'reconstruction', samples = 0, seed = 0 } = options
  const isVariational = kind === 'negativeElbo' || samples > 0
  assertModel(functionName, model, ['encode', 'output', ...(isVariational ? ['posterior'] : [])])
  assertOption(functionName, 'model.likelihood', model.likelihood, likelihoodOption)
  const checked = model as VariationalAutoencoder
  const source = data instanceof tf.Tensor ? await rowsOf(functionName, model, data) : data
  assertFits(functionName, checked, source)
  const scores = new Float32Array(source.size)
  let first = 0
  for await (const batch of batchesOf(functionName, source, { batchSize: options.batchSize ?? 256 })) {
    let costs: tf.Tensor | undefined
    try {
      const examples = examplesOf(batch)
      costs = tf.tidy(() => {
        if (!isVariational) return costOf(checked, checked.encode(examples), examples)
        const posterior = checked.posterior(examples)
        const cost = meanCost(checked, posterior, examples, { samples, seed, first })
        return kind === 'negativeElbo' ? tf.add(cost, gaussianKl(posterior.mean, posterior.logVariance)) : cost
      })
      scores.set(await costs.data<'float32'>(), first)
      first += examples.shape[0] ?? 0
    } finally {
      costs?.dispose()
      tf.dispose(batch as tf.TensorContainer)
    }
  }
  return scores
}

/** -log p(x | z) for one code of each example, `[batch]`. */
function costOf({ likelihood, output }: RawDecoder, code: tf.Tensor2D, examples: tf.Tensor): tf.Tensor1D {
  return likelihood.negativeLogLikelihood(output(code), examples)
}

/** Its mean over codes of the posterior, or at the posterior's mean if none are drawn. */
function meanCost(
  model: RawDecoder,
  { mean, logVariance }: DiagonalGaussian,
  examples: tf.Tensor,
  { samples, seed, first }: { readonly samples: number; readonly seed: number; readonly first: number },
): tf.Tensor {
  let cost: tf.Tensor = samples === 0 ? costOf(model, mean, examples) : tf.zeros([mean.shape[0]])
  for (let step = 0; step < samples; step++) {
    cost = tf.tidy(() => {
      const noise = randomNormal(mean.shape, 'score', { seed, step, first }) as tf.Tensor2D
      return tf.add(cost, tf.div(costOf(model, reparameterize(mean, logVariance, noise), examples), samples))
    })
  }
  return cost
}

/** A tensor's rows as a data set. */
async function rowsOf(functionName: string, { inputShape }: ScorableModel, x: tf.Tensor): Promise<Dataset> {
  assertBatchOf(functionName, 'data', x, inputShape)
  const [size = 0] = x.shape
  const range = tf.tidy(() => (size === 0 ? undefined : tf.stack([tf.min(x), tf.max(x)])))
  try {
    const [minimum = 0, maximum = 0] = (await range?.data()) ?? []
    return {
      name: 'a tensor',
      shape: inputShape,
      size,
      range: { minimum, maximum },
      async *batches({ batchSize }) {
        for (let i = 0; i < size; i += batchSize) yield tf.slice(x, i, Math.min(batchSize, size - i))
      },
    }
  } finally {
    range?.dispose()
  }
}

const kindChecks = {
  kind: oneOf('reconstruction', 'negativeElbo'),
  samples: nonNegativeInteger,
  seed: seedOption,
}

/** {@link ScoreKind}, as notes may hold it. */
export const scoreKindOption: OptionCheck = (value) =>
  lackOf(value, Object.fromEntries(Object.entries(kindChecks).map(([name, check]) => [name, optional(check)]))) ===
  undefined
    ? undefined
    : 'options of score, e.g. { kind: "reconstruction" }'
