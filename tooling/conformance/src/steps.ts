// What the training tests observe of a model: the parts of its first step, and ten steps of `train`.
import { registerGradients, type Terms, type Trainable, train } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { valuesOf } from './closeness.ts'
import { oneBatch } from './one-batch.ts'

/** Numbers by tensor name. */
export type Values = Readonly<Record<string, ArrayLike<number>>>

/**
 * Assigns values to all variables of a model.
 *
 * @param value maps a variable's name and shape to a tensor of that shape
 */
export function assignWeights(model: Trainable, value: (name: string, shape: number[]) => tf.Tensor): void {
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(model.variables)) variable.assign(value(name, variable.shape))
  })
}

/** The loss terms of each example and the gradient of every variable, at step 0. */
export async function firstStep(model: Trainable, batch: tf.Tensor, seed: number) {
  registerGradients()
  const kept: Record<string, tf.Tensor> = {}
  const entries = Object.entries(model.variables)
  const { value, grads } = tf.variableGrads(
    () => {
      const terms = Object.entries(model.objective(model.trace(batch, { seed, step: 0 }), 0))
      const means = terms.map(([name, term]) => {
        kept[name] = tf.keep(tensorOf(term))
        return tf.mean<tf.Scalar>(kept[name])
      })
      return means.reduce((sum, mean) => tf.add(sum, mean))
    },
    entries.map(([, variable]) => variable),
  )
  const named = Object.fromEntries(entries.map(([name, variable]) => [name, grads[variable.name] as tf.Tensor]))
  const [terms, gradients] = await Promise.all([valuesOf(kept), valuesOf(named)])
  tf.dispose([value, kept, grads])
  return { terms, gradients }
}

/** Trains for ten steps, all on the same batch; returns the loss of each. */
export async function tenLosses(model: Trainable, batch: tf.Tensor, seed: number): Promise<number[]> {
  const losses: number[] = []
  const data = oneBatch(batch)
  const epochs = train(model, data, { epochs: 10, batchSize: data.size, seed })
  for await (const { loss } of epochs) losses.push(Number(loss.total))
  return losses
}

function tensorOf(term: Terms[string]): tf.Tensor {
  return 'weight' in term ? tf.mul(term.value, term.weight) : term
}
