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
const { kernels } = await tf.profile(async () => {
  for await (const _ of train(model, digits.take(batchSize), { epochs: 1, batchSize, seed: 1 }));
})
console.log(JSON.stringify({ imagesPerSecond: rates.slice(1), kernels: kernels.length, peakMemory: process.resourceUsage().maxRSS }))
