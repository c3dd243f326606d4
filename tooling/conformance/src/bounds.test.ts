// The importance weighted bound, the decomposed KL term and the label of a conditional model, on every backend.
import { type GaussianTrace, registerGradients, type WeightedTerm } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { bernoulli, betaTotalCorrelation, doublyReparameterize, importanceWeightedBound } from '@ae/losses'
import { conditionalVae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import oracle from '../../../reference/oracles/bounds.json' with { type: 'json' }
import { expectNear, relativeDifference, type StoredTensor, valuesOf } from './closeness.ts'
import { noteError } from './noted.ts'
import { onBackend } from './on-backend.ts'
import { secondDerivatives } from './second-derivatives.ts'

const read = ({ shape, values }: StoredTensor) => tf.tensor([...values], [...shape] as [number, number]) as tf.Tensor2D
const tolerance = { relative: 2e-5, absolute: 2e-5 }

onBackend('bounds agree with PyTorch, each value and gradient', () => {
  test('importanceWeightedBound', () => {
    const { target, inputs, upstream, value, gradients, seconds } = oracle.importanceWeightedBound
    return agree({ inputs, upstream, value, gradients, seconds }, (output, code, mean, logVariance) => {
      const trace = traceOf(read(target), { output, code, mean, logVariance })
      return importanceWeightedBound()(trace, 0).bound as tf.Tensor
    })
  })

  test('doublyReparameterize', () => {
    const { target, noise, inputs, gradients } = oracle.doublyReparameterized
    const upstream = { shape: [], values: [1] }
    return agree({ inputs, upstream, gradients }, (meanWeight, logVarianceWeight, decoderWeight) => {
      const [batch, samples, latentSize] = noise.shape as [number, number, number]
      const draws = tf.tensor3d([...noise.values], [batch, samples, latentSize])
      const all = read(target)
      const x = tf.reshape<tf.Rank.R2>(tf.slice(tf.reshape(all, [batch, samples, -1]), 0, [batch, 1, -1]), [batch, -1])
      const mean = tf.matMul(x, meanWeight) as tf.Tensor2D
      const logVariance = tf.matMul(x, logVarianceWeight) as tf.Tensor2D
      const deviation = tf.exp(tf.mul(tf.expandDims(logVariance, 1), 0.5))
      const drawn = tf.reshape(tf.add(tf.expandDims(mean, 1), tf.mul(deviation, draws)), [
        -1,
        latentSize,
      ]) as tf.Tensor2D
      const seam = doublyReparameterize(drawn, samples)
      const output = tf.matMul(seam.code, decoderWeight) as tf.Tensor2D
      const trace = { ...traceOf(all, { output, code: seam.code, mean, logVariance }), ...seam }
      return tf.mean(importanceWeightedBound()(trace, 0).bound as tf.Tensor)
    })
  })

  test('betaTotalCorrelation', () => {
    const objective = betaTotalCorrelation({ exampleCount: 1000 })
    return agree(oracle.totalCorrelation, (code, mean, logVariance) => {
      const terms = objective(traceOf(tf.zeros([4, 2]), { output: tf.zeros([4, 2]), code, mean, logVariance }), 0)
      const parts = [terms.mutualInformation, terms.totalCorrelation, terms.dimensionWiseKl] as WeightedTerm[]
      return tf.stack(parts.map((term) => term.value))
    })
  })
})

onBackend('a conditional model', () => {
  test('receives its labels exactly: each is ten times a row of the weights', async () => {
    using model = conditionalVae({ inputShape: [3], latentSize: 2, classes: 4, hidden: [] })
    for (const variable of Object.values(model.variables)) variable.assign(tf.zerosLike(variable))
    const rows = [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8] // three features, then four labels
    model.variables['mean.weight']?.assign(tf.tensor2d(rows, [7, 2]))
    const code = model.encode(tf.ones([3, 3]), tf.tensor1d([2, 0, 3], 'int32'))
    expect([...(await code.data())]).toEqual([50, 60, 10, 20, 70, 80])
  })
})

function traceOf(
  target: tf.Tensor2D,
  { output, code, mean, logVariance }: Record<'output' | 'code' | 'mean' | 'logVariance', tf.Tensor2D>,
): GaussianTrace {
  return { input: target, target, code, output, likelihood: bernoulli, posterior: { mean, logVariance } }
}

/** A program at a point, as `reference/bounds.py` writes it. */
interface Case {
  readonly inputs: Tensors
  readonly upstream: StoredTensor
  readonly value?: StoredTensor
  readonly gradients: Tensors
  readonly seconds?: Tensors
}

type Tensors = Readonly<Record<string, StoredTensor>>

/** Compares the program's gradients, and its value and second derivatives if given, with the oracle's. */
function agree(
  { inputs, upstream, value: expectedValue, gradients, seconds }: Case,
  program: (...inputs: [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]) => tf.Tensor,
): Promise<void> {
  return expectNoLeak(async () => {
    registerGradients()
    const results = tf.tidy(() => {
      const points = Object.values(inputs).map(read)
      const value = (...all: tf.Tensor[]) => program(...(all as Parameters<typeof program>))
      const found = tf.grads((...all) => tf.sum(tf.mul(value(...all), read(upstream))))(points)
      const second = seconds === undefined ? [] : secondDerivatives(value, points, read(upstream))
      const named = (tensors: tf.Tensor[], what = '') =>
        Object.fromEntries(tensors.map((tensor, i) => [`${Object.keys(inputs)[i]}${what}`, tensor]))
      return { value: value(...points), ...named(found), ...named(second, ', second') }
    })
    const actual = await valuesOf(results)
    tf.dispose(results)
    for (const [name, expected] of Object.entries({ value: expectedValue, ...gradients })) {
      if (expected === undefined) continue
      noteError(relativeDifference(actual[name] ?? [], expected.values))
      expectClose(actual[name] ?? [], expected.values, tolerance)
    }
    const second = Object.entries(seconds ?? {}).map(([name, { values }]) => [name, values] as const)
    const actualSecond = second.map(([name]) => [name, actual[`${name}, second`] ?? []])
    expectNear(Object.fromEntries(actualSecond), Object.fromEntries(second), 2e-5)
  })
}
