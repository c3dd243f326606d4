// What draws new examples from a model of any kind.
import type { Autoencoder } from '@ae/core'
import { type ConditionalVae, codeSampler, mixtureSampler, type Sampler, type VqVae } from '@ae/models'
import type { PictureSource } from './subject.ts'

/** Of models without a prior a distribution that is fitted to their codes, as for pictures. */
export async function samplerOf(
  model: Autoencoder & Partial<Sampler & VqVae>,
  { data }: PictureSource,
): Promise<Sampler> {
  if (model.sample !== undefined) return model as Sampler
  if (model.encodeIndices !== undefined) {
    const sampler = await codeSampler(model as VqVae, data, { limit: data.size })
    return { sample: (count, { seed } = {}) => sampler.sample(count, { seed }) } // it gives means alone
  }
  return mixtureSampler(model, data, { limit: 5000, iterations: 20 })
}

/** Whether a model takes labels. */
export function isConditional(model: Autoencoder | ConditionalVae): model is ConditionalVae {
  return 'classes' in model
}
