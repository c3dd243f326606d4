// What draws new examples with any model: its prior, or a distribution that is fitted to its codes of data.
import type { Autoencoder, Batch, Dataset } from '@ae/core'
import { codeSampler, mixtureSampler, type Sampler, type VqVae } from '@ae/models'

/** A model that may have a prior, or a codebook. */
export type MaybeSampler = Autoencoder & Partial<Sampler & Pick<VqVae, 'encodeIndices'>>

/** Whether it draws examples without data. */
export function hasPrior(model: MaybeSampler): boolean {
  return model.sample !== undefined
}

/**
 * The sampler of a model: its prior; of a VQ-VAE the distribution of its codes; of others a mixture of Gaussians.
 *
 * @param model borrowed, also by the sampler
 * @param data what a distribution is fitted to; borrowed
 */
export async function samplerOf(model: MaybeSampler, data: Dataset<Batch> | undefined): Promise<Sampler> {
  if (model.sample !== undefined) return model as Sampler
  if (data === undefined) throw new Error('a model without a prior needs data')
  if (model.encodeIndices !== undefined) {
    const sampler = await codeSampler(model as VqVae, data, { limit: data.size })
    return { sample: (count, { seed, temperature } = {}) => sampler.sample(count, { seed, temperature }) } // it gives means alone
  }
  return mixtureSampler(model, data, { limit: 5000, iterations: 20 })
}
