// Trains in a Worker and draws samples in the page after each epoch.
import { selectBackend } from '@ae/core'
import { shapes } from '@ae/datasets'
import { drawOnCanvas, grid } from '@ae/images'
import { vae } from '@ae/models'
import { trainInWorker, wasm } from '@ae/web'

export async function trainAndDraw(canvas, onEpoch) {
  await selectBackend(wasm) // holds the page's copy of the model
  const data = shapes({ imageSize: 32 }) // 6,144 pictures, made here
  const model = vae({ inputShape: data.shape, latentSize: 8, hidden: [256], seed: 1 })
  const worker = () => new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module' })
  try {
    for await (const report of trainInWorker(worker, model, data, { epochs: 15, seed: 1 })) {
      onEpoch(report)
      const samples = model.sample(24, { seed: 1 })
      const picture = grid(samples, { columns: 8, scale: 2 })
      await drawOnCanvas(picture, canvas)
      for (const tensor of [samples, picture]) tensor.dispose()
    }
  } finally {
    model.dispose()
  }
}
