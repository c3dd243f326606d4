// The gradient of local response normalisation: y = x n^-beta with n = bias + alpha (sum of x^2 over the channels around it).
import {
  add,
  type LRNAttrs,
  matMul,
  mul,
  pow,
  reshape,
  square,
  sub,
  type Tensor,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { type Gradients, ofX } from './gradient.ts'

/** The gradient of `tf.localResponseNormalization`. */
export function localResponses(): Gradients {
  return {
    LRN: ofX((dy, x, { depthRadius, bias, alpha, beta }: LRNAttrs) => {
      const channels = x.shape.at(-1) ?? 0
      const near = Float32Array.from({ length: channels ** 2 }, (_, at) =>
        Number(Math.abs(Math.floor(at / channels) - (at % channels)) <= depthRadius),
      )
      const band = tensor2d(near, [channels, channels])
      const around = (values: Tensor) => reshape(matMul(reshape(values, [-1, channels]), band), x.shape)
      const norm = add(mul(around(square(x)), alpha), bias)
      const others = around(mul(mul(dy, x), pow(norm, -beta - 1)))
      return sub(mul(dy, pow(norm, -beta)), mul(mul(x, others), 2 * alpha * beta))
    }),
  }
}
