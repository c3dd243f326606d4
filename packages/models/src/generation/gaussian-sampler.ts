// New examples from a Gaussian that is fitted to the codes of a model.
// Ghosh et al., From variational to deterministic autoencoders, 2020, section 4: ex-post density estimation.
import { type Autoencoder, type Batch, type Dataset, normals } from '@ae/core'
import { assertModel, assertOptions, positiveInteger, positiveNumber } from '@ae/core/internal'
import { tensor2d, tidy } from '@tensorflow/tfjs-core'
import { assertSample, type Sampler } from '../assembly/variational.ts'
import { cholesky, placeSample } from './cholesky.ts'
import { collectCodes } from './collect-codes.ts'
import { decodeOrDraw } from './decode-or-draw.ts'
import { meanVariance, momentsOf } from './moments.ts'

/** Options of {@link gaussianSampler}. */
export interface GaussianSamplerOptions {
  /** How many examples it is fitted to at most, the first ones; a positive integer. Defaults to 10000. */
  readonly limit?: number | undefined
  /** Added to each variance, as a share of their mean, above 0. Defaults to 1e-6. */
  readonly regularization?: number | undefined
}

/** A Gaussian over codes, with the model that decodes them. */
export interface GaussianSampler extends Sampler {
  /** `[codeSize]`. */
  readonly mean: Float64Array
  /** `[codeSize, codeSize]`, row after row. */
  readonly covariance: Float64Array
}

/**
 * Fits a Gaussian with a full covariance to the codes of a data set: a prior for a model that has none, and one that is
 * nearer to the codes for one that has. What it draws goes to the decoder as it is; so it may lie where no code can, below
 * 0 for codes after `relu`. Fitted to one example, it draws that example's code again and again.
 *
 * @param model borrowed, also by the sampler: dispose of it after the last `sample`
 * @param data borrowed
 * @returns holds plain numbers and no tensors
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} when the data is empty
 * @example
 * ```ts
 * const sampler = await gaussianSampler(model, digits)
 * const images = sampler.sample(64, { seed: 3 }) // [64, 28, 28, 1]
 * images.dispose()
 * ```
 */
export async function gaussianSampler(
  model: Autoencoder,
  data: Dataset<Batch>,
  options: GaussianSamplerOptions = {},
): Promise<GaussianSampler> {
  assertOptions('gaussianSampler', options, { limit: positiveInteger, regularization: positiveNumber })
  assertModel('gaussianSampler', model, ['encode', 'decode'])
  const { limit = 10_000, regularization = 1e-6 } = options
  const codes = await collectCodes('gaussianSampler', (images) => model.encode(images), data, limit)
  const { mean, covariance } = momentsOf(codes)
  const { size } = codes
  const ridge = regularization * meanVariance(covariance, size)
  for (let i = 0; i < size; i++) covariance[i * size + i] = (covariance[i * size + i] as number) + ridge
  const root = cholesky(covariance, size)
  return {
    mean,
    covariance,
    sample(count, sampleOptions = {}) {
      assertSample(count, sampleOptions)
      const { seed = 0, temperature = 1 } = sampleOptions
      const noise = normals('gaussianSampler', { seed }, count * size)
      const drawn = new Float32Array(count * size)
      for (let at = 0; at < drawn.length; at += size) {
        placeSample(drawn, at, mean, root, noise.subarray(at, at + size), temperature)
      }
      return tidy(() => decodeOrDraw(model, tensor2d(drawn, [count, size]), sampleOptions))
    },
  }
}
