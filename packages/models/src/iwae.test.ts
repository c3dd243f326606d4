import { load, memory, registerGradients, save, termsOf } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { negativeElbo } from '@ae/losses'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Iwae, iwae } from './iwae.ts'
import { vae } from './vae.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const options = { inputShape: [4, 3, 1], latentSize: 2, hidden: [6], samples: 3, seed: 1 }
const examples = (count: number) => tf.randomUniform([count, 4, 3, 1], 0, 1, 'float32', 7)
const valuesOf = (x: tf.Tensor | undefined) => [...(x?.dataSync() ?? [])]

describe('iwae', () => {
  test('decodes `samples` codes an example, one after the other, and encodes each example once', () => {
    using model = iwae(options)
    const x = examples(2)
    const { code, target, output, posterior } = model.trace(x, { seed: 3 })
    expect([code.shape, target.shape, output.shape]).toEqual([
      [6, 2],
      [6, 4, 3, 1],
      [6, 4, 3, 1],
    ])
    expect(posterior.mean.shape).toEqual([2, 2])
    const pixels = valuesOf(x)
    const [first, second] = [pixels.slice(0, 12), pixels.slice(12)]
    expect(valuesOf(target)).toEqual([first, first, first, second, second, second].flat())
    expect(valuesOf(model.output(code))).toEqual(valuesOf(output))
  })

  test('draws each code from the posterior of its own example', () => {
    using model = iwae({ ...options, samples: 400 })
    const { code, posterior } = model.trace(examples(2), { seed: 3 })
    const codes = tf.reshape(code, [2, 400, 2])
    const { mean, variance } = tf.moments(codes, 1)
    const spread = Math.exp(Math.max(...valuesOf(posterior.logVariance)) / 2)
    expectClose(valuesOf(mean), valuesOf(posterior.mean), { absolute: (5 * spread) / 20 })
    expectClose(valuesOf(tf.log(variance)), valuesOf(posterior.logVariance), { absolute: 0.4 })
  })

  test('starts with the weights of a vae, and with one sample has its codes', () => {
    using model = iwae({ ...options, samples: 1 })
    using plain = vae({ inputShape: [4, 3, 1], latentSize: 2, hidden: [6], seed: 1 })
    const x = examples(2)
    expectClose(
      valuesOf(model.trace(x, { seed: 2, step: 5 }).code),
      valuesOf(plain.trace(x, { seed: 2, step: 5 }).code),
      {
        absolute: 1e-6,
      },
    )
  })

  test('has a doubly reparameterised gradient that agrees with the standard one in expectation', () => {
    const x = examples(2)
    const mean = (gradient: 'standard' | 'doublyReparameterized') => {
      using model = iwae({ ...options, gradient })
      let sum: tf.Tensor = tf.zeros([2])
      for (let step = 0; step < 1500; step++) sum = tf.add(sum, gradientOf(model, x, step))
      return valuesOf(tf.div(sum, 1500))
    }
    tf.tidy(() => {
      expectClose(mean('doublyReparameterized'), mean('standard'), { absolute: 0.03 })
    })
  })

  test('has the gradient of finite differences in every variable', () => {
    using model = iwae(options)
    const x = examples(2)
    const total = () =>
      tf.tidy(() => tf.mean<tf.Scalar>(termsOf(model.objective, model.trace(x, { seed: 1 })).bound.value))
    const { grads } = tf.variableGrads(total, Object.values(model.variables))
    for (const variable of Object.values(model.variables)) {
      const values = variable.dataSync()
      const index = Math.floor(values.length / 2)
      const at = (value: number) => {
        const changed = Float32Array.from(values)
        changed[index] = value
        variable.assign(tf.tensor(changed, variable.shape))
        return total().dataSync()[0] ?? Number.NaN
      }
      const [start, step] = [values[index] ?? 0, 2 ** -6]
      const difference = (at(start + step) - at(start - step)) / (2 * step)
      at(start)
      expectClose([grads[variable.name]?.dataSync()[index] ?? Number.NaN], [difference], {
        absolute: 2e-3,
        relative: 2e-2,
      })
    }
  })

  test.each(['standard', 'doublyReparameterized'] as const)('leaks nothing with the %s gradient', (gradient) => {
    using model = iwae({ ...options, gradient })
    const x = examples(2)
    expectNoLeak(() => {
      tf.tidy(() => {
        gradientOf(model, x, 0)
      })
    })
  })

  test('keeps samples and gradient in its file', async () => {
    using model = iwae({ ...options, gradient: 'doublyReparameterized' })
    const store = memory()
    await save(model, store)
    using loaded = await load(store, iwae)
    expect(loaded.config).toEqual(model.config)
    expect(loaded.config).toMatchObject({ samples: 3, gradient: 'doublyReparameterized' })
  })
})

describe('iwae with the objective of a vae', () => {
  test('is trained on the ELBO, from several codes an example', () => {
    using model = iwae(options)
    const { reconstruction } = termsOf(negativeElbo(), model.trace(examples(2)))
    expect(reconstruction.value.shape).toEqual([6])
  })
})

describe('iwae refuses', () => {
  test('a number of samples that is none', () => {
    expect(() => iwae({ ...options, samples: 0 })).toThrow('`iwae` received a bad `samples`')
  })

  test('a gradient that it does not have', () => {
    expect(() => iwae({ ...options, gradient: 'score' as never })).toThrow('one of standard, doublyReparameterized')
  })
})

/** The gradient of the bound's mean in the bias of the posterior's mean. */
function gradientOf(model: Iwae, x: tf.Tensor, step: number): tf.Tensor {
  const bias = model.variables['mean.bias'] as tf.Variable
  const { grads } = tf.variableGrads(
    () => tf.mean<tf.Scalar>(termsOf(model.objective, model.trace(x, { seed: 1, step })).bound.value),
    [bias],
  )
  return grads[bias.name] as tf.Tensor
}
