import { evaluate, load, memory, registerGradients, save, termsOf, train } from '@ae/core'
import { fromArray, mnist } from '@ae/datasets'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { gaussianNoise, maskingNoise } from './corruption/corruption.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { vae } from './vae.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

const options = { inputShape: [28, 28, 1], hidden: [32], codeSize: 8, seed: 1 }
const examples = () => tf.fill([2, 28, 28, 1], 0.4)
const plain = () => autoencoder(options)

describe('denoisingAutoencoder', () => {
  test('encodes a corrupted input and compares with the clean one, in training and outside it', () => {
    const corruption = maskingNoise({ rate: 0.5 })
    using model = denoisingAutoencoder({ model: plain(), corruption })
    const x = examples()
    for (const training of [true, false]) {
      const trace = model.trace(x, { seed: 3, step: 5, training })
      expect(trace.target).toBe(x)
      expect([...trace.input.dataSync()]).toEqual([...corruption.corrupt(x, { seed: 3, step: 5 }).dataSync()])
      expect([...trace.code.dataSync()]).toEqual([...model.encode(trace.input).dataSync()])
    }
    expect([...model.trace(x, { step: 1 }).input.dataSync()]).not.toEqual([...model.trace(x).input.dataSync()])
  })

  test('encodes and reconstructs as the wrapped model, without corruption', () => {
    using model = denoisingAutoencoder({ model: plain() })
    using same = plain()
    const x = examples()
    expect([...model.encode(x).dataSync()]).toEqual([...same.encode(x).dataSync()])
    expect([...model.reconstruct(x).dataSync()]).toEqual([...same.reconstruct(x).dataSync()])
  })

  test('goes on with the pass and the corruption that it was made of when somebody puts others in their place', () => {
    const [inner, corruption] = [plain(), maskingNoise({ rate: 0.5 })]
    using model = denoisingAutoencoder({ model: inner, corruption })
    const x = examples()
    const output = () => tf.tidy(() => [...model.trace(x, { seed: 3 }).output.dataSync()])
    const before = output()
    Object.assign(corruption, { corrupt: (x: tf.Tensor) => tf.zerosLike(x) })
    Object.assign(inner, { trace: () => ({}) })
    expect(output()).toEqual(before)
    x.dispose()
  })

  test('adds noise of standard deviation 0.3 unless told otherwise', () => {
    using model = denoisingAutoencoder({ model: plain() })
    expect(model.corruption.config).toEqual(gaussianNoise({ standardDeviation: 0.3 }).config)
  })

  test('meets the same noise in every evaluation: seed and batch fix it', async () => {
    using model = denoisingAutoencoder({ model: plain() })
    const digits = await mnist({ split: 'test', limit: 96 })
    const once = await evaluate(model, digits, { batchSize: 32, seed: 4 })
    expect(await evaluate(model, digits, { batchSize: 32, seed: 4 })).toEqual(once)
    expect(await evaluate(model, digits, { batchSize: 32, seed: 5 })).not.toEqual(once)
  })

  test('learns to remove noise: from noisy examples it beats the same network that never saw noise', async () => {
    const stripes = Array.from({ length: 64 }, (_, i) => Array.from({ length: 16 }, (_, j) => Number(j % 4 === i % 4)))
    const data = fromArray(stripes, { shape: [16] })
    const small = () => autoencoder({ inputShape: [16], hidden: [16], codeSize: 8, seed: 1 })
    const settings = { epochs: 60, batchSize: 16, learningRate: 1e-2, seed: 2 }
    using model = denoisingAutoencoder({ model: small() })
    using control = small()
    for await (const _ of train(model, data, settings));
    for await (const _ of train(control, data, settings));
    const { total } = await evaluate(model, data)
    expect(total).toBeLessThan(0.5 * (await evaluate(denoisingAutoencoder({ model: control }), data)).total)
  })

  test('keeps what the wrapped model can do: a VAE still samples, infers and reports its KL', () => {
    const variational = vae({ inputShape: [28, 28, 1], hidden: [16], latentSize: 3 })
    using model = denoisingAutoencoder({ model: variational })
    expect(model.sample(2).shape).toEqual([2, 28, 28, 1])
    const x = examples()
    const { posterior, input } = model.trace(x, { seed: 1 })
    expectClose(posterior.mean.dataSync(), model.posterior(input).mean.dataSync(), { relative: 1e-6 })
    expect(Object.keys(termsOf(model.objective, model.trace(x)))).toEqual(['reconstruction', 'kl'])
  })

  test('owns the wrapped model: disposing of it releases that one too', () => {
    const wrapped = plain()
    denoisingAutoencoder({ model: wrapped }).dispose()
    expect(() => wrapped.encode(examples())).toThrow('disposed of')
  })

  test('leaks nothing', () =>
    expectNoLeak(() => {
      using model = denoisingAutoencoder({ model: plain() })
      const x = examples()
      tf.tidy(() => {
        model.trace(x)
      })
      x.dispose()
    }))
})

describe('a saved denoisingAutoencoder', () => {
  test('is loaded with the kind that it wraps, corruption included', async () => {
    using model = denoisingAutoencoder({ model: plain(), corruption: maskingNoise({ rate: 0.1 }) })
    const store = memory()
    await save(model, store)
    using loaded = await load(store, denoisingAutoencoder, autoencoder)
    expect(loaded.kind).toBe('denoisingAutoencoder')
    expect(loaded.config).toEqual({
      model: { kind: 'autoencoder', config: expect.objectContaining({ codeSize: 8 }) },
      corruption: { kind: 'maskingNoise', rate: 0.1 },
    })
    const x = examples()
    expect([...loaded.trace(x).output.dataSync()]).toEqual([...model.trace(x).output.dataSync()])
  })

  test('may wrap another that wraps a third', async () => {
    using model = denoisingAutoencoder({ model: denoisingAutoencoder({ model: plain() }), corruption: maskingNoise() })
    const store = memory()
    await save(model, store)
    using loaded = await load(store, denoisingAutoencoder, autoencoder)
    expect(loaded.config).toEqual(model.config)
  })

  test('is refused without the kind that it wraps', async () => {
    using model = denoisingAutoencoder({ model: plain() })
    const store = memory()
    await save(model, store)
    const failure = await load(store, denoisingAutoencoder, vae).catch((error) => error)
    expect(failure.cause).toMatchInlineSnapshot(`
      [OptionError: \`denoisingAutoencoder\` wraps a model of a kind that was not passed: "autoencoder".

      Expected: denoisingAutoencoder, vae
      Received: "autoencoder"
      Fix:      pass the factory of that kind too, e.g. load(store, denoisingAutoencoder, autoencoder)]
    `)
    expect(() => denoisingAutoencoder.fromConfig({ corruption: { kind: 'maskingNoise' } }, [])).toThrow('undefined')
  })

  test('releases what it made when the wrapped model is no autoencoder', () =>
    expectNoLeak(() => {
      let disposed = false
      const odd = { kind: 'odd', fromConfig: () => ({ dispose: () => (disposed = true) }) as never }
      const config = { model: { kind: 'odd', config: {} }, corruption: { kind: 'maskingNoise' } }
      expect(() => denoisingAutoencoder.fromConfig(config, [odd])).toThrow('bad `model`')
      expect(disposed).toBe(true)
    }))
})

describe('denoisingAutoencoder refuses', () => {
  test('to be made without a model, or of something else', () => {
    expect(() => denoisingAutoencoder({} as never)).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`denoisingAutoencoder\` needs the option \`model\`.

      Expected: a model without labels that can encode, decode and be trained, e.g. autoencoder({ inputShape: [28, 28, 1] })
      Received: undefined
      Fix:      pass model]
    `)
    expect(() => denoisingAutoencoder({ model: options as never })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`denoisingAutoencoder\` received a bad \`model\`.

      Expected: a model without labels that can encode, decode and be trained, e.g. autoencoder({ inputShape: [28, 28, 1] })
      Received: { inputShape, hidden, codeSize, seed }
      Fix:      pass a model without labels that can encode, decode and be trained, e.g. autoencoder({ inputShape: [28, 28, 1] })]
    `)
  })

  test('a corruption that is none', () => {
    using model = plain()
    expect(() => denoisingAutoencoder({ model, corruption: 0.3 as never })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`denoisingAutoencoder\` received a bad \`corruption\`.

      Expected: a corruption, e.g. gaussianNoise({ standardDeviation: 0.3 })
      Received: 0.3
      Fix:      pass a corruption, e.g. gaussianNoise({ standardDeviation: 0.3 })]
    `)
    expect(() => denoisingAutoencoder({ model, noise: gaussianNoise() } as never)).toThrow('has no option `noise`')
  })

  test('a model whose target is not its input', () => {
    using inner = plain()
    const twice = { ...inner, trace: (x: tf.Tensor) => ({ ...inner.trace(x), target: tf.concat([x, x]) }) }
    const model = denoisingAutoencoder({ model: twice })
    expect(() => model.trace(examples())).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`denoisingAutoencoder\` wraps a model whose target differs in shape from its input: autoencoder.

      Expected: [2, 28, 28, 1]
      Received: [4, 28, 28, 1]
      Fix:      wrap a model that compares each example with itself, once]
    `)
  })
})
