import { load, memory, registerGradients, save } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { vae } from '../vae.ts'
import { activate, activationOption, slopeOf } from './activation.ts'

beforeAll(async () => {
  registerGradients()
  await tf.setBackend('cpu')
})

test('leakyRelu has the slope 0.2 or its own, in value and gradient', () => {
  tf.tidy(() => {
    const x = tf.tensor1d([-3, -0.5, 0.5, 2])
    expectClose(activate(x, 'leakyRelu').dataSync(), [-0.6, -0.1, 0.5, 2], { relative: 1e-6 })
    expectClose(activate(x, 'leakyRelu(0.01)').dataSync(), [-0.03, -0.005, 0.5, 2], { relative: 1e-6 })
    const gradient = tf.grad((y) => activate(y, 'leakyRelu(0.01)'))
    expectClose(gradient(x).dataSync(), [0.01, 0.01, 1, 1], { relative: 1e-6 })
  })
})

test('a slope is a number of at least 0', () => {
  expect(['leakyRelu', 'leakyRelu(0)', 'leakyRelu(.3)', 'leakyRelu(1e-2)'].map(slopeOf)).toEqual([0.2, 0, 0.3, 0.01])
  const bare = Object.create(null)
  for (const wrong of [
    'leakyRelu()',
    'leakyRelu(-1)',
    'leakyRelu(x)',
    'leakyRelu(1)1',
    'relu(1)',
    'relu',
    3,
    null,
    ['leakyRelu(1)'],
    bare,
    Symbol('x'),
  ]) {
    expect(slopeOf(wrong)).toBeUndefined()
  }
  expect(activationOption('leakyRelu(0.01)')).toBeUndefined()
  expect(activationOption('leakyRelu(-1)')).toContain('leakyRelu')
})

test('the slope is saved with the model', async () => {
  using model = vae({ inputShape: [5], latentSize: 2, hidden: [7], activation: 'leakyRelu(0.01)' })
  const store = memory()
  await save(model, store)
  using again = await load(store, vae)
  expect(again.config).toEqual(model.config)
  tf.tidy(() => {
    const x = tf.ones([1, 5])
    expect([...again.reconstruct(x).dataSync()]).toEqual([...model.reconstruct(x).dataSync()])
  })
})
