// The VAE's objective, and the two ways to hold its KL term above or at a level.
import { type GaussianTrace, type ObjectiveData, OptionError, type Schedule, type TermValue, valueAt } from '@ae/core'
import { assertOptions, nonNegativeNumber } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { assertCalled } from './assert-called.ts'
import { combine, scale, termOf } from './composition.ts'
import { gaussianKlPerLatent } from './gaussian-kl.ts'
import { klOf } from './kl-of.ts'
import { klDivergence, reconstruction } from './objectives.ts'
import { weightOption } from './weight-option.ts'

/** Options of {@link negativeElbo} as a paper's plain bound. */
export interface NegativeElboOptions {
  /**
   * The weight of the KL term: a number of at least 0, or a function of the optimiser steps made so far. With 1, the
   * default, the total is the negative evidence lower bound; with anything else it is not a bound (beta-VAE).
   */
  readonly beta?: Schedule | undefined
  /** Only for {@link LimitedElboOptions}. */
  readonly freeBits?: undefined
  /** Only for {@link LimitedElboOptions}. */
  readonly capacity?: undefined
}

/** Options of {@link negativeElbo} with a penalty in place of the KL term: free bits or a capacity, not both. */
export type LimitedElboOptions = Pick<NegativeElboOptions, 'beta'> &
  (
    | {
        /**
         * The KL that each latent may have at no cost, nats of at least 0. The penalty is the sum over latents of
         * max(freeBits, batch mean of the latent's KL): a latent below it is not pushed to the prior.
         *
         * @see Kingma et al., Improving Variational Inference with Inverse Autoregressive Flow, 2016, equation 15
         */
        readonly freeBits: number
        /** Not together with free bits. */
        readonly capacity?: undefined
      }
    | {
        /**
         * The KL to aim at, nats of at least 0; as a function of the step, one that grows lets latents open one by one.
         * The penalty is |batch mean of the KL - capacity|, and beta, large, is what the paper calls gamma.
         *
         * @see Burgess et al., Understanding Disentangling in beta-VAE, 2018, equation 8
         */
        readonly capacity: Schedule
        /** Not together with a capacity. */
        readonly freeBits?: undefined
      }
  )

/**
 * The VAE's objective, reconstruction + beta kl, from one posterior sample per example. Terms are reported unweighted.
 *
 * With `freeBits` or `capacity` it minimises reconstruction + beta penalty, where `penalty` is a batch statistic
 * of shape `[]`; `kl` is still reported, with weight 0.
 *
 * @throws {OptionError} on an unknown option, a beta or capacity that is neither a number of at least 0 nor a function,
 *   free bits that are not a number of at least 0, or both of them
 * @see Kingma and Welling, Auto-Encoding Variational Bayes, 2014, equation 10; Higgins et al., beta-VAE, 2017
 */
export function negativeElbo(options?: NegativeElboOptions): ObjectiveData<GaussianTrace, 'reconstruction' | 'kl'>
export function negativeElbo(
  options: LimitedElboOptions,
): ObjectiveData<GaussianTrace, 'reconstruction' | 'kl' | 'penalty'>
export function negativeElbo(
  options: NegativeElboOptions | LimitedElboOptions = {},
): ObjectiveData<GaussianTrace, 'reconstruction' | 'kl'> {
  assertCalled('negativeElbo', options)
  assertOptions('negativeElbo', options, { beta: weightOption, freeBits: nonNegativeNumber, capacity: weightOption })
  const { beta = 1, freeBits, capacity } = options
  if (freeBits !== undefined && capacity !== undefined) {
    throw new OptionError('`negativeElbo` received both `freeBits` and `capacity`.', {
      facts: { Expected: 'one of them, or neither', Received: 'both' },
      fix: 'pass freeBits to keep latents from closing, or capacity to aim at a KL',
    })
  }
  if (freeBits !== undefined) return limited(beta, beyondFreeBits(freeBits))
  if (capacity !== undefined) return limited(beta, offCapacity(capacity))
  return combine(reconstruction(), scale(beta, klDivergence()))
}

function limited(beta: Schedule, penalty: ObjectiveData<GaussianTrace, 'penalty'>) {
  return combine(reconstruction(), scale(0, klDivergence()), scale(beta, penalty))
}

function beyondFreeBits(freeBits: number): ObjectiveData<GaussianTrace, 'penalty'> {
  const penalty: TermValue<GaussianTrace> = ({ posterior: { mean, logVariance } }) =>
    tf.tidy(() => {
      const perLatent = tf.mean(gaussianKlPerLatent(mean, logVariance), 0) // [batch, latentSize] -> [latentSize]
      return tf.sum(tf.maximum(perLatent, freeBits))
    })
  return termOf('penalty', penalty, { freeBits })
}

function offCapacity(capacity: Schedule): ObjectiveData<GaussianTrace, 'penalty'> {
  const level =
    typeof capacity === 'number' ? capacity : (step: number) => valueAt('negativeElbo', 'capacity', capacity, step)
  const penalty: TermValue<GaussianTrace> = (trace, { settings }) =>
    tf.tidy(() => tf.abs(tf.sub(tf.mean(klOf(trace)), settings.capacity as number)))
  return termOf('penalty', penalty, { capacity: level })
}
