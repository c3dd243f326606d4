// Penalties that make a code sparse: few units active at a time.
import { type ForwardPass, hasFused, type ObjectiveData, runKernel, type Trace, withGradient } from '@ae/core'
import { assertOptions, openShare } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { assertCalled } from './assert-called.ts'
import { assertTrace } from './assert-trace.ts'
import { termOf } from './composition.ts'
import { assertCode } from './features.ts'

/** Options of {@link klSparsity}. */
export interface KlSparsityOptions {
  /** The mean activation that each unit should have, between 0 and 1, both excluded. Defaults to 0.05. */
  readonly rate?: number | undefined
}

/**
 * Sum over code units of KL(rate || a) = rate log(rate / a) + (1 - rate) log((1 - rate) / (1 - a)), with a the unit's
 * mean over the batch. It is for codes in (0, 1), such as a sigmoid's. A mean closer than 1e-6 to 0 or to 1, or beyond,
 * counts as that close, in the value and in the slope, so that a dead or saturated unit is still pulled back. With a batch of
 * one the mean is that example's activation, so each example is drawn to the rate: use batches of a few times 1 / rate
 * examples.
 * Train with `sum(reconstruction(), weighted(3, klSparsity()))`.
 *
 * @returns an objective with the term `sparsity`, a batch statistic of shape `[]`, nats
 * @throws {OptionError} on an unknown option or a rate that is not between 0 and 1
 * @see "Sparse Autoencoder", CS294A lecture notes by Ng, 2011, section 3
 */
export function klSparsity(options: KlSparsityOptions = {}): ObjectiveData<Trace, 'sparsity'> {
  assertCalled('klSparsity', options)
  assertOptions('klSparsity', options, { rate: openShare })
  const { rate = 0.05 } = options
  const value = (trace: Trace) => {
    assertTrace('klSparsity', trace)
    assertCode('klSparsity', trace.code)
    return divergence(rate, trace.code)
  }
  return termOf('sparsity', value, { rate })
}

/**
 * Sum over code units of |code|.
 *
 * @returns an objective with the term `sparsity`, `[batch]`, in the unit of the code
 */
export function l1Sparsity(): ObjectiveData<Trace, 'sparsity'> {
  return termOf('sparsity', (trace: Trace) => {
    assertTrace('l1Sparsity', trace)
    assertCode('l1Sparsity', trace.code)
    return tf.tidy(() => tf.sum(tf.abs(trace.code), 1)) // [batch, codeSize] -> [batch]
  })
}

function divergence(rate: number, code: tf.Tensor2D): tf.Scalar {
  return withGradient<tf.Scalar>([code], () =>
    hasFused('AeKlSparsity') ? fusedDivergence(rate, code) : composedDivergence(rate, code),
  )
}

function fusedDivergence(rate: number, code: tf.Tensor2D): ForwardPass<tf.Scalar> {
  return {
    value: runKernel('AeKlSparsity', { code }, { rate }),
    saved: [code],
    gradient: (dy, [code]) => [runKernel('AeKlSparsityGradient', { code: code as tf.Tensor2D, dy }, { rate })],
  }
}

function composedDivergence(rate: number, code: tf.Tensor2D): ForwardPass<tf.Scalar> {
  const mean = tf.mean(code, 0) // [batch, codeSize] -> [codeSize]
  const active = tf.clipByValue(mean, 1e-6, 1 - 1e-6)
  const inactive = tf.clipByValue(tf.sub(1, mean), 1e-6, 1 - 1e-6) // 1 - active would have lost its digits near 0
  const weigh = (part: tf.Tensor, share: number) => tf.mul(tf.log(tf.mul(part, 1 / share)), -share)
  return {
    value: tf.sum(tf.add(weigh(active, rate), weigh(inactive, 1 - rate))),
    saved: [active, inactive],
    gradient: (dy, [active, inactive]) => {
      const slope = tf.sub(tf.div(1 - rate, inactive as tf.Tensor), tf.div(rate, active as tf.Tensor))
      return [tf.broadcastTo(tf.mul(slope, tf.div(dy, code.shape[0])), code.shape)]
    },
  }
}
