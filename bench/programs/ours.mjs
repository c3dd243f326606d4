// @ae on its wasm backend: node ours.mjs '{ "task": "train" | "sample" | "encode" | "matmul" | "save", ... }'; one line of JSON.
import { file, load, memory, save, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { pretrain, vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { matmulLimit } from './matmul.mjs'
import { callTimes, epochRates, peakMemory, report, settings } from './measure.mjs'
import { activate } from './own-backend.mjs'
import { build } from './own-models.mjs'

const shape = [28, 28, 1]
const { network } = settings
const device = await activate(settings)
const tasks = {
  train: () => trainAtEach(settings),
  sample: () => sampleTimes(settings),
  encode: () => encodeRates(settings),
  matmul: async ({ sizes, count }) => ({ gigaflops: await matmulLimit(sizes, count) }),
  save: () => save(build(network, shape), file(settings.weights)),
}
report({ ...(await tasks[settings.task](settings)), device })

async function trainAtEach({ images, epochs, batchSizes }) {
  const digits = await mnist({ split: 'train', limit: images })
  const results = []
  for (const batchSize of batchSizes) {
    const model = build(network, shape)
    const imagesPerSecond = await (network.pretraining ? stackedRates : trainRates)(model, digits, {
      epochs,
      batchSize,
    })
    results.push({ batchSize, imagesPerSecond, peakMemory: peakMemory() })
    model.dispose()
  }
  return { results, kernels: await kernelsOfStep(digits, batchSizes[0]) }
}

async function trainRates(model, digits, { epochs, batchSize }) {
  const rates = []
  for await (const epoch of train(model, digits, { epochs: epochs + 1, batchSize })) rates.push(epoch.examplesPerSecond)
  return rates.slice(1)
}

/** One epoch of each pair of layers, then one of the whole network. */
function stackedRates(model, digits, { epochs, batchSize }) {
  return epochRates(epochs, async () => {
    for await (const _ of pretrain(model, digits, { epochs: 1, batchSize }));
    for await (const _ of train(model, digits, { epochs: 1, batchSize }));
    return digits.size
  })
}

/** The number of kernels of one step: the difference between a run of two batches and a run of one. */
async function kernelsOfStep(digits, batchSize) {
  const kernelsOf = async (batches) => {
    const model = build(network, shape)
    const { kernels } = await tf.profile(async () => {
      for await (const _ of train(model, digits.take(batches * batchSize), { epochs: 1, batchSize }));
    })
    model.dispose()
    return kernels.filter(({ name }) => tf.getKernel(name, tf.getBackend())).length
  }
  return digits.size < 2 * batchSize ? undefined : (await kernelsOf(2)) - (await kernelsOf(1))
}

async function sampleTimes({ count, calls }) {
  const store = memory()
  await save(build(network, shape), store)
  const model = await load(store, vae)
  const milliseconds = await callTimes(calls, async (i) => {
    const images = model.sample(count, { seed: i })
    await images.data()
    images.dispose()
  })
  return { milliseconds, peakMemory: peakMemory() }
}

async function encodeRates({ images, epochs, batchSizes }) {
  const digits = await mnist({ split: 'train', limit: images })
  const model = build(network, shape)
  const results = []
  for (const batchSize of batchSizes) {
    const imagesPerSecond = await epochRates(epochs, async () => {
      for await (const batch of digits.batches({ batchSize })) {
        const code = model.encode(batch)
        await code.data()
        tf.dispose([batch, code])
      }
      return images
    })
    results.push({ batchSize, imagesPerSecond, peakMemory: peakMemory() })
  }
  return { results }
}
