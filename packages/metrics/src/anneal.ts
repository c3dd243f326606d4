// Chains between the prior and the posterior of each example, along p(z) p(x | z)^beta.
// Neal, Annealed importance sampling, 2001.
import { randomNormal } from '@ae/core'
import type { RawDecoder } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { type ChainState, stateAt, type Transition, transition } from './hamiltonian.ts'
import { pause } from './long-measure.ts'
import { repeatRows } from './repeat-rows.ts'

/** What has a decoder, a likelihood and latents with the prior N(0, I). */
export type AnnealedModel = RawDecoder & {
  /** The length of a code. */
  readonly codeSize: number
  /** The shape of an example. */
  readonly inputShape: readonly number[]
}

/** How chains are annealed. */
export interface AnnealSettings {
  readonly chains: number
  readonly temperatures: number
  readonly leapfrogSteps: number
  readonly stepSize: number
  readonly seed: number
  /** The index of the first example. */
  readonly first: number
  readonly stream: string
  readonly signal: AbortSignal | undefined
  /** The step size of each example at each temperature, `[batch, 1]`: found and added if there are none, else used. */
  readonly lengths: tf.Tensor2D[]
  /** Codes of the posterior, `[batch * chains, latentSize]`, borrowed: chains then go from them to the prior. */
  readonly codes?: tf.Tensor2D | undefined
}

/**
 * The log weight of each chain, `[batch * chains]`: the mean of exp(weight) is p(x) in expectation, and of exp(-weight) 1 / p(x) for
 * chains that begin at codes of the posterior.
 */
export async function anneal(
  model: AnnealedModel,
  examples: tf.Tensor,
  settings: AnnealSettings,
): Promise<tf.Tensor1D> {
  const { chains, temperatures, leapfrogSteps, stepSize, stream, lengths, codes, signal, ...address } = settings
  const count = (examples.shape[0] ?? 0) * chains
  const first = address.first * chains
  const isPilot = lengths.length === 0
  const target = tf.tidy(() => tf.reshape(repeatRows(examples, chains), [count, ...model.inputShape]))
  let state: ChainState | undefined
  let logWeights: tf.Tensor1D = tf.zeros([count])
  try {
    state = tf.tidy(() => {
      const start = codes ?? randomNormal([count, model.codeSize], `${stream}/start`, { seed: address.seed, first })
      return stateAt(model, target, tf.clone(start as tf.Tensor2D))
    })
    if (isPilot) lengths.push(tf.fill([count, 1], stepSize))
    for (let pass = 1; pass <= temperatures; pass++) {
      await pause(signal)
      const step = codes ? temperatures + 1 - pass : pass
      const next = codes ? step - 1 : step // the temperature that is sampled at next, if any
      const change = betaAt(step, temperatures) - betaAt(step - 1, temperatures)
      const former: ChainState = state
      const isLast = pass === temperatures
      const length = lengths[next - 1] as tf.Tensor2D
      const moved: Transition & { readonly weights: tf.Tensor1D; readonly length?: tf.Tensor2D } = tf.tidy(() => {
        const weights = tf.add(logWeights, tf.mul(former.logLikelihood, change)) as tf.Tensor1D
        if (isLast) return { ...former, acceptance: weights, weights }
        const proposed = transition(model, target, former, {
          beta: betaAt(next, temperatures),
          leapfrogSteps,
          stepSize: repeatRows(length, chains),
          stream,
          address: { seed: address.seed, step: next, first },
        })
        return { ...proposed, weights, ...(isPilot && { length: adapted(length, proposed.acceptance) }) }
      })
      if (!isLast) tf.dispose([former.code, former.logLikelihood, former.gradient, moved.acceptance])
      logWeights.dispose()
      if (moved.length) lengths.push(moved.length)
      state = moved
      logWeights = moved.weights
    }
    return logWeights
  } catch (error) {
    logWeights.dispose()
    throw error
  } finally {
    tf.dispose([target, ...(state ? [state.code, state.logLikelihood, state.gradient] : [])])
  }
}

/** Longer where more than 0.65 of the proposals are accepted, shorter where fewer are. */
function adapted(length: tf.Tensor2D, acceptance: tf.Tensor1D): tf.Tensor2D {
  return tf.mul(length, tf.exp(tf.mul(tf.sub(tf.expandDims(acceptance, 1), 0.65), 0.2)))
}

/** From 0 to 1 along a sigmoid: in small steps at both ends, where the distributions change most. */
function betaAt(step: number, temperatures: number): number {
  const sigmoid = (t: number) => 1 / (1 + Math.exp(-t))
  const [low, high] = [sigmoid(-4), sigmoid(4)]
  return (sigmoid(8 * (step / temperatures) - 4) - low) / (high - low)
}
