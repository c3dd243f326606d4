// The Gaussian posterior of a VAE: divergence to N(0, I), reparameterised sample, and their gradients.
import * as kernels from '@ae/core/kernels'
import { isNan } from './activation.ts'
import { elementwise } from './elementwise.ts'
import { implement, output } from './kernel.ts'
import { record } from './recorder.ts'
import { rowSums } from './row-sums.ts'

/** [batch], nats, summed over latents. */
export const gaussianKl = implement(kernels.gaussianKl, ({ inputs: { mean, logVariance } }, backend) => {
  const twice = 'exp(logVariance[at]) + mean[at] * mean[at] - (logVariance[at] + 1.0)'
  return rowSums(backend, kernels.gaussianKl.name, { mean, logVariance }, twice, '0.5 * total')
})

/** The gradients of mean and log-variance. */
export const gaussianKlGradient = implement(
  kernels.gaussianKlGradient,
  ({ inputs: { mean, logVariance, dy } }, backend) => {
    const [dMean, dLogVariance] = [output(backend, mean.shape), output(backend, mean.shape)]
    record(backend, {
      key: kernels.gaussianKlGradient.name,
      reads: { mean, logVariance, dy },
      writes: { dMean, dLogVariance },
      ...elementwise(
        dMean,
        `let factor = dy[at / sizes.columns];
    dMean[at] = mean[at] * factor;
    dLogVariance[at] = (exp(logVariance[at]) - 1.0) * 0.5 * factor;`,
      ),
    })
    return [dMean, dLogVariance]
  },
)

/** `mean + exp(logVariance / 2) noise`. */
export const reparameterize = implement(kernels.reparameterize, ({ inputs: { mean, logVariance, noise } }, backend) => {
  const sample = output(backend, mean.shape)
  record(backend, {
    key: kernels.reparameterize.name,
    reads: { mean, logVariance, noise },
    writes: { draw: sample },
    ...elementwise(
      sample,
      `let v = logVariance[at];
    draw[at] = mean[at] + select(exp(0.5 * v), v, ${isNan('v')}) * noise[at];`,
    ),
  })
  return sample
})

/** The gradient of the log-variance. */
export const reparameterizeGradient = implement(
  kernels.reparameterizeGradient,
  ({ inputs: { logVariance, noise, dy } }, backend) => {
    const dLogVariance = output(backend, logVariance.shape)
    record(backend, {
      key: kernels.reparameterizeGradient.name,
      reads: { logVariance, noise, dy },
      writes: { dLogVariance },
      ...elementwise(dLogVariance, 'dLogVariance[at] = dy[at] * noise[at] * exp(0.5 * logVariance[at]) * 0.5;'),
    })
    return dLogVariance
  },
)
