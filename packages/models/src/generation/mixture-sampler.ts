// New examples from a mixture of Gaussians that is fitted to the codes of a model.
// Ghosh et al., From variational to deterministic autoencoders, 2020, section 4: ex-post density estimation.
import { type Autoencoder, type Batch, type Dataset, normals, uniforms } from '@ae/core'
import {
  assertModel,
  assertOptions,
  nonNegativeNumber,
  oneOf,
  positiveInteger,
  positiveNumber,
  seedOption,
} from '@ae/core/internal'
import { tensor2d, tidy } from '@tensorflow/tfjs-core'
import { assertSample, type Sampler } from '../assembly/variational.ts'
import { cholesky, placeSample } from './cholesky.ts'
import { collectCodes } from './collect-codes.ts'
import { decodeOrDraw } from './decode-or-draw.ts'
import { fitMixture, type MixtureComponent } from './gaussian-mixture.ts'

/** Options of {@link mixtureSampler}. */
export interface MixtureSamplerOptions {
  /** How many Gaussians, a positive integer. Defaults to 10. */
  readonly components?: number | undefined
  /** Whether the latents of one Gaussian depend on each other. Defaults to `full`. */
  readonly covariance?: 'full' | 'diagonal' | undefined
  /** Steps of expectation and maximisation at most, a positive integer. Defaults to 50. */
  readonly iterations?: number | undefined
  /** Stops when the log-likelihood rises by less than this in a step, nats a code, at least 0. Defaults to 1e-3. */
  readonly tolerance?: number | undefined
  /** How many examples it is fitted to at most, the first ones; a positive integer. Defaults to 10000. */
  readonly limit?: number | undefined
  /** Added to each variance, as a share of the mean variance of the codes, above 0. Defaults to 1e-3. */
  readonly regularization?: number | undefined
  /** Seeds the codes that the Gaussians start at. Defaults to 0. */
  readonly seed?: number | undefined
}

/** A mixture of Gaussians over codes, with the model that decodes them. */
export interface MixtureSampler extends Sampler {
  /** The Gaussians. */
  readonly components: readonly MixtureComponent[]
  /** The mean log-likelihood of a code, nats, before each step; codes blurred by the regularisation. It never falls. */
  readonly logLikelihoods: readonly number[]
}

/**
 * Fits a mixture of Gaussians to the codes of a data set: the codes of digits form several clusters, and a single
 * Gaussian also samples between them, where no digit is. Samples go to the decoder unchanged, so they may lie where no code
 * can, e.g. below 0 for codes after `relu`. With fewer different codes than `components`, those left over have the weight 0.
 *
 * @param model borrowed, also by the sampler: dispose of it after the last `sample`
 * @param data borrowed
 * @returns holds plain numbers and no tensors; `sample` scales deviations from the means by its temperature
 * @throws {OptionError} on a bad option
 * @throws {DatasetError} when the data is empty
 * @example
 * ```ts
 * const sampler = await mixtureSampler(model, digits, { components: 20 })
 * const images = sampler.sample(64, { seed: 3 }) // [64, 28, 28, 1]
 * images.dispose()
 * ```
 */
export async function mixtureSampler(
  model: Autoencoder,
  data: Dataset<Batch>,
  options: MixtureSamplerOptions = {},
): Promise<MixtureSampler> {
  assertOptions('mixtureSampler', options, {
    components: positiveInteger,
    covariance: oneOf('full', 'diagonal'),
    iterations: positiveInteger,
    tolerance: nonNegativeNumber,
    limit: positiveInteger,
    regularization: positiveNumber,
    seed: seedOption,
  })
  assertModel('mixtureSampler', model, ['encode', 'decode'])
  const codes = await collectCodes('mixtureSampler', (images) => model.encode(images), data, options.limit ?? 10_000)
  const { size } = codes
  const { components, logLikelihoods } = await fitMixture(codes, {
    components: options.components ?? 10,
    covariance: options.covariance ?? 'full',
    iterations: options.iterations ?? 50,
    tolerance: options.tolerance ?? 1e-3,
    regularization: options.regularization ?? 1e-3,
    seed: options.seed ?? 0,
  })
  const roots = components.map(({ covariance }) => cholesky(covariance, size))
  return {
    components,
    logLikelihoods,
    sample(count, sampleOptions = {}) {
      assertSample(count, sampleOptions)
      const { seed = 0, temperature = 1 } = sampleOptions
      const choices = uniforms('mixtureSampler/component', { seed }, count)
      const noise = normals('mixtureSampler', { seed }, count * size)
      const drawn = new Float32Array(count * size)
      for (const [row, choice] of choices.entries()) {
        const k = chooseComponent(components, choice)
        const { mean } = components[k] as MixtureComponent
        const at = row * size
        placeSample(drawn, at, mean, roots[k] as Float64Array, noise.subarray(at, at + size), temperature)
      }
      return tidy(() => decodeOrDraw(model, tensor2d(drawn, [count, size]), sampleOptions))
    },
  }
}

/** The component at which the weights, added up, pass `choice`. */
function chooseComponent(components: readonly MixtureComponent[], choice: number): number {
  let left = choice
  const k = components.findIndex(({ weight }) => {
    left -= weight
    return left < 0
  })
  return k < 0 ? components.length - 1 : k
}
