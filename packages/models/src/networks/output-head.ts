// Between a decoder and its likelihood: appends the learned parameters that all features share.
import type { Likelihood } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { createVariable } from './initialization.ts'
import { concatenate, transpose } from './kernels.ts'

/** Appends the likelihood's shared parameters to a decoder's output. */
export interface OutputHead {
  /** Raw outputs a feature that the decoder's network emits. */
  readonly networkOutputs: number
  /** The shared parameters, `likelihood.shared`, if there are any. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /** The network's output joined with the shared parameters; call it inside `tf.tidy`. */
  complete(output: tf.Tensor): tf.Tensor
}

/** The head of a likelihood. */
export function outputHead({ parameters = 1, shared = [] }: Likelihood): OutputHead {
  const networkOutputs = parameters - shared.length
  if (shared.length === 0) return { networkOutputs, variables: {}, complete: (output) => output }
  const variable = createVariable('likelihood.shared', [shared.length], () => tf.tensor([...shared]))
  return {
    networkOutputs,
    variables: { 'likelihood.shared': variable },
    complete(output) {
      const rows = output.size / networkOutputs
      const shape = networkOutputs === 1 ? output.shape : output.shape.slice(0, -1)
      // Joined along a first axis and then transposed: along a last one wasm copies number by number.
      const own = transpose(tf.reshape(output, [rows, networkOutputs])) // [networkOutputs, features of all]
      const everywhere = tf.mul(tf.fill([1, rows], 1), tf.reshape(variable, [-1, 1])) // [shared, features of all]
      return tf.reshape(transpose(concatenate([own, everywhere], 0)), [...shape, parameters])
    },
  }
}
