import { expect, test } from 'vitest'
import { latentsInView, rangeOfLatent } from './latents.ts'

test('all latents are in view if they are few, in their order', () => {
  expect(latentsInView([0, 3, -1])).toEqual([0, 1, 2])
})

test('of many latents those with the largest divergence from the prior are in view', () => {
  const mean = Array(20).fill(0)
  const logVariance = Array(20).fill(0)
  for (const latent of [1, 4, 5, 9, 11, 15]) logVariance[latent] = -3
  for (const latent of [2, 19]) mean[latent] = 2.5
  expect(latentsInView(mean, logVariance)).toEqual([1, 2, 4, 5, 9, 11, 15, 19])
})

test('a slider reaches four standard deviations of the prior, and further where the code is', () => {
  expect([rangeOfLatent(0.3), rangeOfLatent(-10)]).toEqual([
    [-4, 4],
    [-15, 15],
  ])
})
