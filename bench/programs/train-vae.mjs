// The tutorial's VAE trained on wasm: the same function in Node and in a page.
import { fromIdx } from '@ae/datasets'
import { activate } from './own-backend.mjs'
import { build } from './own-models.mjs'

/**
 * @param run `train`, or something with its arguments that trains elsewhere
 * @param digits the bytes of the IDX file of images
 * @param settings `network`, `images`, `epochs`, `batchSize`, `threads`, `vectorBits`
 * @returns images per second of each epoch but the first, and the backend's description of its device
 */
export async function trainVae(run, digits, { network, images, epochs, batchSize, ...settings }) {
  const device = await activate(settings)
  const data = (await fromIdx({ images: digits })).take(images)
  const model = build(network, data.shape)
  const rates = []
  for await (const epoch of run(model, data, { epochs: epochs + 1, batchSize })) rates.push(epoch.examplesPerSecond)
  return { imagesPerSecond: rates.slice(1), device }
}
