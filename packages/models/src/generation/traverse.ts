// One latent at a time, the others held: what each has learned.
import type { Autoencoder } from '@ae/core'
import { anything, assertBatchOf, assertModel, assertOptions, positiveNumber } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { atLeastTwo, codesWith, latentsOption } from './latents.ts'

/** Options of {@link traverse}. */
export interface TraverseOptions {
  /** Which latents, by their places in the code, one row of images each. Defaults to all. */
  readonly latents?: readonly number[] | undefined
  /** Images a latent, an integer of at least 2. Defaults to 8. */
  readonly steps?: number | undefined
  /** How far a latent goes to either side of 0, in standard deviations of the prior, above 0. Defaults to 3. */
  readonly range?: number | undefined
  /**
   * The code that the other latents are held at, `[1, codeSize]`, borrowed; `model.encode(x)` gives one. Defaults to 0, the
   * mean of the prior.
   */
  readonly around?: tf.Tensor2D | undefined
}

/**
 * Decodes codes in which one latent goes from `-range` to `range` in equal steps.
 *
 * @param model any autoencoder, borrowed; the range suits those with the prior N(0, I)
 * @returns `[latents * steps, ...inputShape]`: the images of the first latent, of the second, and so on, so that a grid of
 *   `steps` columns shows a latent in each row; owned by the caller
 * @throws {OptionError} on a bad option
 * @throws {ShapeError} when `around` is not a code of the model
 */
export function traverse(model: Autoencoder, options: TraverseOptions = {}): tf.Tensor {
  assertModel('traverse', model, ['decode'])
  const { codeSize } = model
  const checks = { latents: latentsOption(codeSize), steps: atLeastTwo, range: positiveNumber, around: anything }
  assertOptions('traverse', options, checks)
  const { around } = options
  const mistaken = { shape: model.inputShape, fix: 'pass the code of the example: model.encode(around)' }
  if (around !== undefined) assertBatchOf('traverse', 'around', around, [codeSize], { count: 1, mistaken })
  const { latents = Array.from({ length: codeSize }, (_, i) => i), steps = 8, range = 3 } = options
  return tf.tidy(() => {
    const rows = latents.flatMap((latent) =>
      Array.from({ length: steps }, (_, i) => ({ [latent]: range * ((2 * i) / (steps - 1) - 1) })),
    )
    return model.decode(codesWith(rows, codeSize, around))
  })
}
