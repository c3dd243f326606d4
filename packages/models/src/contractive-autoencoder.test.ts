import { registerGradients, termsOf } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import oracle from '../../../reference/oracles/contractive.json' with { type: 'json' }
import { type ContractiveAutoencoder, contractiveAutoencoder } from './contractive-autoencoder.ts'
import type { FusedActivation } from './networks/activation.ts'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

interface Stored {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}
type Case = (typeof oracle)['deep']
const tensorOf = ({ shape, values }: Stored) => tf.tensor([...values], [...shape])
const x = () => tensorOf(oracle.x)

/** A model with the oracle's encoder. */
function modelOf({ layers }: Case, options: Partial<Parameters<typeof contractiveAutoencoder>[0]> = {}) {
  const hidden = layers.slice(0, -1).map(({ bias }) => bias.values.length)
  const model = contractiveAutoencoder({ inputShape: [6], codeSize: 4, hidden, ...options })
  for (const [i, layer] of layers.entries()) {
    for (const name of ['weight', 'bias'] as const)
      model.variables[`encoder.${i}.${name}`]?.assign(tensorOf(layer[name]))
  }
  return model
}

/** The gradients of the summed contraction, in the order of the oracle. */
function gradientsOf(model: ContractiveAutoencoder, address = {}) {
  const gradients = tf.tidy(() => {
    const total = () => tf.sum<tf.Scalar>(model.trace(x(), address).contraction)
    return tf.variableGrads(total, Object.values(model.variables)).grads
  })
  return (name: string) => [...(gradients[model.variables[name]?.name ?? '']?.dataSync() ?? [])]
}

describe.each(['linear', 'relu', 'sigmoid', 'tanh'] as const)('one layer with %s', (activation: FusedActivation) => {
  const expected = oracle.shallow[activation]

  test('has the Jacobian norm of autograd, with its gradients', () => {
    using model = modelOf(expected, { codeActivation: activation })
    expectClose(model.trace(x()).contraction.dataSync(), expected.value.values, { relative: 1e-5 })
    const gradient = gradientsOf(model)
    const tolerance = { absolute: 1e-5 }
    expectClose(gradient('encoder.0.weight'), expected.gradients[0]?.weight.values ?? [], tolerance)
    const bias = gradient('encoder.0.bias')
    expectClose(bias.length === 0 ? [0, 0, 0, 0] : bias, expected.gradients[0]?.bias.values ?? [], tolerance)
  })
})

describe('a deep encoder', () => {
  const draws = 2000
  const options = { activation: 'tanh' } as const

  test('has an estimate whose mean is the Jacobian norm of autograd', () => {
    using model = modelOf(oracle.deep, options)
    const sums = [0, 0, 0]
    const squares = [0, 0, 0]
    for (let step = 0; step < draws; step++) {
      const estimates = tf.tidy(() => model.trace(x(), { seed: 2, step }).contraction.dataSync())
      for (const [i, value] of estimates.entries()) {
        sums[i] = (sums[i] ?? 0) + value
        squares[i] = (squares[i] ?? 0) + value * value
      }
    }
    for (const [i, expected] of oracle.deep.value.values.entries()) {
      const mean = (sums[i] ?? 0) / draws
      const deviation = Math.sqrt(((squares[i] ?? 0) / draws - mean * mean) / draws)
      expect(Math.abs(mean - expected)).toBeLessThan(4 * deviation)
      expect(deviation / mean).toBeLessThan(0.03) // or the comparison would say nothing
    }
  })

  test('has an estimate whose mean gradient is that of autograd', () => {
    using model = modelOf(oracle.deep, options)
    const names = ['encoder.0.weight', 'encoder.0.bias', 'encoder.1.weight', 'encoder.1.bias']
    const sums = new Map<string, number[]>()
    for (let step = 0; step < draws; step++) {
      const gradient = gradientsOf(model, { seed: 4, step })
      for (const name of names) {
        const before = sums.get(name)
        sums.set(
          name,
          gradient(name).map((value, i) => value + (before?.[i] ?? 0)),
        )
      }
    }
    for (const [i, layer] of oracle.deep.gradients.entries()) {
      for (const name of ['weight', 'bias'] as const) {
        const mean = (sums.get(`encoder.${i}.${name}`) ?? []).map((value) => value / draws)
        expectClose(mean, layer[name].values, { absolute: 0.06 })
      }
    }
  })
})

describe('the estimate', () => {
  test('agrees with the exact norm of the same encoder', () => {
    using exact = contractiveAutoencoder({ inputShape: [6], codeSize: 4, codeActivation: 'sigmoid', seed: 3 })
    // swish(x) has no derivative from its output; softplus neither: such codes are estimated
    using estimated = contractiveAutoencoder({ inputShape: [6], codeSize: 4, codeActivation: 'softplus', seed: 3 })
    const weights = exact.variables['encoder.0.weight'] as tf.Variable
    const slopes = tf.sigmoid(
      tf.add(tf.matMul(x() as tf.Tensor2D, weights as tf.Tensor2D), exact.variables['encoder.0.bias'] as tf.Tensor),
    )
    const expected = tf.sum(tf.mul(tf.square(slopes), tf.sum(tf.square(weights), 0)), 1).dataSync() // softplus' = sigmoid
    const sums = [0, 0, 0]
    for (let step = 0; step < 3000; step++) {
      const estimates = tf.tidy(() => estimated.trace(x(), { step }).contraction.dataSync())
      for (const [i, value] of estimates.entries()) sums[i] = (sums[i] ?? 0) + value / 3000
    }
    expectClose(sums, expected, { relative: 0.1 })
  })

  test('is the same for the same seed and step, and another for others', () => {
    using model = modelOf(oracle.deep, { activation: 'tanh' })
    const estimate = (seed: number, step: number) => [...model.trace(x(), { seed, step }).contraction.dataSync()]
    expect(estimate(1, 2)).toEqual(estimate(1, 2))
    expect(estimate(1, 3)).not.toEqual(estimate(1, 2))
    expect(estimate(2, 2)).not.toEqual(estimate(1, 2))
  })

  test('takes a convolutional encoder', () =>
    expectNoLeak(() => {
      const architecture = convolutionalArchitecture({ channels: [2] })
      using model = contractiveAutoencoder({ inputShape: [6, 6, 1], codeSize: 3, architecture, seed: 1 })
      const norms = tf.tidy(() => [...model.trace(tf.fill([2, 6, 6, 1], 0.5)).contraction.dataSync()])
      expect(norms.every((norm) => norm > 0)).toBe(true)
    }))
})

describe('contractiveAutoencoder', () => {
  test('is trained on reconstruction + weight contraction', () => {
    using model = modelOf(oracle.shallow.sigmoid, { weight: 2.5 })
    const trace = model.trace(tf.sigmoid(x()))
    const { contraction, reconstruction } = termsOf(model.objective, trace)
    expect(contraction).toEqual({ value: trace.contraction, weight: 2.5 })
    expect(reconstruction.weight).toBe(1)
    expect(model.config.weight).toBe(2.5)
  })

  test('refuses a negative weight, and an unknown option', () => {
    expect(() => contractiveAutoencoder({ inputShape: [6], weight: -1 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`contractiveAutoencoder\` received a bad \`weight\`.

      Expected: a finite number of at least 0
      Received: -1
      Fix:      pass a finite number of at least 0]
    `)
    expect(() => contractiveAutoencoder({ inputShape: [6], penalty: 1 } as never)).toThrow('has no option `penalty`')
  })
})
