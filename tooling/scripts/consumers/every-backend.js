// The program of pages that a bundler has built: trains for a few steps on every backend of a page and in a Worker, then says
// what the README's line selects in this browser.
import { selectBackend, train } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { vae } from '@ae/models'
import { trainInWorker, wasm, webgl, webglBackend, webgpu, webgpuBackend } from '@ae/web'

const values = Float32Array.from({ length: 64 * 36 }, (_, index) => (((index % 36) * 7 + index) % 5) / 4)
const images = fromArray(values, { shape: [6, 6, 1] })

const softwareAdapter = 'accept'
const startWorker = () => new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module' })
const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed: 2 }
for (const backend of [webgpuBackend({ softwareAdapter }), webglBackend({ softwareAdapter }), wasm]) {
  const { name } = await selectBackend(backend)
  await report(name, (model) => train(model, images, options))
}
await report('Worker', (model) => trainInWorker(startWorker, model, images, options))
console.log(JSON.stringify(await selectBackend(webgpu, webgl, wasm)))
document.title = 'ended'

async function report(name, start) {
  const model = vae({ inputShape: images.shape, latentSize: 2, hidden: [8], seed: 1 })
  const losses = []
  for await (const { loss } of start(model)) losses.push(loss.total)
  model.dispose()
  console.log(JSON.stringify({ name, losses }))
}
