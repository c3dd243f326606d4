// The plane of two latents, each square of which holds as much of the prior.
// Kingma and Welling, Auto-Encoding Variational Bayes, 2014, figure 4.
import { type Autoencoder, normalQuantile, OptionError } from '@ae/core'
import { assertModel, assertOptions, type OptionCheck, openShare } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { atLeastTwo, codesWith, latentsOption } from './latents.ts'

/** Options of {@link manifold}. */
export interface ManifoldOptions {
  /** Images a side, an integer of at least 2. Defaults to 20. */
  readonly size?: number | undefined
  /** The share of each latent's prior that lies between the first image and the last, in (0, 1). Defaults to 0.95. */
  readonly coverage?: number | undefined
  /** Which two latents, by their places in the code. Defaults to both of a code of 2. */
  readonly latents?: readonly [number, number] | undefined
}

/**
 * Decodes a grid over two latents, at quantiles of the prior that are equally far apart; other latents are 0.
 *
 * @param model any autoencoder, borrowed; the grid suits those with the prior N(0, I)
 * @returns `[size * size, ...inputShape]`, row after row, like a plot: the first latent rises to the right, the second one
 *   upwards; owned by the caller
 * @throws {OptionError} on a bad option, or without `latents` for a code whose size is not 2
 */
export function manifold(model: Autoencoder, options: ManifoldOptions = {}): tf.Tensor {
  assertModel('manifold', model, ['decode'])
  const { codeSize } = model
  assertOptions('manifold', options, { size: atLeastTwo, coverage: openShare, latents: twoOf(codeSize) })
  const { size = 20, coverage = 0.95, latents = [0, 1] } = options
  if (options.latents === undefined && codeSize !== 2) {
    throw new OptionError('`manifold` received a model whose code is not a plane.', {
      facts: { Expected: 'a codeSize of 2, or latents', Received: `codeSize ${codeSize}` },
      fix:
        codeSize > 2 ? 'choose two latents, e.g. latents: [0, 1]' : 'make the model with two latents, or use traverse',
    })
  }
  const quantiles = Array.from({ length: size }, (_, i) => normalQuantile(0.5 + coverage * (i / (size - 1) - 0.5)))
  const rows = quantiles
    .toReversed()
    .flatMap((second) => quantiles.map((first) => ({ [latents[0]]: first, [latents[1]]: second })))
  return tf.tidy(() => model.decode(codesWith(rows, codeSize)))
}

function twoOf(codeSize: number): OptionCheck {
  return (value) =>
    latentsOption(codeSize)(value) === undefined &&
    new Set(value as number[]).size === 2 &&
    (value as number[]).length === 2
      ? undefined
      : `two different integers from 0 to ${codeSize - 1}`
}
