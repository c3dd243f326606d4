// node log-likelihood.mjs '{ "images", "samples", "threads", "latentSize", "hidden" }': times log p(x) by importance sampling, of an
// untrained VAE, whose speed is that of a trained one; after a short run that compiles. One line of JSON.
import { selectBackend } from '@ae/core'
import { binarize, mnist } from '@ae/datasets'
import { importanceSampledLogLikelihood } from '@ae/metrics'
import { vae } from '@ae/models'
import { wasmBackend } from '@ae/wasm'

const { images, samples, threads, latentSize, hidden } = JSON.parse(process.argv[2])
await selectBackend(wasmBackend({ threads }))
const digits = (limit) => mnist({ split: 'test', limit }).then((source) => binarize(source, { seed: 0 }))
const test = await digits(images)
const model = vae({ inputShape: test.shape, latentSize, hidden, activation: 'tanh', seed: 1 })
await importanceSampledLogLikelihood(model, await digits(2), { samples })
const [start, used] = [performance.now(), process.cpuUsage()]
await importanceSampledLogLikelihood(model, test, { samples })
const seconds = (performance.now() - start) / 1000
const { user, system } = process.cpuUsage(used)
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, version: `on Node ${process.versions.node}` }))
