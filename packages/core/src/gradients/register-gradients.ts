// Gradients for the kernels of tfjs, so that @ae/core and one backend are enough to train.
import { getGradient, registerGradient } from '@tensorflow/tfjs-core'
import { allGradients } from './all.ts'
import type { Gradients } from './gradient.ts'

let gradients: Gradients | undefined

/**
 * Registers a gradient for every kernel of tfjs that training an autoencoder may need and that has none yet. A second
 * call changes nothing.
 *
 * In Node `@tensorflow/tfjs-core` alone has no gradients, and the union package that has them is ten times its size.
 * `train` calls this; call it yourself before `tf.grad` or `tf.variableGrads` outside of `train`. Covered are
 * arithmetic with broadcasting, comparisons (their gradient is zero), activations, reductions, matrix products and `einsum`, shape
 * operations, convolutions and pooling of images and volumes, greyscale dilation, resizing, batch normalisation and local
 * response normalisation, gathering and scattering, sums of segments and the values of `topk`. Gradients of these gradients are
 * right too. Not covered are complex numbers, sparse and ragged tensors, `tensorScatterUpdate`, `maxPoolWithArgmax`,
 * `bincount`, draws of `multinomial`, and cropping, rotating and warping images: register gradients for those with
 * `tf.registerGradient`.
 *
 * A gradient that is registered already, by you or by `@tensorflow/tfjs`, stays. When `@tensorflow/tfjs` is imported
 * later, its gradients silently replace these, because tfjs keeps the last. Training still runs, but tfjs throws or is
 * wrong where these are right: broadcast `maximum`, `minimum`, `squaredDifference` and `matMul`, `cumsum` along an
 * inner axis, dilated convolutions, `avgPool` with padding, `mirrorPad`, resizing of batches, and second derivatives of `exp`,
 * `sigmoid`, `tanh`, `softmax` and others.
 */
export function registerGradients(): void {
  gradients ??= allGradients()
  for (const [kernelName, gradient] of Object.entries(gradients)) {
    if (getGradient(kernelName) === undefined) registerGradient({ kernelName, ...gradient })
  }
}
