// Hamiltonian Monte Carlo in the space of latents: transitions that leave p(z) p(x | z)^beta invariant.
// Neal, MCMC using Hamiltonian dynamics, 2011.
import { randomNormal, randomUniform } from '@ae/core'
import { inputGradient } from '@ae/core/internal'
import type { RawDecoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'

/** Where chains are; what is known of the likelihood there. All of it is disposed of together. */
export type ChainState = {
  /** `[chains, latentSize]`. */
  readonly code: tf.Tensor2D
  /** log p(x | z), `[chains]`. */
  readonly logLikelihood: tf.Tensor1D
  /** Its gradient with respect to z, `[chains, latentSize]`. */
  readonly gradient: tf.Tensor2D
}

/** A transition from one state to the next. */
export type Transition = ChainState & {
  /** The probability that the proposal was accepted with, `[chains]`. */
  readonly acceptance: tf.Tensor1D
}

/** How a transition moves. */
export interface TransitionOptions {
  /** The likelihood's power in the distribution that is left invariant, from 0 to 1. */
  readonly beta: number
  /** Of each chain, `[chains, 1]`, borrowed. */
  readonly stepSize: tf.Tensor2D
  readonly leapfrogSteps: number
  /** What is drawn: the name before the streams `/momentum` and `/acceptance`, the transition and the first chain. */
  readonly stream: string
  readonly address: { readonly seed: number; readonly step: number; readonly first: number }
}

/** The state of chains at given codes; inside `tf.tidy`. `target` has a row for each. */
export function stateAt(model: RawDecoder, target: tf.Tensor, code: tf.Tensor2D): ChainState {
  const { value, gradient } = inputGradient(
    (z) => tf.neg(model.likelihood.negativeLogLikelihood(model.output(z), target)),
    code,
  )
  return { code, logLikelihood: value, gradient }
}

/** One proposal by leapfrog steps, accepted or not for each chain by itself; inside `tf.tidy`. */
export function transition(
  model: RawDecoder,
  target: tf.Tensor,
  state: ChainState,
  options: TransitionOptions,
): Transition {
  const { beta, stepSize, leapfrogSteps, stream, address } = options
  const start = randomNormal(state.code.shape, `${stream}/momentum`, address) as tf.Tensor2D
  const kick = ({ code, gradient }: ChainState) => tf.mul(stepSize, tf.sub(tf.mul(gradient, beta), code)) as tf.Tensor2D
  let proposal = state
  let momentum: tf.Tensor2D = tf.add(start, tf.div(kick(state), 2))
  for (let step = 1; step <= leapfrogSteps; step++) {
    const moved = tf.tidy(() => {
      const next = stateAt(model, target, tf.add(proposal.code, tf.mul(stepSize, momentum)))
      return { ...next, momentum: tf.add(momentum, tf.div(kick(next), step === leapfrogSteps ? 2 : 1)) as tf.Tensor2D }
    })
    momentum = moved.momentum
    proposal = moved
  }
  const change = tf.sub(logDensity(proposal, momentum, beta), logDensity(state, start, beta))
  // A proposal whose energy is not finite is refused.
  const ratio = tf.where(tf.isFinite(change), tf.minimum(change, 0), tf.fill(change.shape, -1e30))
  const acceptance = tf.exp(ratio) as tf.Tensor1D
  const isAccepted = tf.less(randomUniform(acceptance.shape, `${stream}/acceptance`, address), acceptance)
  const chosen = (next: tf.Tensor, former: tf.Tensor) =>
    tf.where(
      next.rank === 1 ? isAccepted : tf.broadcastTo(tf.expandDims(isAccepted, 1), next.shape as [number, number]),
      next,
      former,
    )
  return {
    code: chosen(proposal.code, state.code) as tf.Tensor2D,
    logLikelihood: chosen(proposal.logLikelihood, state.logLikelihood) as tf.Tensor1D,
    gradient: chosen(proposal.gradient, state.gradient) as tf.Tensor2D,
    acceptance,
  }
}

/** The log of what is left invariant for place and momentum together, up to a constant, `[chains]`. */
function logDensity({ code, logLikelihood }: ChainState, momentum: tf.Tensor2D, beta: number): tf.Tensor {
  const squares = tf.add(tf.sum(tf.square(code), 1), tf.sum(tf.square(momentum), 1))
  return tf.sub(tf.mul(logLikelihood, beta), tf.div(squares, 2))
}
