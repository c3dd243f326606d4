// The Gaussian posterior of a VAE: divergence to N(0, I), reparameterised sample, and their gradients.
import { fusedKernels } from '@ae/core'
import { elementwise } from './elementwise.ts'
import { output, type WebgpuKernel } from './kernel.ts'
import { record } from './recorder.ts'
import { rowSums } from './row-sums.ts'

/** [batch], nats, summed over latents. */
export const gaussianKl: WebgpuKernel = {
  name: fusedKernels.gaussianKl,
  run: ({ input, backend }) => {
    const [mean, logVariance] = [input('mean'), input('logVariance')]
    const twice = 'exp(logVariance[at]) + mean[at] * mean[at] - (logVariance[at] + 1.0)'
    return rowSums(backend, fusedKernels.gaussianKl, { mean, logVariance }, twice, '0.5 * total')
  },
}

/** The gradients of mean and log-variance. */
export const gaussianKlGradient: WebgpuKernel = {
  name: fusedKernels.gaussianKlGradient,
  run: ({ input, backend }) => {
    const [mean, logVariance, dy] = [input('mean'), input('logVariance'), input('dy')]
    const [dMean, dLogVariance] = [output(backend, mean.shape), output(backend, mean.shape)]
    record(backend, {
      key: fusedKernels.gaussianKlGradient,
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
}

/** `mean + exp(logVariance / 2) noise`. */
export const reparameterize: WebgpuKernel = {
  name: fusedKernels.reparameterize,
  run: ({ input, backend }) => {
    const [mean, logVariance, noise] = [input('mean'), input('logVariance'), input('noise')]
    const sample = output(backend, mean.shape)
    record(backend, {
      key: fusedKernels.reparameterize,
      reads: { mean, logVariance, noise },
      writes: { draw: sample },
      ...elementwise(sample, 'draw[at] = mean[at] + exp(0.5 * logVariance[at]) * noise[at];'),
    })
    return sample
  },
}

/** The gradient of the log-variance. */
export const reparameterizeGradient: WebgpuKernel = {
  name: fusedKernels.reparameterizeGradient,
  run: ({ input, backend }) => {
    const [logVariance, noise, dy] = [input('logVariance'), input('noise'), input('dy')]
    const dLogVariance = output(backend, logVariance.shape)
    record(backend, {
      key: fusedKernels.reparameterizeGradient,
      reads: { logVariance, noise, dy },
      writes: { dLogVariance },
      ...elementwise(dLogVariance, 'dLogVariance[at] = dy[at] * noise[at] * exp(0.5 * logVariance[at]) * 0.5;'),
    })
    return dLogVariance
  },
}
