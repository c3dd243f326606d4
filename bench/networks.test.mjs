import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { beforeAll, expect, test } from 'vitest'
import { encodingOperations, networks, parametersOf, trainingOperations } from './networks.mjs'
import { build } from './programs/own-models.mjs'
import { build as buildStock } from './programs/stock-model.mjs'

beforeAll(() => tf.setBackend('wasm'))

test('the VAE takes 3.28 million operations per image, counted by hand', () => {
  // 784-400 twice (its input needs no gradient), two heads 400-20, 20-400 and 400-784 three times; 2 operations per product
  expect(trainingOperations(networks.vae)).toBe(2 * (2 * 313_600 + 3 * (2 * 8000 + 8000 + 313_600)))
  expect(encodingOperations(networks.vae)).toBe(2 * (313_600 + 8000))
})

test('a convolution 14 x 14 x 32 to 7 x 7 x 64 takes 1.8 million operations per image each way', () => {
  const [with64, without] = [[32, 64], [32]].map((channels) =>
    encodingOperations({ kind: 'vae', channels, codeSize: 20 }),
  )
  const heads = 2 * 20 * (7 * 7 * 64 - 14 * 14 * 32)
  expect(with64 - without - heads).toBe(2 * 49 * 64 * 9 * 32)
})

test('pretraining adds a pass over each pair of layers, on the codes of those below', () => {
  const [outer, middle, inner] = [784 * 256, 256 * 128, 128 * 64]
  const pairs = 10 * outer + (2 * outer + 10 * middle) + (2 * (outer + middle) + 10 * inner)
  const whole = 10 * outer + 12 * middle + 12 * inner
  expect(trainingOperations(networks['stacked-autoencoder'])).toBe(pairs + whole)
})

test.each(Object.keys(networks))('%s has as many parameters in our model as in the handwritten one', (name) => {
  const size = (variables) => variables.reduce((sum, variable) => sum + variable.size, 0)
  const own = build(networks[name], [28, 28, 1])
  expect(size(Object.values(own.variables))).toBe(parametersOf(networks[name]))
  own.dispose()
  const stock = buildStock(networks[name])
  expect(size(stock.variables)).toBe(parametersOf(networks[name]))
  stock.dispose()
})
