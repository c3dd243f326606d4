import { registerGradients } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { gaussianLogDensity } from './gaussian-density.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const z = [0.5, -1, 0, 3]
const mean = [0, -2, 1.5, 0.3]
const logVariance = [1, -0.5, 2, 0]
const density = (x: number, m: number, v: number) =>
  Math.exp(-((x - m) ** 2) / (2 * Math.exp(v))) / Math.sqrt(2 * Math.PI * Math.exp(v))
const total = (x: readonly number[], m: readonly number[], v: readonly number[]) =>
  x.reduce((sum, value, i) => sum + Math.log(density(value, m[i] ?? 0, v[i] ?? 0)), 0)

test('gaussianLogDensity is the log of the density, one latent at a time', () => {
  const value = gaussianLogDensity(tf.tensor2d([z]), tf.tensor2d([mean]), tf.tensor2d([logVariance]))
  const expected = z.map((x, i) => Math.log(density(x, mean[i] ?? 0, logVariance[i] ?? 0)))
  expect(value.shape).toEqual([1, 4])
  expectClose(value.dataSync(), expected, { relative: 1e-5 })
})

test('gaussianLogDensity takes numbers for the prior N(0, I)', () => {
  const expected = z.map((x) => Math.log(density(x, 0, 0)))
  expectClose(gaussianLogDensity(tf.tensor2d([z]), 0, 0).dataSync(), expected, { relative: 1e-5 })
})

test('gaussianLogDensity broadcasts: each sample under each posterior', () => {
  const [samples, means] = [
    tf.tensor3d([[[1, 2]], [[3, 4]], [[5, 6]]]),
    tf.tensor3d([
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    ]),
  ]
  const value = gaussianLogDensity<tf.Rank.R3>(samples, means, tf.zeros([2]))
  expect(value.shape).toEqual([3, 3, 2])
  expectClose(tf.slice(value, [2, 0, 1], [1, 1, 1]).dataSync(), [Math.log(density(6, 1, 0))], { relative: 1e-5 })
})

test('gaussianLogDensity has the gradients of central differences in all three', async () => {
  const f = (...inputs: tf.Tensor[]) => tf.sum(gaussianLogDensity(...(inputs as [tf.Tensor, tf.Tensor, tf.Tensor])))
  const points = [z, mean, logVariance]
  const gradients = tf.grads(f)(points.map((values) => tf.tensor2d([values])))
  for (const [index, point] of points.entries()) {
    const at = (x: Float32Array) => total(...(points.with(index, [...x]) as [number[], number[], number[]]))
    expectClose(gradients[index]?.dataSync() ?? [], await centralDifferences(at, point), { absolute: 1e-4 })
  }
})

test('gaussianLogDensity sums the gradient of what it repeats', () => {
  const f = (m: tf.Tensor) => tf.sum(gaussianLogDensity(tf.tensor2d([z, z]), m, 0))
  const gradient = tf.grad(f)(tf.tensor1d(mean))
  expectClose(
    gradient.dataSync(),
    z.map((x, i) => 2 * (x - (mean[i] ?? 0))),
    { relative: 1e-5 },
  )
})

test('gaussianLogDensity leaks nothing', () => {
  const inputs = [tf.tensor2d([z]), tf.tensor2d([mean]), tf.tensor2d([logVariance])] as const
  expectNoLeak(() => {
    gaussianLogDensity(...inputs).dispose()
    tf.dispose(tf.grad((x: tf.Tensor) => gaussianLogDensity(x, inputs[1], inputs[2]))(inputs[0]))
  })
})

test('gaussianLogDensity refuses shapes that do not broadcast', () => {
  expect(() => gaussianLogDensity(tf.zeros([2, 3]), tf.zeros([2, 4]), 0)).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`gaussianLogDensity\` received shapes that do not broadcast.

    Expected: z, mean and logVariance whose axes, from the last, are of one length or 1
    Received: z [2, 3], mean [2, 4], logVariance []
    Fix:      give all three [batch, latentSize], or insert axes of length 1 where one is repeated, e.g. tf.expandDims(z, 1)]
  `)
})
