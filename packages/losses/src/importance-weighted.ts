// The importance weighted bound on log p(x), and what its doubly reparameterised gradient needs at the code.
// Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016; Tucker et al., Doubly Reparameterized Gradient
// Estimators for Monte Carlo Objectives, 2019.
import { type GaussianTrace, type ObjectiveData, ShapeError, type TermContext, withGradient } from '@ae/core'
import { assertOption } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { assertTrace, ofLikelihood } from './assert-trace.ts'
import { assertCode, assertSameShape } from './features.ts'
import { gaussianLogDensity } from './gaussian-density.ts'
import { logSumExp } from './log-sum-exp.ts'

/**
 * A forward pass with `samples` codes for each example: row `example * samples + sample` of code, target and output; one
 * row per example in the posterior.
 */
export interface ImportanceWeightedTrace extends GaussianTrace {
  /** From {@link doublyReparameterize}, if that gradient is wanted: zeros, `[batch * samples]`. */
  readonly logWeightOffset?: tf.Tensor1D | undefined
}

/**
 * The negative importance weighted bound, -log(1/samples sum over samples of w), w = p(x | z) p(z) / q(z | x). With one
 * sample its mean is the negative ELBO; each further sample tightens it, towards -log p(x). The number of samples is read
 * off the trace: rows of the code per example.
 *
 * @returns an objective with the term `bound`, `[batch]`, nats, which is minimised, and two of weight 0, `[batch *
 *   samples]`: `reconstruction`, -log p(x | z), and `kl`, the estimate log q(z | x) - log p(z)
 * @throws {ShapeError} when evaluated, if the number of rows of the code is not a multiple of the posterior's
 * @see Burda et al., 2016, equation 8; Tucker et al., 2019, equation 8
 */
export function importanceWeightedBound(): ObjectiveData<ImportanceWeightedTrace, 'bound' | 'reconstruction' | 'kl'> {
  const part = (name: keyof ReturnType<typeof partsOf>, weight: number) => ({
    value: (_: ImportanceWeightedTrace, { once }: TermContext<ImportanceWeightedTrace>) => once(partsOf)[name],
    weight,
  })
  return { terms: { bound: part('bound', 1), reconstruction: part('reconstruction', 0), kl: part('kl', 0) } }
}

/** All terms; the bound is computed from the others. */
function partsOf(trace: ImportanceWeightedTrace) {
  assertTrace('importanceWeightedBound', trace, { ...ofLikelihood, posterior: 'object' })
  const { likelihood, output, target, code, posterior, logWeightOffset } = trace
  assertCode('importanceWeightedBound', code)
  assertSameShape('importanceWeightedBound', 'mean', posterior.mean, 'logVariance', posterior.logVariance)
  const samples = samplesOf(code, posterior.mean)
  const shape = [-1, samples, posterior.mean.shape[1]] as [number, number, number]
  const z = tf.reshape(code, shape)
  const constant = logWeightOffset === undefined ? (x: tf.Tensor2D) => x : stopGradient
  const [mean, logVariance] = [constant(posterior.mean), constant(posterior.logVariance)].map((x) =>
    tf.expandDims(x, 1),
  ) as [tf.Tensor3D, tf.Tensor3D]
  const logRatios = tf.sub(gaussianLogDensity(z, mean, logVariance), gaussianLogDensity(z, 0, 0))
  const kl = tf.reshape(tf.sum(logRatios, 2), [-1]) as tf.Tensor1D // [batch, samples, latentSize] -> [batch * samples]
  const reconstruction = likelihood.negativeLogLikelihood(output, target)
  const cost = tf.add(reconstruction, kl)
  const logWeights = tf.reshape(tf.sub(logWeightOffset ?? 0, cost), [-1, samples])
  const bound = tf.sub<tf.Tensor1D>(Math.log(samples), logSumExp(logWeights))
  return { bound, reconstruction, kl }
}

/** What {@link doublyReparameterize} gives. */
export interface DoublyReparameterized {
  /** The same values as the code that came in, `[batch * samples, latentSize]`: what to decode. */
  readonly code: tf.Tensor2D
  /** Zeros, `[batch * samples]`, that carry the gradient's weights: a member of the trace. */
  readonly logWeightOffset: tf.Tensor1D
}

/**
 * Prepares the doubly reparameterised gradient: decode the code that it gives, and hand `logWeightOffset` to
 * {@link importanceWeightedBound}. The values stay the same, and so does the decoder's gradient; the encoder's weights
 * each sample by its squared normalised weight and leaves out the score of q, whose noise drowns the signal as the number
 * of samples grows.
 *
 * How: the offset is a zero added to each log weight, so that its gradient is the normalised weight, up to one factor per
 * example; the backward pass multiplies the gradient of the same row's code by it.
 *
 * @param code `[batch * samples, latentSize]`, differentiable in the encoder, borrowed
 * @param samples rows per example, one after the other
 * @returns the code, and zeros `[batch * samples]`; owned by the caller
 */
export function doublyReparameterize(code: tf.Tensor2D, samples: number): DoublyReparameterized {
  assertCode('doublyReparameterize', code)
  assertOption('doublyReparameterize', 'samples', samples, (value) =>
    Number.isSafeInteger(value) && Number(value) >= 1 && code.shape[0] % Number(value) === 0
      ? undefined
      : `a positive integer that divides ${code.shape[0]}, the rows of the code`,
  )
  const [rows, latentSize] = code.shape
  const joined = withGradient([code], () => ({
    value: tf.pad(code, [
      [0, 0],
      [0, 1],
    ]) as tf.Tensor2D, // [rows, latentSize + 1]
    saved: [],
    gradient: (dy) => {
      const weights = tf.reshape(tf.slice(dy, [0, latentSize], [rows, 1]), [-1, samples])
      const normalised = tf.divNoNan(weights, tf.sum(weights, 1, true)) // without a gradient of the bound, zeros
      return [tf.mul(tf.slice(dy, [0, 0], [rows, latentSize]), tf.reshape(normalised, [rows, 1]))]
    },
  }))
  return {
    code: tf.slice(joined, [0, 0], [rows, latentSize]),
    logWeightOffset: tf.reshape(tf.slice(joined, [0, latentSize], [rows, 1]), [rows]),
  }
}

/** The same values as a constant: an op without differentiable inputs. */
function stopGradient(x: tf.Tensor2D): tf.Tensor2D {
  return withGradient([], () => ({ value: tf.clone(x), saved: [], gradient: () => [] }))
}

function samplesOf(code: tf.Tensor2D, mean: tf.Tensor2D): number {
  const samples = code.shape[0] / mean.shape[0]
  if (Number.isInteger(samples) && code.shape[1] === mean.shape[1]) return samples
  throw new ShapeError('`importanceWeightedBound` received a code that does not belong to its posterior.', {
    facts: {
      Expected: `[${mean.shape[0]} * samples, ${mean.shape[1]}]`,
      Received: `[${code.shape.join(', ')}]`,
    },
    fix: 'give `code`, `target` and `output` the same number of rows for each row of the posterior',
  })
}
