// Cold start: from import to the first 64 images of a saved VAE, as in an application's first request; one line of JSON.
const start = performance.now()
const { weights, count, ...settings } = JSON.parse(process.argv[2])
const [{ file, load }, { vae }, { activate }] = await Promise.all([
  import('@ae/core'),
  import('@ae/models'),
  import('./own-backend.mjs'),
])
await activate(settings)
const model = await load(file(weights), vae)
const images = await model.sample(count, { seed: 1 }).data()
console.log(JSON.stringify({ milliseconds: performance.now() - start, values: images.length }))
