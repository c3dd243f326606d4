// A VAE of linear layers with weights that are given: what it should measure is known in closed form.
import { type Vae, type VaeOptions, vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'

/** A matrix by rows. */
export type Matrix = readonly (readonly number[])[]

/** q(z | x) = N(mean x, exp(logVariance)); the raw output for z is decoder z. Each matrix is `[from, to]`. */
export interface LinearWeights {
  readonly mean: Matrix
  readonly logVariance: readonly number[]
  readonly decoder: Matrix
}

/** The model; biases but `logVariance` are zero. */
export function linearVae(
  { mean, logVariance, decoder }: LinearWeights,
  options: Pick<VaeOptions, 'likelihood'> = {},
): Vae {
  const model = vae({ inputShape: [mean.length], latentSize: logVariance.length, hidden: [], ...options })
  const values: Record<string, readonly number[]> = {
    'mean.weight': mean.flat(),
    'logVariance.bias': logVariance,
    'decoder.0.weight': decoder.flat(),
  }
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(model.variables)) {
      variable.assign(tf.tensor([...(values[name] ?? new Array(variable.size).fill(0))], variable.shape as [number]))
    }
  })
  return model
}
