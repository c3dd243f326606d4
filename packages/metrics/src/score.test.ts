import { annotate, load, memory, normals, save, train } from '@ae/core'
import { fromArray, withLabels } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { gaussian, squaredError } from '@ae/losses'
import { allModels, autoencoder, conditionalVae, denoisingAutoencoder, vae, vqVae } from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { score } from './score.ts'
import { linearVae } from './testing/linear-vae.ts'
import { isAnomaly, threshold } from './threshold.ts'

beforeAll(() => tf.setBackend('cpu'))

// q(z | x) = N(w x, s^2), p(x | z) = N(a z, 0.5^2): all costs are known in closed form.
const [w, a] = [
  [0.4, -0.3, 0.2],
  [1, -0.5, 2],
]
const variance = 0.25
const posteriorVariance = 0.16
const points = [...normals('points', { seed: 1 }, 5 * 3)]
const rows = [0, 1, 2, 3, 4].map((row) => points.slice(row * 3, row * 3 + 3))
const data = () => fromArray(Float32Array.from(points), { shape: [3] })
const linear = () =>
  linearVae(
    { mean: w.map((value) => [value]), logVariance: [Math.log(posteriorVariance)], decoder: [a] },
    { likelihood: gaussian({ standardDeviation: Math.sqrt(variance) }) },
  )
const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0)
const codes = rows.map((x) => dot(w, x))
const reconstructions = rows.map((x, i) => {
  const distance = dot(a, a) * (codes[i] ?? 0) ** 2 - 2 * (codes[i] ?? 0) * dot(a, x) + dot(x, x)
  return (3 * Math.log(2 * Math.PI * variance) + distance / variance) / 2
})
const divergences = codes.map((code) => (posteriorVariance + code ** 2 - 1 - Math.log(posteriorVariance)) / 2)
/** The mean over the posterior adds the variance of a z. */
const spread = (dot(a, a) * posteriorVariance) / variance / 2
const expectNear = (received: Float32Array, expected: readonly number[], digits = 4) => {
  expect(received).toHaveLength(expected.length)
  received.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? Number.NaN, digits)
  })
}

describe('score', () => {
  test('of a variational model is its negative ELBO at the mean of the posterior, in closed form', async () => {
    using model = linear()
    expectNear(
      await score(model, data()),
      reconstructions.map((cost, i) => cost + (divergences[i] ?? 0)),
    )
    expectNear(await score(model, data(), { kind: 'reconstruction' }), reconstructions)
  })

  test('with many samples tends to the mean over the posterior', async () => {
    using model = linear()
    const scores = await score(model, data(), { samples: 4000, seed: 3 })
    const expected = reconstructions.map((cost, i) => cost + (divergences[i] ?? 0) + spread)
    scores.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(0.5)
    })
  })

  test('is the same in every call, whatever the batch size, with samples too', async () => {
    using model = linear()
    for (const options of [{}, { samples: 3, seed: 5 }, { kind: 'reconstruction', samples: 2 }] as const) {
      const scores = await score(model, data(), options)
      expect(await score(model, data(), options)).toEqual(scores)
      expect(await score(model, data(), { ...options, batchSize: 2 })).toEqual(scores)
    }
    expect(await score(model, data(), { samples: 3, seed: 6 })).not.toEqual(
      await score(model, data(), { samples: 3, seed: 5 }),
    )
  })

  test('of a deterministic model is the cost of its reconstruction', async () => {
    using model = autoencoder({
      inputShape: [3],
      hidden: [2],
      codeSize: 1,
      likelihood: squaredError({ activation: 'linear' }),
      seed: 4,
    })
    const x = tf.tensor2d(points, [5, 3])
    const reconstructed = model.reconstruct(x)
    const expected = [...tf.sum(tf.square(tf.sub(x, reconstructed)), 1).dataSync()]
    expectNear(await score(model, data()), expected, 5)
    expectNear(await score(model, x), expected, 5)
  })

  test('of a denoising autoencoder is that of the clean example', async () => {
    const model = autoencoder({
      inputShape: [3],
      hidden: [2],
      codeSize: 1,
      likelihood: squaredError({ activation: 'linear' }),
      seed: 4,
    })
    using denoising = denoisingAutoencoder({ model })
    expect(await score(denoising, data())).toEqual(await score(model, data()))
  })

  test('takes a VQ-VAE, and data with labels, which play no part', async () => {
    using model = vqVae({
      inputShape: [3],
      codebookSize: 2,
      embeddingSize: 2,
      positions: 1,
      hidden: [2],
      likelihood: squaredError({ activation: 'linear' }),
    })
    const labelled = fromArray(Float32Array.from(points), { shape: [3], labels: [0, 1, 0, 1, 0] })
    expect(await score(model, withLabels(labelled))).toEqual(await score(model, data()))
  })

  test('leaves no tensor behind, also when it fails', () =>
    expectNoLeak(async () => {
      using model = linear()
      const x = tf.tensor2d(points, [5, 3])
      await score(model, x, { samples: 2 })
      const broken = {
        ...model,
        output: () => {
          throw new Error('broken')
        },
      }
      await expect(score(broken, data(), { samples: 2 })).rejects.toThrow('broken')
      await expect(score(broken, x)).rejects.toThrow('broken')
      x.dispose()
    }))

  test('refuses data and models that it cannot score', async () => {
    using model = vae({ inputShape: [3], latentSize: 1, hidden: [] })
    using plain = autoencoder({ inputShape: [3], hidden: [], codeSize: 1 })
    using labelled = conditionalVae({ inputShape: [3], latentSize: 1, classes: 2, hidden: [] })
    const x = tf.tensor2d(points, [5, 3])
    await expect(score(model, x)).rejects.toThrow('values that the bernoulli likelihood cannot take')
    await expect(score(model, fromArray(new Float32Array(4), { shape: [4] }))).rejects.toThrow(
      'of another shape than the model',
    )
    await expect(score(model, tf.zeros([0, 3]))).rejects.toThrow('without examples')
    await expect(score(plain, data(), { kind: 'negativeElbo' })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`score\` received \`model\` that is not a model with encode and output and posterior.

      Expected: a model with encode and output and posterior
      Received: { inputShape, codeSize, encode, decode, output, reconstruct, config, likelihood }, whose posterior is not a function
      Fix:      pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models]
    `)
    await expect(score(plain, data(), { samples: 2 })).rejects.toThrow('a model with encode and output and posterior')
    await expect(score(labelled as never, data())).rejects.toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`score\` received \`model\` that is not a model with encode and output.

      Expected: a model with encode and output
      Received: { kind, inputShape, codeSize, classes, config, likelihood, variables, state }, whose output is not a function
      Fix:      pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models]
    `)
    await expect(score(model, data(), { kind: 'elbo' } as never)).rejects.toThrow('one of reconstruction, negativeElbo')
    await expect(score(model, [[1, 2, 3]] as never)).rejects.toThrow('`score` received `data` that is not a data set')
  })
})

describe('isAnomaly', () => {
  test('decides after loading as before saving', async () => {
    using model = autoencoder({
      inputShape: [3],
      hidden: [],
      codeSize: 1,
      likelihood: squaredError({ activation: 'linear' }),
    })
    for await (const _ of train(model, data(), { epochs: 2 }));
    const scores = await score(model, data())
    annotate(model, { threshold: threshold(scores, { quantile: 0.5 }), score: { kind: 'reconstruction' } })
    const store = memory()
    await save(model, store)
    using loaded = await load(store, ...allModels)
    if (loaded.kind === 'conditionalVae') throw new Error('another kind')
    const sorted = [...scores].sort((x, y) => x - y)
    const expected = [...scores].map((value) => value > (sorted[2] ?? 0))
    expect(await isAnomaly(loaded, data())).toEqual(expected)
    expect(expected.filter(Boolean)).toHaveLength(2)
  })

  test('scores as the notes say', async () => {
    using model = linear()
    const options = { kind: 'reconstruction', samples: 3, seed: 9 } as const
    const scores = await score(model, data(), options)
    annotate(model, { threshold: threshold(scores, { contamination: 0.4 }), score: options })
    expect((await isAnomaly(model, data(), { batchSize: 2 })).map(Number)).toEqual(
      [...scores].map((value) => Number(value > Number(threshold(scores, { contamination: 0.4 })))),
    )
  })

  test('refuses a model without a threshold, or with a score that it does not know', async () => {
    using model = linear()
    await expect(isAnomaly(model, data())).rejects.toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`isAnomaly\` received a model whose notes have no threshold.

      Expected: a number
      Received: none
      Fix:      write one: annotate(model, { threshold: threshold(scores, { quantile: 0.99 }) })]
    `)
    annotate(model, { threshold: 1, score: 'distance' })
    await expect(isAnomaly(model, data())).rejects.toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`isAnomaly\` received a model whose notes do not say how to score.

      Expected: options of score, e.g. { kind: "reconstruction" }
      Received: "distance"
      Fix:      write them: annotate(model, { score: { kind: "reconstruction" } })]
    `)
    annotate(model, { score: { kind: 'distance' } })
    await expect(isAnomaly(model, data())).rejects.toThrow('whose notes do not say how to score')
    await expect(isAnomaly(model, data(), { kind: 'reconstruction' } as never)).rejects.toThrow('has no option `kind`')
  })
})
