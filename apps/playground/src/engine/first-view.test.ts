// The first view, as the page has it: on plain JavaScript, before anything else is loaded.
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { firstSettings } from './first-view/settings.ts'
import { nodeEngine } from './testing/node-engine.ts'

test('the first view answers everything without the data and without a backend for training', async () => {
  const engine = nodeEngine()
  const card = await engine.openPretrained()
  expect(tf.getBackend()).toBe('cpu')
  expect(card).toMatchObject({ codeSize: 2, trainedSteps: 30 * 469, settings: firstSettings })
  const tensors = tf.memory().numTensors
  const { pictures, labels } = await engine.examples(32)
  expect(labels?.slice(0, 4)).toEqual(Uint8Array.of(7, 2, 1, 0)) // the first of MNIST's test images
  const { mean, logVariance } = await engine.encode(pictures)
  expect(logVariance?.values).toHaveLength(64)
  const points = await engine.projectToPlane(mean)
  const plane = await engine.plane()
  for (const [i, point] of points.entries()) expect(point).toBeCloseTo(plane.points[i] ?? 0, 1)
  expect((await engine.decodePlane(points)).values).toEqual((await engine.reconstruct(pictures)).values)
  const { values, typical } = await engine.score(pictures)
  expect(typical).toHaveLength(200)
  const inRange = values.filter((value) => value >= (typical[0] ?? 0) && value <= (typical.at(-1) ?? 0))
  expect(inRange).toHaveLength(32) // they are among the 200 that are typical
  const one = (index: number) => ({
    ...pictures,
    count: 1,
    values: pictures.values.slice(784 * index, 784 * (index + 1)),
  })
  expect((await engine.interpolate(one(0), one(1), 5)).count).toBe(5)
  expect((await engine.denoise(one(0), 0.3)).denoised.count).toBe(1)
  expect((await engine.sample(16, 3)).count).toBe(16)
  expect((await engine.save()).length).toBeGreaterThan(400_000)
  expect((await engine.exportOnnx()).length).toBeGreaterThan(200_000)
  expect(tf.getBackend()).toBe('cpu')
  expect(tf.memory().numTensors).toBe(tensors)
})

test('the model of the first view can be trained on: it moves to the backend of its settings', async () => {
  const engine = nodeEngine()
  await engine.openPretrained()
  const before = await engine.sample(1, 1)
  const { step } = await engine.step()
  expect(step).toBe(1)
  expect(tf.getBackend()).toBe('wasm')
  const after = await engine.sample(1, 1)
  const most = Math.max(...after.values.map((value, i) => Math.abs(value - (before.values[i] ?? 0))))
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThan(0.2) // one step from where it was, and not from new weights
})
