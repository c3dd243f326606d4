import { beforeAll, describe, test } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { columnSums, computed, each, expectKernel, numbers, transpose } from '../testing/kernel-calls.ts'

onAdapter('a Gaussian posterior', () => {
  beforeAll(() => activateWebgpu(open))

  describe.each([
    [1, 1],
    [3, 5],
    [300, 20],
    [5, 257],
  ])('of batch %i with %i latents', (batch, latents) => {
    const shape = [batch, latents]
    const [mean, logVariance, noise] = [numbers('mean', shape), numbers('logVariance', shape), numbers('noise', shape)]

    test('has a divergence, with its gradient, within 2e-6 of float64', async () => {
      const perLatent = each((m, v) => 0.5 * (Math.exp(v) + m * m - 1 - v), mean, logVariance)
      await expectKernel('AeGaussianKl', { mean, logVariance }, {}, [columnSums(transpose(perLatent))], 2e-6)
      const dy = numbers('dy', [batch])
      const upstream = computed(shape, (at) => Number(dy.values[Math.floor(at / latents)]))
      const dMean = each((m, d) => m * d, mean, upstream)
      const dLogVariance = each((v, d) => 0.5 * (Math.exp(v) - 1) * d, logVariance, upstream)
      await expectKernel('AeGaussianKlGradient', { mean, logVariance, dy }, {}, [dMean, dLogVariance], 2e-6)
    })

    test('is drawn from, with the gradient of that, within 1e-6 of float64', async () => {
      const draw = each((m, v, e) => m + Math.exp(v / 2) * e, mean, logVariance, noise)
      await expectKernel('AeReparameterize', { mean, logVariance, noise }, {}, [draw])
      const dy = numbers('dy', shape)
      const dLogVariance = each((v, e, d) => (d * e * Math.exp(v / 2)) / 2, logVariance, noise, dy)
      await expectKernel('AeReparameterizeGradient', { logVariance, noise, dy }, {}, [dLogVariance])
    })
  })
})
