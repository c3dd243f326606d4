import { registerGradients, termsOf } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { vae } from './vae.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const options = { inputShape: [4, 3, 1], latentSize: 2, hidden: [6], seed: 1 }

describe('vae.sample', () => {
  test('gives the same images for the same seed, and others for another', () => {
    using model = vae(options)
    const images = (seed: number) => [...model.sample(3, { seed }).dataSync()]
    expect(model.sample(3).shape).toEqual([3, 4, 3, 1])
    expect(images(0)).toEqual(images(0))
    expect(images(1)).not.toEqual(images(0))
  })

  test('draws latents from the prior scaled by the temperature; at 0 they are its mean', () => {
    using model = vae(options)
    const atZero = model.decode(tf.zeros([1, 2])).dataSync()
    const cold = model.sample(2, { seed: 5, temperature: 0 }).dataSync()
    expectClose(cold, [...atZero, ...atZero], { relative: 1e-6 })
  })

  test('leaks nothing', () => {
    using model = vae(options)
    expectNoLeak(() => model.sample(4).dispose())
  })

  test.each([0, 1.5, -1])('refuses a count of %s', (count) => {
    using model = vae(options)
    expect(() => model.sample(count)).toThrow('`sample` received a bad `count`')
  })

  test('refuses a negative temperature and an unknown option', () => {
    using model = vae(options)
    expect(() => model.sample(1, { temperature: -1 })).toThrow('`temperature`')
    expect(() => model.sample(1, { sed: 1 } as never)).toThrow('did you mean seed?')
  })
})

describe('vae.posterior', () => {
  test('has the mean that encode gives, and the code of a trace is drawn from it', () => {
    using model = vae(options)
    const x = tf.fill([1, 4, 3, 1], 0.5)
    const { mean, logVariance } = model.posterior(x)
    expect([...mean.dataSync()]).toEqual([...model.encode(x).dataSync()])
    const codes = Array.from({ length: 400 }, (_, step) => [...model.trace(x, { seed: 1, step }).code.dataSync()])
    const [m, v] = [mean.dataSync()[0] ?? 0, Math.exp(logVariance.dataSync()[0] ?? 0)]
    const first = codes.map(([z]) => z ?? 0)
    const average = first.reduce((sum, z) => sum + z, 0) / first.length
    const variance = first.reduce((sum, z) => sum + (z - average) ** 2, 0) / first.length
    expect(Math.abs(average - m)).toBeLessThan(5 * Math.sqrt(v / first.length))
    expect(variance / v).toBeGreaterThan(0.7)
    expect(variance / v).toBeLessThan(1.4)
  })
})

describe('vae gradients', () => {
  test('agree with finite differences of the objective in every variable', async () => {
    using model = vae(options)
    const x = tf.fill([2, 4, 3, 1], 0.3)
    const total = () =>
      tf.tidy(() => {
        const terms = termsOf(model.objective, model.trace(x, { seed: 1, step: 0 }))
        const values = Object.values(terms).map(({ value }) => value)
        return tf.add<tf.Scalar>(tf.mean(values[0] as tf.Tensor), tf.mean(values[1] as tf.Tensor))
      })
    const { grads } = tf.variableGrads(total, Object.values(model.variables))
    for (const [name, variable] of Object.entries(model.variables)) {
      const values = variable.dataSync()
      const at = (index: number, value: number) => {
        const changed = Float32Array.from(values)
        changed[index] = value
        variable.assign(tf.tensor(changed, variable.shape))
        return total().dataSync()[0] ?? Number.NaN
      }
      const index = Math.floor(values.length / 2)
      const step = 2 ** -6
      const start = values[index] ?? 0
      const difference = (at(index, start + step) - at(index, start - step)) / (2 * step)
      at(index, start)
      expectClose([grads[variable.name]?.dataSync()[index] ?? Number.NaN], [difference], {
        absolute: 2e-3,
        relative: 2e-2,
      })
      expect(name).toMatch(/^(encoder\.0|mean|logVariance|decoder\.[01])\.(weight|bias)$/)
    }
  })
})

describe('vae refuses', () => {
  test.each([0, 1.5])('a latentSize of %s', (latentSize) => {
    expect(() => vae({ ...options, latentSize })).toThrow('Expected: a positive integer')
  })

  test('an unknown option, naming the nearest', () => {
    expect(() => vae({ ...options, latentDim: 16 } as never)).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`vae\` has no option \`latentDim\`.

      Expected: inputShape, latentSize, architecture, hidden, activation, likelihood, seed
      Received: latentDim
      Fix:      did you mean latentSize?]
    `)
  })

  test('to be made without its shape', () => {
    expect(() => vae({ latentSize: 2 } as never)).toThrow('needs the option `inputShape`')
  })

  test('an unknown activation', () => {
    expect(() => vae({ ...options, activation: 'softmax' as never })).toThrow('one of linear, relu, sigmoid, tanh')
  })
})
