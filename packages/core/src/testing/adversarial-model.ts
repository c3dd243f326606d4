// The smallest model of two players, for tests: a linear autoencoder, and a logistic discriminator that tells its codes from
// draws of the prior (Makhzani et al., Adversarial Autoencoders, 2016).
import * as tf from '@tensorflow/tfjs-core'
import type { Trainable } from '../model.ts'
import { randomNormal, uniforms } from '../random/random.ts'
import type { Trace } from '../trace.ts'
import { adam } from '../training/adam.ts'
import { repeatable } from '../training/repeatable.ts'
import { tinyModel } from './tiny-model.ts'

/** A pass with draws of the prior, `[batch, codeSize]`. */
export interface AdversarialTrace extends Trace {
  readonly prior: tf.Tensor2D
}

/** A model whose discriminator is a player. */
export type AdversarialModel = Trainable<AdversarialTrace, 'reconstruction' | 'fooling', tf.Tensor, 'discrimination'>

/** The model: its codes are x `down`, its outputs those times `up`. `passes` hears for whom each pass is. */
export function adversarialModel({ seed = 1 } = {}, passes: (player: string | undefined) => void = () => {}) {
  const inner = tinyModel({ seed })
  const { down, up } = inner.variables as Record<'down' | 'up', tf.Variable<tf.Rank.R2>>
  const slope = tf.tidy(() => tf.variable(tf.tensor2d(uniforms('slope', { seed }, 2), [2, 1])))
  const offset = tf.tidy(() => tf.variable(tf.zeros([1])))
  const score = (code: tf.Tensor2D) => tf.reshape<tf.Rank.R1>(tf.add(tf.matMul(code, slope), offset), [-1])
  const dispose = () => {
    inner.dispose()
    tf.dispose([slope, offset])
  }
  const model: AdversarialModel = {
    kind: 'adversarial',
    inputShape: inner.inputShape,
    config: { seed },
    likelihood: inner.likelihood,
    variables: inner.variables,
    objective: {
      terms: {
        reconstruction: { value: ({ output, target }) => inner.likelihood.negativeLogLikelihood(output, target) },
        fooling: { value: ({ code }) => tf.softplus(tf.neg(score(code))), weight: 0.5 },
      },
    },
    players: {
      discriminator: {
        variables: { slope, offset },
        objective: {
          terms: {
            discrimination: {
              value: ({ code, prior }) => tf.add(tf.softplus(tf.neg(score(prior))), tf.softplus(score(code))),
            },
          },
        },
        optimizer: adam({ learningRate: 0.01, beta1: 0.5 }),
      },
    },
    trace: repeatable((x, { player, ...address } = {}) => {
      passes(player)
      const { likelihood } = inner
      const code = tf.matMul(x as tf.Tensor2D, down) as tf.Tensor2D
      const prior = randomNormal([x.shape[0] ?? 0, 2], 'prior', address) as tf.Tensor2D
      const output = player === undefined ? tf.matMul(code, up) : code // the discriminator needs none
      return { input: x, target: x, code, prior, output, likelihood }
    }),
    dispose,
    [Symbol.dispose]: dispose,
  }
  return model
}

/** How `load` makes it again. */
export const adversarialKind = {
  kind: 'adversarial',
  fromConfig: (config: object) => adversarialModel(config),
}
