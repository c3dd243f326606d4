// Stock TensorFlow.js on its cpu or wasm backend, or on libtensorflow (tfjs-node): the tasks of ours.mjs, one line of JSON.
import { mnist } from '@ae/datasets'
import * as tf from '@tensorflow/tfjs'
import { matmulLimit } from './matmul.mjs'
import { callTimes, epochRates, peakMemory, report, settings } from './measure.mjs'
import { build } from './stock-model.mjs'
import { tfjsNode } from './tfjs-node.mjs'

const { backend, network } = settings
if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm')
if (backend === 'tensorflow') await import(tfjsNode)
await tf.setBackend(backend)
await tf.ready()
const tasks = {
  train: () => trainAtEach(settings),
  sample: () => sampleTimes(settings),
  encode: () => encodeRates(settings),
  matmul: async ({ sizes, count }) => ({ gigaflops: await matmulLimit(sizes, count) }),
}
report(await tasks[settings.task](settings))

async function trainAtEach({ images, epochs, batchSizes }) {
  const digits = await mnist({ split: 'train', limit: images })
  const results = []
  let kernels
  for (const batchSize of batchSizes) {
    const model = build(network)
    const imagesPerSecond = await epochRates(epochs, async (epoch) => {
      for (const { below, step } of model.pairs) {
        await eachBatch(digits, { batchSize, epoch }, (x) => tf.tidy(() => step(below(x))))
      }
      await eachBatch(digits, { batchSize, epoch }, model.step)
      return images
    })
    results.push({ batchSize, imagesPerSecond, peakMemory: peakMemory() })
    kernels ??= await kernelsOfStep(model, digits, batchSize)
    model.dispose()
  }
  return { results, kernels }
}

async function eachBatch(digits, options, step) {
  for await (const batch of digits.batches({ seed: 1, ...options })) {
    tf.tidy(() => step(tf.reshape(batch, [-1, 784])))
    batch.dispose()
  }
}

async function kernelsOfStep(model, digits, batchSize) {
  const { kernels } = await tf.profile(() => eachBatch(digits.take(batchSize), { batchSize }, model.step))
  return kernels.filter(({ name }) => tf.getKernel(name, backend)).length
}

async function sampleTimes({ count, calls }) {
  const model = build(network)
  const milliseconds = await callTimes(calls, async () => {
    const images = tf.tidy(() => model.sample(count))
    await images.data()
    images.dispose()
  })
  return { milliseconds, peakMemory: peakMemory() }
}

async function encodeRates({ images, epochs, batchSizes }) {
  const digits = await mnist({ split: 'train', limit: images })
  const model = build(network)
  const results = []
  for (const batchSize of batchSizes) {
    const imagesPerSecond = await epochRates(epochs, async () => {
      for await (const batch of digits.batches({ batchSize })) {
        const code = tf.tidy(() => model.encode(tf.reshape(batch, [-1, 784])))
        await code.data()
        tf.dispose([batch, code])
      }
      return images
    })
    results.push({ batchSize, imagesPerSecond, peakMemory: peakMemory() })
  }
  return { results }
}
