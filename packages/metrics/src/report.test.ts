import { fromArray, withLabels } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { autoencoder, conditionalVae } from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { estimateOf } from './estimate.ts'
import { klPerLatent } from './latents.ts'
import { importanceSampledLogLikelihood } from './log-likelihood.ts'
import { report } from './report.ts'
import { gapOf, linearExamples, linearGaussian } from './testing/linear-gaussian.ts'
import { klDecomposition } from './total-correlation.ts'

beforeAll(() => tf.setBackend('cpu'))

describe('report of a variational model', () => {
  test('gives figures that closed forms and the functions of single ones confirm', async () => {
    const { data, rows, logLikelihoods } = linearExamples(300)
    const posterior = { moved: 0.8, wider: 0.5 }
    using model = linearGaussian(posterior)
    const { figures, latents, kind } = await report(model, data, { samples: 200, codes: 100, seed: 1 })
    const exact = estimateOf(logLikelihoods, { unit: 'nats', estimator: '' })
    const { elbo, reconstruction, kl, logLikelihood, activeUnits } = figures
    expect(kind).toBe('vae')
    expect(Math.abs((logLikelihood?.value ?? 0) - exact.value)).toBeLessThan(0.05)
    expect(logLikelihood?.standardError).toBeCloseTo(exact.standardError, 1)
    const gaps = rows.map((x) => gapOf(x, posterior))
    const gap = estimateOf(gaps, { unit: 'nats', estimator: '' })
    expect(Math.abs(exact.value - gap.value - elbo.value)).toBeLessThan(3 * elbo.standardError)
    expect(elbo.value).toBeCloseTo(-reconstruction.value - kl.value, 5)
    expect([elbo.isBound, logLikelihood?.isBound, kl.isBound]).toEqual([true, true, false])
    expect(kl.value).toBeCloseTo(
      latents.reduce((sum, latent) => sum + latent.kl.value, 0),
      5,
    )
    expect(activeUnits.value).toBe(2)
    expect(latents.map((latent) => latent.kl)).toEqual(await klPerLatent(model, data))
    const { values: _, ...single } = await importanceSampledLogLikelihood(model, data, { samples: 200, seed: 1 })
    expect(logLikelihood).toEqual(single)
    expect(figures).toMatchObject(await klDecomposition(model, data, { samples: 100, seed: 1 }))
  })

  test('is a table as text, and plain data as JSON', async () => {
    const { data } = linearExamples(40)
    using model = linearGaussian()
    const whole = await report(model, data, { samples: 2 })
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole)
    expect(structuredClone(whole)).toEqual(whole)
    const lines = String(whole).split('\n')
    expect(lines[0]).toBe('vae on array, 40 examples')
    expect(lines[2]).toMatch(/^figure +value +unit +estimator$/)
    for (const name of Object.keys(whole.figures)) expect(String(whole)).toContain(`\n${name} `)
    expect(lines.find((line) => line.startsWith('logLikelihood'))).toMatch(
      /-\d.* ± .* nats +bound +importance sampling, 2 codes/,
    )
    expect(lines.at(-1)).toMatch(/^\d: [\d.]+ {2}\d: [\d.]+$/)
  })

  test('does not depend on the batch size, and leaves out what 0 samples leave out', async () => {
    const { data } = linearExamples(30)
    using model = linearGaussian({ wider: 0.3 })
    const [one, other] = [
      await report(model, data, { samples: 0, batchSize: 7 }),
      await report(model, data, { samples: 0, batchSize: 30 }),
    ]
    expect(Object.keys(one.figures)).not.toContain('logLikelihood')
    for (const [name, { value }] of Object.entries(one.figures)) {
      expect(value, name).toBeCloseTo(other.figures[name as 'kl'].value, 4)
    }
  })

  test('tells the progress of the long part, and stops at a signal without leaving a tensor behind', () =>
    expectNoLeak(async () => {
      const { data } = linearExamples(30)
      using model = linearGaussian()
      const controller = new AbortController()
      const run = report(model, data, {
        samples: 1500,
        signal: controller.signal,
        onProgress: ({ done }) => {
          if (done === 2) controller.abort(new Error('enough'))
        },
      })
      await expect(run).rejects.toThrow('enough')
    }))
})

describe('report of another model', () => {
  test('has the errors of its reconstructions, of labelled data too', async () => {
    const examples = fromArray(Float32Array.of(0, 1, 0.5, 0.25), { shape: [2], labels: [0, 1] })
    using model = autoencoder({ inputShape: [2], codeSize: 1, hidden: [] })
    const plain = await report(model, examples)
    expect(Object.keys(plain.figures)).toEqual(['meanSquaredError', 'meanAbsoluteError', 'binaryCrossEntropy'])
    expect(plain).toEqual(await report(model, withLabels(examples)))
    expect(plain.latents).toBe(undefined)
    expect(String(plain)).not.toContain('latent')
  })

  test('of one that needs labels is refused', async () => {
    const examples = fromArray(Float32Array.of(0, 1, 0.5, 0.25), { shape: [2], labels: [0, 1] })
    using model = conditionalVae({ inputShape: [2], classes: 2, latentSize: 1, hidden: [] })
    await expect(report(model as never, examples)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`report\` received \`model\` that needs a label for each example.

      Expected: a model with reconstruct and encode for examples without labels
      Received: { kind, inputShape, codeSize, classes, config, likelihood, variables, state }
      Fix:      choose the label first: pass model.forLabel(label)]
    `)
  })

  test('refuses what it does not know', async () => {
    const { data } = linearExamples(3)
    using model = linearGaussian()
    await expect(report(model, data, { sample: 3 } as never)).rejects.toThrow('did you mean samples?')
    await expect(report({} as never, data)).rejects.toThrow('report')
  })
})
