import '@tensorflow/tfjs-backend-cpu'
import { load, memory, save } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test, vi } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { customArchitecture } from './networks/custom-architecture.ts'
import { denseArchitecture } from './networks/dense-architecture.ts'
import { vae } from './vae.ts'
import { vqVae } from './vq-vae.ts'

beforeAll(() => tf.setBackend('cpu'))

const withoutDecoder = {
  ...denseArchitecture({ hidden: [8] }),
  decoder() {
    throw new Error('no decoder today')
  },
}

test.each([
  ['autoencoder', () => autoencoder({ inputShape: [6], architecture: withoutDecoder })],
  ['vae', () => vae({ inputShape: [6], latentSize: 2, architecture: withoutDecoder })],
  ['vqVae', () => vqVae({ inputShape: [6], architecture: withoutDecoder })],
])('%s keeps no variable of an encoder whose decoder fails, and none of others', (_, create) => {
  const other = tf.variable(tf.scalar(1))
  const before = tf.memory().numTensors
  expect(create).toThrow('no decoder today')
  expect(tf.memory().numTensors).toBe(before)
  expect(other.isDisposed).toBe(false)
  other.dispose()
})

test('a function of a custom architecture that throws leaves nothing behind', () => {
  const before = tf.memory().numTensors
  const architecture = customArchitecture({
    encoder: () => ({
      outputShape: [3],
      variables: { weight: tf.tidy(() => tf.variable(tf.zeros([6, 3]))) },
      apply: (x) => x,
    }),
    decoder() {
      throw new Error('no decoder today')
    },
  })
  expect(() => vae({ inputShape: [6], latentSize: 2, architecture })).toThrow('no decoder today')
  expect(tf.memory().numTensors).toBe(before)
})

test('a model that a file is about to fill draws no first values, and the next model draws its own', () => {
  const largest = (model: { readonly variables: Readonly<Record<string, tf.Variable>> }) =>
    Math.max(...Object.values(model.variables).map((variable) => Math.max(...variable.dataSync().map(Math.abs))))
  using model = vae({ inputShape: [6], latentSize: 2, hidden: [5] })
  using restored = vae.fromConfig(model.config as Parameters<typeof vae.fromConfig>[0], [])
  expect(() => vae.fromConfig({ inputShape: [6] }, [])).toThrow()
  using next = vae({ inputShape: [6], latentSize: 2, hidden: [5] })
  expect(largest(restored)).toBe(0)
  expect(largest(next)).toBe(largest(model))
  expect(largest(next)).toBeGreaterThan(0)
})

test('without a backend every model says which call is missing', () => {
  const { registry, registryFactory } = tf.engine()
  const held = [{ ...registry }, { ...registryFactory }] as const
  tf.removeBackend('cpu')
  try {
    for (const make of [
      () => vae({ inputShape: [6], latentSize: 2 }),
      () => autoencoder({ inputShape: [6] }),
      () => vqVae({ inputShape: [6] }),
    ]) {
      expect(make).toThrow('has no backend to compute on.')
      expect(make).toThrow('call await selectBackend(wasm) first')
    }
  } finally {
    Object.assign(registry, held[0])
    Object.assign(registryFactory, held[1])
  }
})

test('load makes each variable with the values of the file, and assigns none a second time', async () => {
  const store = memory()
  using saved = vae({ inputShape: [6], latentSize: 2, hidden: [5], seed: 1 })
  await save(saved, store)
  const assign = vi.spyOn(tf.Variable.prototype, 'assign')
  using loaded = await load(store, vae)
  expect(assign).not.toHaveBeenCalled()
  for (const [name, variable] of Object.entries(loaded.variables)) {
    expect(variable.dataSync(), name).toEqual(saved.variables[name]?.dataSync())
  }
  assign.mockRestore()
})
