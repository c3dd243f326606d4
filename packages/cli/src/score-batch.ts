// Scores of a batch, and of a whole data set, for every kind of model.
import { type Batch, examplesOf, OptionError } from '@ae/core'
import { readTensors } from '@ae/core/internal'
import { type ScoreOptions, score } from '@ae/metrics'
import * as tf from '@tensorflow/tfjs-core'
import type { Prepared } from './labelled-model.ts'

/** The score of each example of a batch. */
export async function scoreBatch(
  { model, conditional }: Prepared,
  batch: Batch,
  options: ScoreOptions,
): Promise<Float32Array> {
  if (conditional === undefined) return score(model, examplesOf(batch), options)
  if (!('labels' in batch)) throw new Error('a labelled batch was promised')
  const [labels = new Int32Array(0)] = await readTensors([batch.labels])
  const scores = new Float32Array(labels.length)
  for (const label of new Set<number>(labels)) {
    const rows = [...labels.keys()].filter((row) => labels[row] === label)
    const own = tf.tidy(() => tf.gather(batch.examples, tf.tensor1d(rows, 'int32')))
    try {
      const values = await score(conditional.forLabel(label), own, options)
      for (const [i, row] of rows.entries()) scores[row] = values[i] as number
    } finally {
      own.dispose()
    }
  }
  return scores
}

/** The score of each example of all data at once. */
export async function scoreWhole(
  verb: string,
  { model, conditional, batches }: Prepared,
  options: ScoreOptions,
): Promise<Float32Array> {
  if (conditional === undefined) return score(model, batches, options)
  throw new OptionError(`\`${verb}\` takes --samples only with one label for all.`, {
    facts: { Expected: '--samples 0, or --label', Received: `--samples ${options.samples}, labels of each example` },
    fix: 'leave out --samples, or pass --label with the examples of one class',
  })
}
