// Search by picture: the nearest neighbours of a query in the latent space of a VAE, and by pixels.
// Usage: node search.mjs [epochs] [pictures]
import { file, selectBackend, train } from '@ae/core'
import { batchOf, fashionMnist } from '@ae/datasets'
import { captionedGrid, encodePng } from '@ae/images'
import { encodeAll, nearestCodes } from '@ae/metrics'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { concat, reshape } from '@tensorflow/tfjs-core'

const [epochs = '10', size = '20000'] = process.argv.slice(2)
const [neighbors, shown] = [10, 8] // of each query; queries in the picture

await selectBackend(wasm)
const catalogue = (await fashionMnist({ split: 'train' })).take(Number(size))
const queries = (await fashionMnist({ split: 'test' })).take(Math.min(1000, Number(size) / 20))

const model = vae({ inputShape: catalogue.shape, latentSize: 16, hidden: [400], seed: 1 })
for await (const { epoch, loss } of train(model, catalogue, { epochs: Number(epochs), seed: 1 }))
  console.log(epoch, loss.total.toFixed(1))

// The index: 16 numbers for each picture, instead of 784.
const index = await encodeAll(model, catalogue)
const sought = await encodeAll(model, queries)
const byLatents = await timed('16 latents', () => nearestCodes(index, sought, { neighbors }))

const pixels = await pixelsOf(catalogue)
await timed('784 pixels', async () => nearestCodes(pixels, await pixelsOf(queries), { neighbors }))

// One row for each query: the query, then what was found, the nearest first.
const rows = []
for (let i = 0; i < shown; i++) {
  rows.push(
    await batchOf(queries, [i]),
    await batchOf(catalogue, byLatents.indices.subarray(i * neighbors, (i + 1) * neighbors)),
  )
}
const pictures = concat(rows)
const sheet = captionedGrid(pictures, {
  columnLabels: ['query', ...Array.from({ length: neighbors }, (_, i) => String(i + 1))],
  scale: 2,
})
await file('results.png').write(await encodePng(sheet))
for (const tensor of [...rows, pictures, sheet]) tensor.dispose()
model.dispose()
console.log('wrote results.png')

/** Prints how many of the pictures found are of the query's class, and how long the search took. */
async function timed(name, search) {
  const start = performance.now()
  const found = await search()
  const milliseconds = (performance.now() - start) / queries.size
  const hits = found.indices.filter((place, i) => catalogue.labels[place] === queries.labels[Math.floor(i / neighbors)])
  const share = (hits.length / found.indices.length).toFixed(3)
  console.log(
    `${name}: ${share} of the ${neighbors} nearest have the class of the query; ${milliseconds.toFixed(2)} ms a query`,
  )
  return found
}

/** The pictures of a data set as rows of numbers. */
async function pixelsOf(data) {
  const images = await batchOf(data, data.size)
  const rows = reshape(images, [data.size, -1])
  const values = await rows.data()
  for (const tensor of [images, rows]) tensor.dispose()
  return { values, count: data.size, codeSize: values.length / data.size }
}
