// Gradients for the kernels of tfjs, so that @ae/core and one backend are enough to train.
import { getGradient, registerGradient } from '@tensorflow/tfjs-core'
import { allGradients } from './gradients/all.ts'
import type { Gradients } from './gradients/gradient.ts'

let gradients: Gradients | undefined

/**
 * Registers a gradient for every kernel of tfjs that training an autoencoder may meet and that has none yet.
 *
 * In Node `@tensorflow/tfjs-core` alone knows no gradient, and the union package that does is ten times its size.
 * `train` calls this; call it yourself before `tf.grad` or `tf.variableGrads` outside of `train`. Covered are
 * arithmetic with broadcasting, comparisons (their gradient is zero), activations, reductions, matrix products, shape
 * operations, two-dimensional convolutions (dilated ones too), pooling, resizing and batch normalisation. Not covered
 * are three-dimensional convolutions and pooling, complex numbers and sparse operations: give those to
 * `tf.registerGradient`.
 *
 * A gradient that is registered already, by you or by `@tensorflow/tfjs`, stays. If `@tensorflow/tfjs` is imported
 * later, its gradients replace these without a word, as tfjs's registry keeps the last; both sets work, but tfjs's
 * averaging pools and resizing are wrong in the cases that these mend. A second call changes nothing.
 */
export function registerGradients(): void {
  gradients ??= allGradients()
  for (const [kernelName, gradient] of Object.entries(gradients)) {
    if (getGradient(kernelName) === undefined) registerGradient({ kernelName, ...gradient })
  }
}
