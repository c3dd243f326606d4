// Notes of models that wrap others, or whose layers are trained on their own.
import { annotate, type Dataset, load, memory, notesOf, save, train } from '@ae/core'
import { fromArray } from '@ae/datasets'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { denoisingAutoencoder } from './denoising-autoencoder.ts'
import { pretrain } from './pretrain.ts'
import { stackedAutoencoder } from './stacked-autoencoder.ts'

const options = { inputShape: [6], hidden: [5, 4], codeSize: 2, seed: 1 }
const notes = { classNames: ['low', 'high'], threshold: 3 }
const data: Dataset = {
  ...fromArray(
    Float32Array.from({ length: 96 }, (_, i) => (i % 7) / 7),
    { shape: [6] },
  ),
  notes,
}

async function finish(run: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of run);
}

beforeAll(async () => {
  await tf.setBackend('cpu')
})

test('a denoising autoencoder and the model that it wraps have the same notes, saved and loaded', async () => {
  const model = autoencoder(options)
  using denoising = denoisingAutoencoder({ model })
  await finish(train(denoising, data, { epochs: 1 }))
  expect(notesOf(model)).toMatchObject(notes)
  annotate(model, { metrics: { rocAuc: 0.9 } })
  const store = memory()
  await save(denoising, store)
  using loaded = await load(store, denoisingAutoencoder, autoencoder)
  expect(notesOf(loaded)).toEqual({ ...notes, metrics: { rocAuc: 0.9 }, history: notesOf(denoising).history })
  expect(notesOf(model).history).toHaveLength(1)
})

test('pretraining copies the notes of its data but is no history of the whole, and so a stacked autoencoder keeps them in its file', async () => {
  using model = stackedAutoencoder(options)
  await finish(pretrain(model, data, { epochs: 1 }))
  expect(notesOf(model)).toEqual(notes)
  const store = memory()
  await save(model, store)
  using loaded = await load(store, stackedAutoencoder)
  expect(notesOf(loaded)).toEqual(notes)
})
