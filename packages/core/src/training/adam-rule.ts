// The rule of Adam and its relatives, and Adam with its defaults, which `train` loads where it is given no optimiser.
import * as tf from '@tensorflow/tfjs-core'
import { hasFused, runKernel } from '../kernels/kernel.ts'
import type { Schedule } from '../objective-types.ts'
import type { Optimizer } from './optimizer.ts'
import { createState, type Rule } from './optimizers/rule.ts'
import type { MoveNumbers } from './step-player.ts'

/** The defaults of Adam and its relatives. */
export const adamDefaults = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** Decay rates and epsilon of Adam and its relatives. */
type AdamSettings = Readonly<Record<'beta1' | 'beta2' | 'epsilon', number>>

/** The rule of Adam, and of AdamW where weight decay is decoupled. */
export function adamRule(
  kind: string,
  { beta1, beta2, epsilon }: AdamSettings,
  { isDecoupled = false, uncorrectedEpsilon = false } = {},
): Rule {
  const numbersAt = (rate: number, step: number) => {
    const root = 1 / Math.sqrt(1 - beta2 ** (step + 1))
    return {
      ...{ beta1, gain1: 1 - beta1, beta2, gain2: 1 - beta2, root },
      stepSize: rate / (1 - beta1 ** (step + 1)),
      epsilon: uncorrectedEpsilon ? epsilon * root : epsilon,
    }
  }
  return {
    kind,
    config: { beta1, beta2, epsilon, uncorrectedEpsilon: uncorrectedEpsilon || undefined },
    rule: 'moments',
    slots: ['mean', 'square'],
    isDecoupled,
    numbersAt,
    compose: moments,
    earlier(moving, learningRate, step) {
      if (!hasFused('AeAdam')) return undefined
      const inputs: Record<string, tf.Tensor> = {}
      moving.forEach(({ parameter, gradient, slots: [mean, square] }, i) => {
        const named = { parameter, gradient, mean, square }
        for (const [name, tensor] of Object.entries(named)) inputs[`${name}${i}`] = tensor as tf.Tensor
      })
      const attributes = { count: moving.length, learningRate, beta1, beta2, epsilon: numbersAt(1, step).epsilon }
      return runKernel('AeAdam', inputs, { ...attributes, step: step + 1 })
    },
  }
}

/** The moments of a gradient, and the direction that they give. */
function moments(
  gradient: tf.Tensor,
  [mean, square]: readonly tf.Tensor[],
  { beta1, gain1, beta2, gain2, root, epsilon }: MoveNumbers,
): tf.Tensor[] {
  const newMean = tf.add(tf.mul(mean as tf.Tensor, beta1), tf.mul(gradient, gain1))
  const newSquare = tf.add(tf.mul(square as tf.Tensor, beta2), tf.mul(tf.square(gradient), gain2))
  return [tf.div(newMean, tf.add(tf.mul(tf.sqrt(newSquare), root), epsilon)), newMean, newSquare]
}

/** `adam` with its defaults but for the learning rate, which is checked already. */
export function plainAdam(learningRate: Schedule = adamDefaults.learningRate): Optimizer {
  const rule = adamRule('adam', adamDefaults)
  return {
    kind: 'adam',
    config: { learningRate: typeof learningRate === 'function' ? undefined : learningRate, ...rule.config },
    create: (variables) =>
      createState(rule, variables, [{ names: Object.keys(variables), learningRate, weightDecay: 0 }]),
  }
}
