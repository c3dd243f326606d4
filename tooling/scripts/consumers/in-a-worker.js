// Trains in training-worker.js, in Bun and Deno as in a page.
import { selectBackend } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { vae } from '@ae/models'
import { trainInWorker, wasm } from '@ae/web'

const values = Float32Array.from({ length: 64 * 36 }, (_, index) => (((index % 36) * 7 + index) % 5) / 4)
const images = fromArray(values, { shape: [6, 6, 1] })

await selectBackend(wasm)
const model = vae({ inputShape: images.shape, latentSize: 2, hidden: [8], seed: 1 })
const start = () => new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module' })
const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed: 2 }
for await (const { epoch, loss } of trainInWorker(start, model, images, options)) console.log(epoch, loss.total)
