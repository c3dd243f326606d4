// The tutorial's VAE trained by @ae on the wasm backend: images a second of whole epochs, and kernels a step.
import { selectBackend, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'

const { batchSize, images, epochs } = JSON.parse(process.argv[2])
await selectBackend(wasm)
const digits = await mnist({ split: 'train', limit: images })
const model = vae({ inputShape: digits.shape, latentSize: 20, hidden: [400], seed: 1 })
const rates = []
for await (const { imagesPerSecond } of train(model, digits, { epochs: epochs + 1, batchSize, seed: 1 })) {
  rates.push(imagesPerSecond)
}

/** Kernels that one step runs: what a run of two batches has more than a run of one. */
const kernels = (await kernelsOf(2)) - (await kernelsOf(1))
console.log(JSON.stringify({ imagesPerSecond: rates.slice(1), kernels, peakMemory: process.resourceUsage().maxRSS }))

async function kernelsOf(batches) {
  const profile = await tf.profile(async () => {
    for await (const _ of train(model, digits.take(batches * batchSize), { epochs: 1, batchSize, seed: 1 }));
  })
  return profile.kernels.filter(({ name }) => tf.getKernel(name, 'wasm')).length
}
