import { expectClose } from '@ae/library/testing'
import { zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'

import { differences, expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'

beforeAll(() => webgl.activate())

describe.each([
  [1, 1],
  [3, 2],
  [2, 5],
  [5, 20],
  [3, 300],
])('of batch %i and %i latents', (batch, latents) => {
  const shape = [batch, latents]
  const size = batch * latents
  const mean = numbers('mean', size)
  const logVariance = numbers('logVariance', size, 2)
  const noise = numbers('noise', size)
  const dRow = numbers('dRow', batch)
  const dy = numbers('dy', size)

  test('the divergence is within 1e-6 of float64', () => {
    expectNoLeak(() => {
      const inputs = { mean: floats(mean, shape), logVariance: floats(logVariance, shape) }
      const outputs = runKernel('AeGaussianKl', inputs)
      expect(outputs.map((output) => output.shape)).toEqual([[batch]])
      expectClose(take(...outputs)[0] ?? [], divergences(mean, logVariance, latents), { relative: 1e-6 })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })

  test('its gradients are within 1e-6 of float64 differences', () => {
    const weighted = (m: number[], v: number[]) =>
      divergences(m, v, latents).reduce((sum, kl, row) => sum + kl * Number(dRow[row]), 0)
    const expected = [
      differences((changed) => weighted(changed, logVariance), mean),
      differences((changed) => weighted(mean, changed), logVariance),
    ]
    expectNoLeak(() => {
      const inputs = { mean: floats(mean, shape), logVariance: floats(logVariance, shape), dy: floats(dRow, [batch]) }
      const outputs = runKernel('AeGaussianKlGradient', inputs)
      expect(outputs.map((output) => output.shape)).toEqual([shape, shape])
      for (const [i, values] of take(...outputs).entries()) {
        expectClose(values, expected[i] ?? [], { absolute: 1e-6 * largest(expected[i] ?? []) })
      }
      for (const input of Object.values(inputs)) input.dispose()
    })
  })

  test('the sample is within 5e-7 of float64', () => {
    expectNoLeak(() => {
      const inputs = {
        mean: floats(mean, shape),
        logVariance: floats(logVariance, shape),
        noise: floats(noise, shape),
      }
      const outputs = runKernel('AeReparameterize', inputs)
      expect(outputs.map((output) => output.shape)).toEqual([shape])
      const expected = samples(mean, logVariance, noise)
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 5e-7 * largest(expected) })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })

  test('the gradient of its log-variance is within 1e-6 of float64 differences', () => {
    const weighted = (v: number[]) => samples(mean, v, noise).reduce((sum, value, i) => sum + value * Number(dy[i]), 0)
    const expected = differences(weighted, logVariance)
    expectNoLeak(() => {
      const inputs = { logVariance: floats(logVariance, shape), noise: floats(noise, shape), dy: floats(dy, shape) }
      const outputs = runKernel('AeReparameterizeGradient', inputs)
      expect(outputs.map((output) => output.shape)).toEqual([shape])
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 1e-6 * largest(expected) })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })
})

test('the divergence is zero when the posterior is the prior', () => {
  expect(take(...runKernel('AeGaussianKl', { mean: zeros([2, 5]), logVariance: zeros([2, 5]) }))).toEqual([[0, 0]])
})

test('the standard deviation is within 5e-6 of float64 relative to itself, from 1e-19 to 1e38', () => {
  const logVariance = Array.from({ length: 2101 }, (_, i) => Math.fround(-87 + (i * 262) / 2100))
  const shape = [1, logVariance.length]
  const inputs = {
    mean: zeros(shape),
    logVariance: floats(logVariance, shape),
    noise: floats(
      logVariance.map(() => 1),
      shape,
    ),
  }
  const [values = []] = take(...runKernel('AeReparameterize', inputs))
  expectClose(
    values,
    logVariance.map((v) => Math.exp(v / 2)),
    { relative: 5e-6 },
  )
})

test('a log-variance beyond float32 gives 0 or infinity, and not a number stays one', () => {
  const inputs = {
    mean: zeros([1, 3]),
    logVariance: floats([-1e9, 1e9, Number.NaN], [1, 3]),
    noise: floats([1, 1, 1], [1, 3]),
  }
  expect(take(...runKernel('AeReparameterize', inputs))).toEqual([[0, Number.POSITIVE_INFINITY, Number.NaN]])
})

/** Half the sums over latents of e^v + m^2 - 1 - v, in float64. */
function divergences(mean: readonly number[], logVariance: readonly number[], latents: number): number[] {
  return Array.from({ length: mean.length / latents }, (_, row) => {
    let sum = 0
    for (let i = row * latents; i < (row + 1) * latents; i++) {
      const [m, v] = [Number(mean[i]), Number(logVariance[i])]
      sum += Math.exp(v) + m * m - 1 - v
    }
    return sum / 2
  })
}

/** m + e^(v/2) noise, in float64. */
function samples(mean: readonly number[], logVariance: readonly number[], noise: readonly number[]): number[] {
  return mean.map((m, i) => m + Math.exp(Number(logVariance[i]) / 2) * Number(noise[i]))
}
