// From scores to decisions: a threshold from the scores of normal or contaminated data, which a model's notes keep.
import { type Batch, type Dataset, notesOf, OptionError, type Trainable } from '@ae/core'
import { assertOption, assertOptions, openShare, positiveInteger, probabilityOption } from '@ae/core/internal'
import type * as tf from '@tensorflow/tfjs-core'
import { scoresOption } from './ranking.ts'
import { type ScorableModel, type ScoreKind, scoreAs, scoreKindOption } from './score.ts'

/** Where {@link threshold} cuts: exactly one of the two. */
export type ThresholdOptions =
  | {
      /** The share of the scores that lies below the threshold, from 0 to 1: of normal data e.g. 0.99. */
      readonly quantile: number
      /** Not with `quantile`. */
      readonly contamination?: undefined
    }
  | {
      /** The share of anomalies among the examples that were scored, above 0 and below 1: the quantile 1 - contamination. */
      readonly contamination: number
      /** Not with `contamination`. */
      readonly quantile?: undefined
    }

/**
 * The score above which an example counts as an anomaly: a quantile of scores, linear between the two nearest, as in NumPy.
 *
 * @param scores at least one, e.g. of `score(model, normalData)`; borrowed
 * @param options see {@link ThresholdOptions}
 * @returns in the unit of the scores
 * @throws {OptionError} on scores that are not numbers, or other options than one of the two
 * @example
 * ```ts
 * const limit = threshold(await score(model, normal), { quantile: 0.99 })
 * annotate(model, { threshold: limit, score: { kind: 'reconstruction' } })
 * ```
 */
export function threshold(scores: ArrayLike<number>, options: ThresholdOptions): number {
  assertOption('threshold', 'scores', scores, scoresOption)
  assertOptions('threshold', options, { quantile: probabilityOption, contamination: openShare })
  const { quantile, contamination } = options
  if ((quantile === undefined) === (contamination === undefined)) {
    throw new OptionError('`threshold` needs one of `quantile` and `contamination`.', {
      facts: { Expected: 'one of them', Received: quantile === undefined ? 'neither' : 'both' },
      fix: 'pass { quantile: 0.99 } for the scores of normal data, or { contamination } if that share of them are anomalies',
    })
  }
  const sorted = Float64Array.from(scores).sort()
  const position = (sorted.length - 1) * (quantile ?? 1 - Number(contamination))
  const [below = 0, above = below] = sorted.subarray(Math.floor(position))
  const share = position - Math.floor(position)
  return share === 0 ? below : below + (above - below) * share
}

/**
 * Which examples a model takes for anomalies: those whose score is above the threshold of its notes. Scores are computed as its
 * notes say, in `score`; so a model that was loaded decides as the one that was saved.
 *
 * @param model with notes that have a `threshold`, borrowed
 * @param data a data set or a tensor, borrowed; see `score`
 * @param options `batchSize`, as for `score`
 * @returns one answer for each example, in its order
 * @throws {OptionError} when the model's notes have no threshold, or a score that this version does not know
 * @throws what `score` throws
 * @example
 * ```ts
 * const model = await load('pump.safetensors', vae)
 * const alarms = await isAnomaly(model, tf.tensor2d([[0.1, 0.9, 0.4]]))
 * ```
 */
export async function isAnomaly(
  model: ScorableModel & Pick<Trainable, 'variables'>,
  data: Dataset<Batch> | tf.Tensor,
  options: { readonly batchSize?: number | undefined } = {},
): Promise<boolean[]> {
  assertOptions('isAnomaly', options, { batchSize: positiveInteger })
  const { threshold: limit, score: kind = {} } = notesOf(model)
  if (limit === undefined) {
    throw new OptionError('`isAnomaly` received a model whose notes have no threshold.', {
      facts: { Expected: 'a number', Received: 'none' },
      fix: 'write one: annotate(model, { threshold: threshold(scores, { quantile: 0.99 }) })',
    })
  }
  const expected = scoreKindOption(kind)
  if (expected !== undefined) {
    throw new OptionError('`isAnomaly` received a model whose notes do not say how to score.', {
      facts: { Expected: expected, Received: JSON.stringify(kind) },
      fix: 'write them: annotate(model, { score: { kind: "reconstruction" } })',
    })
  }
  const scores = await scoreAs('isAnomaly', model, data, { ...(kind as ScoreKind), ...options })
  return Array.from(scores, (value) => value > limit)
}
