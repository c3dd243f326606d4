// What `ae encode` computes of a batch, for every kind of model.
import { type Batch, examplesOf, OptionError, randomNormal } from '@ae/core'
import { reparameterize } from '@ae/losses'
import type { ConditionalVae, VariationalAutoencoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import type { ArrayColumn } from './encoder.ts'
import { byLabel, type Prepared } from './labelled-model.ts'

/** Which codes. */
export interface CodeChoice {
  /** Draws from the posteriors instead of their means. */
  readonly draw: boolean
  /** The variances of the posteriors beside them. */
  readonly variance: boolean
  /** The vectors of a VQ-VAE instead of their indices. */
  readonly vectors: boolean
  readonly seed: number
}

/** Computes codes. */
export interface BatchEncoder {
  readonly columns: readonly ArrayColumn[]
  /**
   * @param batch borrowed
   * @param first the place of its first example in the data
   * @returns a tensor for each column, owned by the caller
   */
  encode(batch: Batch, first: number): tf.Tensor[]
}

/** @throws {OptionError} when a model without posteriors is asked for draws or variances, or one without indices for vectors */
export function batchEncoder(verb: string, prepared: Prepared, choice: CodeChoice): BatchEncoder {
  const { model, conditional } = prepared
  const { draw, variance, vectors, seed } = choice
  const owner = conditional ?? model
  const isVariational = conditional !== undefined || 'posterior' in model
  const isQuantized = model !== undefined && 'encodeIndices' in model
  if (!isVariational && (draw || variance)) throw unfit(verb, draw ? '--draw' : '--variance', 'a model with posteriors')
  if (!isQuantized && vectors) throw unfit(verb, '--vectors', 'a VQ-VAE')
  if (isQuantized && !vectors) {
    const positions = model.codeShape.reduce((product, length) => product * length, 1)
    return {
      columns: [{ name: 'indices', shape: [positions], type: 'int32', letter: 'i' }],
      encode: (batch) => [model.encodeIndices(examplesOf(batch))],
    }
  }
  const codes: ArrayColumn = { name: 'codes', shape: [owner.codeSize], type: 'float32', letter: 'z' }
  if (!draw && !variance) {
    return {
      columns: [codes],
      encode: (batch) => [
        conditional === undefined
          ? model.encode(examplesOf(batch))
          : conditional.encode(examplesOf(batch), 'labels' in batch ? batch.labels : []),
      ],
    }
  }
  const variances: ArrayColumn = { name: 'variances', shape: codes.shape, type: 'float32', letter: 'variance' }
  return {
    columns: variance ? [codes, variances] : [codes],
    encode: (batch, first) =>
      tf.tidy(() => {
        const { mean, logVariance } =
          conditional === undefined
            ? (model as VariationalAutoencoder).posterior(examplesOf(batch))
            : posteriorByLabel(conditional, batch)
        const noise = () => randomNormal(mean.shape, 'encode', { seed, first }) as tf.Tensor2D
        const code = draw ? reparameterize(mean, logVariance, noise()) : mean
        return variance ? [code, tf.exp(logVariance)] : [code]
      }),
  }
}

function posteriorByLabel(model: ConditionalVae, batch: Batch) {
  const both = byLabel(model, batch, (view, x) => {
    const { mean, logVariance } = view.posterior(x)
    return tf.concat([mean, logVariance], 1)
  })
  const [mean, logVariance] = tf.split(both, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return { mean, logVariance }
}

function unfit(verb: string, flag: string, expected: string): OptionError {
  return new OptionError(`\`${verb}\` takes ${flag} only with ${expected}.`, {
    facts: { Expected: expected, Received: flag },
    fix: `leave out ${flag}`,
  })
}
