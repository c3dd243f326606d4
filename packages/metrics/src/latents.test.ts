import { normals } from '@ae/core'
import { fromArray, withLabels } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { gaussianKl } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/evaluation.json' with { type: 'json' }
import { activeUnits, klPerLatent } from './latents.ts'
import { linearVae } from './testing/linear-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

const points = normals('points', { seed: 1 }, 2000)
const data = () => fromArray(points, { shape: [1] })
// Posterior means 2 x, 0.05 x and 0: variances 4, 0.0025 and 0.
const model = () => linearVae({ mean: [[2, 0.05, 0]], logVariance: [-1, 0, 0], decoder: [[1], [1], [1]] })

describe('activeUnits', () => {
  test('counts the latents whose posterior mean varies by more than 0.01', async () => {
    using three = model()
    const { value, variances } = await activeUnits(three, data(), { batchSize: 300 })
    expect(value).toBe(1)
    expectClose(variances, [4, 0.0025, 0], { relative: 0.1 })
  })

  test('of data with labels is refused, and leaves nothing behind', async () => {
    using three = model()
    const labels = Array.from(points, () => 0)
    const labelled = withLabels(fromArray(points, { shape: [1], labels }))
    const before = tf.memory().numTensors
    await expect(activeUnits(three, labelled as never)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [DatasetError: \`activeUnits\` received labelled data; it takes examples without labels.

      Expected: batches that are tensors
      Received: { examples, labels } (array)
      Fix:      pass the data set without withLabels]
    `)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('of one example is refused: it does not vary', async () => {
    using three = model()
    const one = fromArray(points.subarray(0, 1), { shape: [1] })
    await expect(activeUnits(three, one)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [DatasetError: \`activeUnits\` received too few examples.

      Expected: at least 2
      Received: 1 (array)
      Fix:      pass 2 examples or more]
    `)
  })

  test('counts more of them at a lower threshold', async () => {
    using three = model()
    expect((await activeUnits(three, data(), { threshold: 0.001 })).value).toBe(2)
    expect((await activeUnits(three, data(), { threshold: 0 })).value).toBe(2)
  })

  test('leaves no tensor behind, and refuses a negative threshold', () =>
    expectNoLeak(async () => {
      using three = model()
      await activeUnits(three, data())
      await expect(activeUnits(three, data(), { threshold: -1 })).rejects.toThrow('bad `threshold`')
    }))
})

describe('klPerLatent', () => {
  test("adds up to the objective's KL, and is zero where the posterior is the prior", async () => {
    using three = model()
    const kl = await klPerLatent(three, data())
    const { mean, logVariance } = three.posterior(tf.tensor2d(points, [2000, 1]))
    expect(kl.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(
      tf.mean(gaussianKl(mean, logVariance)).dataSync()[0] ?? 0,
      3,
    )
    expect(kl[2]).toMatchObject({ value: 0, standardError: 0, unit: 'nats' })
    expect(kl[0]?.value).toBeGreaterThan(1)
  })

  test('is what torch.distributions gives, with its standard error over examples', async () => {
    const { examples, mean, logVariance, klPerLatent: expected } = oracle.vae
    using two = linearVae({
      mean: Array.from({ length: 6 }, (_, i) => mean.values.slice(2 * i, 2 * i + 2)),
      logVariance: logVariance.values,
      decoder: [[1], [1]].map(() => new Array(6).fill(0)),
    })
    const kl = await klPerLatent(two, fromArray(Float32Array.from(examples.values), { shape: [6] }), { batchSize: 2 })
    expectClose(
      kl.map(({ value }) => value),
      expected.values,
      { relative: 1e-5 },
    )
    expect(kl.every(({ standardError }) => standardError > 0)).toBe(true)
  })
})
