// Milliseconds of the fastest training step of tf.layers models, on tfjs's stock wasm backend or with the kernels of @ae/wasm:
// `node layers.mjs stock|ours SECONDS`. Prints JSON, with null for a model that cannot be trained.

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as layersModule from '@tensorflow/tfjs-layers'
import { rounded } from '../statistics.mjs'

const { layers, sequential } = layersModule
const [whose, seconds] = process.argv.slice(2)

const batchSize = 128
const recurrentInitializer = 'glorotNormal' // the default needs the chained methods of @tensorflow/tfjs
const models = {
  MLP: () => [
    layers.dense({ inputShape: [784], units: 256, activation: 'relu' }),
    layers.dense({ units: 32, activation: 'relu' }),
    layers.dense({ units: 256, activation: 'relu' }),
    layers.dense({ units: 784, activation: 'sigmoid' }),
  ],
  LSTM: () => [
    layers.lstm({ inputShape: [28, 28], units: 64, recurrentInitializer }),
    layers.repeatVector({ n: 28 }),
    layers.lstm({ units: 64, returnSequences: true, recurrentInitializer }),
    layers.timeDistributed({ layer: layers.dense({ units: 28, activation: 'sigmoid' }) }),
  ],
  'convolutional autoencoder': () => [
    layers.conv2d({
      inputShape: [28, 28, 1],
      filters: 16,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      activation: 'relu',
    }),
    layers.conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
    layers.conv2dTranspose({ filters: 16, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
    layers.conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: 'same', activation: 'sigmoid' }),
  ],
}

if (whose === 'ours') {
  const { selectBackend } = await import('@ae/core')
  const { wasm } = await import('@ae/wasm')
  const { device } = await selectBackend(wasm)
  console.error(device)
} else {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')), '/'))
  await tf.setBackend('wasm')
}
const times = {}
for (const [name, layersOf] of Object.entries(models)) times[name] = await stepOf(layersOf())
console.log(JSON.stringify(times))

async function stepOf(parts) {
  const model = sequential({ layers: parts })
  const images = tf.randomUniform([batchSize, ...parts[0].batchInputShape.slice(1)], 0, 1, 'float32', 1)
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
  const step = async () => {
    const start = performance.now()
    await model.trainOnBatch(images, images)
    return performance.now() - start
  }
  try {
    for (let warm = 0; warm < 3; warm++) await step()
  } catch (error) {
    console.error(`${error.message.split('\n')[0]}`)
    return null
  }
  let fastest = Number.POSITIVE_INFINITY
  const end = performance.now() + 1000 * Number(seconds)
  while (performance.now() < end) fastest = Math.min(fastest, await step())
  return rounded(fastest)
}
