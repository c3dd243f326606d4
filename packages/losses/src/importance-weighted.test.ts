import { type GaussianTrace, registerGradients, termsOf } from '@ae/core'
import { centralDifferences, expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/bounds.json' with { type: 'json' }
import { bernoulli } from './bernoulli.ts'
import { doublyReparameterize, type ImportanceWeightedTrace, importanceWeightedBound } from './importance-weighted.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

interface Stored {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}
const read = <rank extends tf.Rank = tf.Rank.R2>({ shape, values }: Stored) =>
  tf.tensor([...values], [...shape] as [number]) as unknown as tf.Tensor<rank>
const { importanceWeightedBound: plain, doublyReparameterized } = oracle
const tolerance = { absolute: 2e-5, relative: 2e-5 }

const traceOf = (output: tf.Tensor2D, code: tf.Tensor2D, mean: tf.Tensor2D, logVariance: tf.Tensor2D) => {
  const target = read(plain.target)
  const trace: GaussianTrace = {
    input: target,
    target,
    code,
    output,
    likelihood: bernoulli,
    posterior: { mean, logVariance },
  }
  return trace
}
const names = ['output', 'code', 'mean', 'logVariance'] as const
const inputs = () =>
  names.map((name) => read(plain.inputs[name])) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
const boundOf = (trace: ImportanceWeightedTrace) => termsOf(importanceWeightedBound(), trace).bound.value as tf.Tensor1D
const reported = (term: unknown) => [...(term as { value: tf.Tensor }).value.dataSync()]

describe('importanceWeightedBound', () => {
  test('is that of PyTorch', () => {
    expectClose(boundOf(traceOf(...inputs())).dataSync(), plain.value.values, tolerance)
  })

  test('has the gradients of PyTorch in output, code and posterior', () => {
    const weighted = (...all: tf.Tensor2D[]) =>
      tf.sum(tf.mul(boundOf(traceOf(...(all as ReturnType<typeof inputs>))), read(plain.upstream)))
    const gradients = tf.grads(weighted as never)(inputs())
    names.forEach((name, i) => {
      expectClose(gradients[i]?.dataSync() ?? [], plain.gradients[name].values, tolerance)
    })
  })

  test('has the gradients of central differences', async () => {
    const [output, code, mean, logVariance] = inputs()
    const f = (z: tf.Tensor2D) => tf.sum<tf.Scalar>(boundOf(traceOf(output, z, mean, logVariance)))
    const differences = await centralDifferences(
      (z) => f(tf.tensor2d(z, code.shape)).dataSync()[0] ?? 0,
      code.dataSync(),
    )
    expectClose(
      tf
        .grad(f as never)(code)
        .dataSync(),
      differences,
      { absolute: 2e-4 },
    )
  })

  test('with one sample is the negative log weight: reconstruction + kl, which are reported but not minimised', () => {
    const [output, code] = inputs()
    const [mean, logVariance] = [tf.zeros<tf.Rank.R2>([12, 2]), tf.ones<tf.Rank.R2>([12, 2])]
    const terms = termsOf(importanceWeightedBound(), traceOf(output, code, mean, logVariance))
    const [reconstruction, kl] = [reported(terms.reconstruction), reported(terms.kl)]
    expectClose(
      terms.bound.value.dataSync(),
      reconstruction.map((r, i) => r + (kl[i] ?? 0)),
      tolerance,
    )
    expect(terms.reconstruction).toMatchObject({ weight: 0 })
    expect(terms.kl).toMatchObject({ weight: 0 })
  })

  test('is tighter with more samples than their mean negative log weight, and never above it', () => {
    const terms = termsOf(importanceWeightedBound(), traceOf(...inputs()))
    const [reconstruction, kl] = [reported(terms.reconstruction), reported(terms.kl)]
    ;[...terms.bound.value.dataSync()].forEach((bound, example) => {
      const rows = [0, 1, 2, 3].map((sample) => example * 4 + sample)
      expect(bound).toBeLessThan(rows.reduce((sum, row) => sum + (reconstruction[row] ?? 0) + (kl[row] ?? 0), 0) / 4)
    })
  })

  test('stays finite where every weight underflows', () => {
    const [output, code, mean, logVariance] = inputs()
    const far = tf.mul(output, 1e4) as tf.Tensor2D
    expect([...boundOf(traceOf(far, code, mean, logVariance)).dataSync()].every(Number.isFinite)).toBe(true)
  })

  test('refuses a code that does not belong to its posterior', () => {
    const [output, code] = inputs()
    const wrong = tf.zeros<tf.Rank.R2>([5, 2])
    expect(() => boundOf(traceOf(output, code, wrong, wrong))).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`importanceWeightedBound\` received a code that does not belong to its posterior.

      Expected: [5 * samples, 2]
      Received: [12, 2]
      Fix:      give \`code\`, \`target\` and \`output\` the same number of rows for each row of the posterior]
    `)
  })
})

describe('doublyReparameterize', () => {
  const weightNames = ['meanWeight', 'logVarianceWeight', 'decoderWeight'] as const
  const weights = () => weightNames.map((name) => read(doublyReparameterized.inputs[name]))
  /** The bound's batch mean for a network of three matrices. */
  const loss =
    (doubly: boolean) =>
    (...[meanWeight, logVarianceWeight, decoderWeight]: tf.Tensor2D[]) => {
      const target = read(doublyReparameterized.target)
      const noise = read<tf.Rank.R3>(doublyReparameterized.noise)
      const [batch, samples, latentSize] = noise.shape
      const x = tf.reshape<tf.Rank.R2>(tf.slice(tf.reshape(target, [batch, samples, -1]), [0, 0, 0], [batch, 1, -1]), [
        batch,
        -1,
      ])
      const mean = tf.matMul(x, meanWeight as tf.Tensor2D) as tf.Tensor2D
      const logVariance = tf.matMul(x, logVarianceWeight as tf.Tensor2D) as tf.Tensor2D
      const deviation = tf.exp(tf.mul(tf.expandDims(logVariance, 1), 0.5))
      const drawn = tf.reshape<tf.Rank.R2>(tf.add(tf.expandDims(mean, 1), tf.mul(deviation, noise)), [-1, latentSize])
      const seam = doubly ? doublyReparameterize(drawn, samples) : { code: drawn }
      const output = tf.matMul(seam.code, decoderWeight as tf.Tensor2D)
      return tf.mean<tf.Scalar>(
        boundOf({ input: x, target, output, likelihood: bernoulli, posterior: { mean, logVariance }, ...seam }),
      )
    }
  const gradients = (doubly: boolean) =>
    tf
      .grads(loss(doubly) as never)(weights())
      .map((g) => [...g.dataSync()])

  test('leaves the bound as it is', () => {
    expectClose(loss(true)(...weights()).dataSync(), loss(false)(...weights()).dataSync(), { relative: 1e-6 })
  })

  test("has the gradients of the paper's equation 8, by PyTorch", () => {
    gradients(true).forEach((gradient, i) => {
      expectClose(gradient, doublyReparameterized.gradients[weightNames[i] ?? 'meanWeight'].values, tolerance)
    })
  })

  test("leaves the decoder's gradient as it is, and changes the encoder's", () => {
    const [[ofMean, , ofDecoder], [plainOfMean, , plainOfDecoder]] = [gradients(true), gradients(false)]
    expectClose(ofDecoder ?? [], plainOfDecoder ?? [], tolerance)
    expect(Math.abs((ofMean?.[0] ?? 0) - (plainOfMean?.[0] ?? 0))).toBeGreaterThan(1e-3)
  })

  test('leaks nothing', () =>
    expectNoLeak(() => {
      tf.tidy(() => {
        tf.grads(loss(true) as never)(weights())
      })
    }))
})
