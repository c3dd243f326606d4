// A training run that is short on every backend, for tests that do not depend on size.

import type { GaussianTrace } from '@ae/core'
import { type Epoch, type TrainOptions, train, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { type Vae, vae } from '@ae/models'

type Term = 'reconstruction' | 'kl'

/** 50 images of 6 x 6 pixels. */
export const images = fromArray(uniforms('images', {}, 50 * 36), { shape: [6, 6, 1], name: 'noise' })

/** A VAE 36-12-3. */
export function smallVae(seed = 1): Vae {
  return vae({ inputShape: [6, 6, 1], hidden: [12], latentSize: 3, seed })
}

/** Trains in batches of 16, the last of which has 2; returns the report of each epoch. */
export async function trainSmall(model: Vae, options: TrainOptions<GaussianTrace, Term> = {}): Promise<Epoch<Term>[]> {
  const epochs: Epoch<Term>[] = []
  for await (const epoch of train(model, images, { epochs: 3, batchSize: 16, seed: 2, ...options })) epochs.push(epoch)
  return epochs
}
