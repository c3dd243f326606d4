// The Gaussian posterior: its divergence from N(0, I), a sample of it, and the gradients of both.
import { describe, expect, test } from 'vitest'
import { along, computed, each, numbers, rowSums } from './numbers.ts'
import { expectKernel, near, outputsOf, type Subject } from './suite.ts'

/** The tests of `AeGaussianKl`, `AeReparameterize` and their gradients. */
export function describeGaussian(subject: Subject): void {
  const { accuracy } = subject
  describe.each([
    [1, 1],
    [3, 2],
    [2, 5],
    [3, 5],
    [5, 20],
    [300, 20],
    [5, 257],
    [3, 300],
  ])('a Gaussian posterior of batch %i and %i latents', (batch, latents) => {
    const shape = [batch, latents]
    const mean = numbers('mean', shape)
    const logVariance = numbers('logVariance', shape, 2)
    const noise = numbers('noise', shape)

    test('has a divergence near float64, and its gradients', async () => {
      const divergence = rowSums(each((m, v) => (Math.exp(v) + m * m - 1 - v) / 2, mean, logVariance))
      await expectKernel(subject, 'AeGaussianKl', { mean, logVariance }, {}, [divergence], accuracy.divergence)
      const dy = numbers('dRow', [batch])
      const upstream = along(dy, latents)
      const dMean = each((m, d) => m * d, mean, upstream)
      const dLogVariance = each((v, d) => ((Math.exp(v) - 1) / 2) * d, logVariance, upstream)
      const inputs = { mean, logVariance, dy }
      const expected = [dMean, dLogVariance]
      await expectKernel(subject, 'AeGaussianKlGradient', inputs, {}, expected, accuracy.divergenceGradient)
    })

    test('is drawn from near float64, with the gradient of that', async () => {
      const sample = each((m, v, e) => m + Math.exp(v / 2) * e, mean, logVariance, noise)
      await expectKernel(subject, 'AeReparameterize', { mean, logVariance, noise }, {}, [sample], accuracy.sample)
      const dy = numbers('dy', shape)
      const gradient = each((v, e, d) => (d * e * Math.exp(v / 2)) / 2, logVariance, noise, dy)
      const inputs = { logVariance, noise, dy }
      await expectKernel(subject, 'AeReparameterizeGradient', inputs, {}, [gradient], { ofLargest: 1e-6 })
    })
  })

  test('the divergence is zero when the posterior is the prior', async () => {
    const zeros = computed([2, 5], () => 0)
    expect(await outputsOf('AeGaussianKl', { mean: zeros, logVariance: zeros })).toEqual([[0, 0]])
  })

  test('the standard deviation is near float64 relative to itself, from 1e-19 to 1e38', async () => {
    const logVariance = computed([1, 2101], (i) => Math.fround(-87 + (i * 262) / 2100))
    const [mean, noise] = [computed([1, 2101], () => 0), computed([1, 2101], () => 1)]
    const [values = []] = await outputsOf('AeReparameterize', { mean, logVariance, noise })
    near(values, each((v) => Math.exp(v / 2), logVariance).values, accuracy.deviations)
  })

  test('a log-variance beyond float32 gives 0 or infinity, and not a number stays one', async () => {
    const logVariance = computed([1, 3], (i) => [-1e9, 1e9, Number.NaN][i] ?? 0)
    const [mean, noise] = [computed([1, 3], () => 0), computed([1, 3], () => 1)]
    const expected = [[0, Number.POSITIVE_INFINITY, Number.NaN]]
    expect(await outputsOf('AeReparameterize', { mean, logVariance, noise })).toEqual(expected)
  })
}
