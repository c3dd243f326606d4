// The Kullback-Leibler divergence of a diagonal Gaussian from N(0, I), a sample of it, and the gradients of both.
import * as kernels from '@ae/core/kernels'
import { draw, drawOne } from './draw.ts'
import { implement } from './kernel.ts'
import { sumRows } from './sums.ts'

/** [batch], nats, summed over latents. */
export const gaussianKl = implement(kernels.gaussianKl, ({ inputs, sizes }, backend) => {
  return sumRows(backend, {
    shape: [sizes.batch, sizes.latents],
    inputs,
    functions: 'vec4 divergence(vec4 m, vec4 v) { return 0.5 * (exponential(v) - 1.0 - v + m * m); }',
    texel: 'divergence(getMean(row, column), getLogVariance(row, column))',
  })
})

/** The gradients of mean and log-variance. */
export const gaussianKlGradient = implement(kernels.gaussianKlGradient, ({ inputs }, backend) => {
  const { shape } = inputs.mean
  return draw(backend, {
    inputs,
    outputs: [
      { shape, texel: 'getMean() * getDy(0, at.x).xxyy' },
      { shape, texel: '0.5 * (exponential(getLogVariance()) - 1.0) * getDy(0, at.x).xxyy' },
    ],
  })
})

/** `mean + exponential(logVariance / 2) noise`. */
export const reparameterize = implement(kernels.reparameterize, ({ inputs }, backend) => {
  const texel = 'getMean() + exponential(0.5 * getLogVariance()) * getNoise()'
  return drawOne(backend, { inputs, shape: inputs.mean.shape, texel })
})

/** The gradient of its log-variance. */
export const reparameterizeGradient = implement(kernels.reparameterizeGradient, ({ inputs }, backend) => {
  const texel = '0.5 * exponential(0.5 * getLogVariance()) * getNoise() * getDy()'
  return drawOne(backend, { inputs, shape: inputs.dy.shape, texel })
})
