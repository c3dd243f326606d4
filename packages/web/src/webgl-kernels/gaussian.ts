// The Kullback-Leibler divergence of a diagonal Gaussian from N(0, I), a sample of it, and the gradients of both.
import { fusedKernels } from '@ae/core'
import { draw, drawOne } from './draw.ts'
import type { WebglKernel } from './kernel.ts'
import { sumRows } from './sums.ts'

/** [batch], nats, summed over latents. */
export const gaussianKl: WebglKernel = {
  name: fusedKernels.gaussianKl,
  run: ({ input, backend }) => {
    const [mean, logVariance] = [input('mean'), input('logVariance')]
    return sumRows(backend, {
      shape: mean.shape as [number, number],
      inputs: { mean, logVariance },
      functions: 'vec4 divergence(vec4 m, vec4 v) { return 0.5 * (exponential(v) - 1.0 - v + m * m); }',
      texel: 'divergence(getMean(row, column), getLogVariance(row, column))',
    })
  },
}

/** The gradients of mean and log-variance. */
export const gaussianKlGradient: WebglKernel = {
  name: fusedKernels.gaussianKlGradient,
  run: ({ input, backend }) => {
    const inputs = { mean: input('mean'), logVariance: input('logVariance'), dy: input('dy') }
    const { shape } = inputs.mean
    return draw(backend, {
      inputs,
      outputs: [
        { shape, texel: 'getMean() * getDy(0, at.x).xxyy' },
        { shape, texel: '0.5 * (exponential(getLogVariance()) - 1.0) * getDy(0, at.x).xxyy' },
      ],
    })
  },
}

/** `mean + exponential(logVariance / 2) noise`. */
export const reparameterize: WebglKernel = {
  name: fusedKernels.reparameterize,
  run: ({ input, backend }) => {
    const inputs = { mean: input('mean'), logVariance: input('logVariance'), noise: input('noise') }
    const texel = 'getMean() + exponential(0.5 * getLogVariance()) * getNoise()'
    return drawOne(backend, { inputs, shape: inputs.mean.shape, texel })
  },
}

/** The gradient of its log-variance. */
export const reparameterizeGradient: WebglKernel = {
  name: fusedKernels.reparameterizeGradient,
  run: ({ input, backend }) => {
    const inputs = { logVariance: input('logVariance'), noise: input('noise'), dy: input('dy') }
    const texel = '0.5 * exponential(0.5 * getLogVariance()) * getNoise() * getDy()'
    return drawOne(backend, { inputs, shape: inputs.dy.shape, texel })
  },
}
