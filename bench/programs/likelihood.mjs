// node likelihood.mjs '{ "samplesInTraining", "seed", "epochs", "testImages", "samples" }': trains on binarised MNIST (a VAE
// with one sample in training, else an IWAE) and estimates log p(x) of test digits by importance sampling; one line of JSON.
import { selectBackend, train } from '@ae/core'
import { binarize, mnist } from '@ae/datasets'
import { importanceSampledLogLikelihood } from '@ae/metrics'
import { iwae, vae } from '@ae/models'
import { wasm } from '@ae/wasm'

const { samplesInTraining, seed, epochs, testImages, samples } = JSON.parse(process.argv[2])
await selectBackend(wasm)
const digits = binarize(await mnist({ split: 'train' }), { seed })
const test = binarize(await mnist({ split: 'test', limit: testImages }), { seed: 0 })
const options = { inputShape: digits.shape, latentSize: 20, hidden: [400], seed }
const model = samplesInTraining === 1 ? vae(options) : iwae({ ...options, samples: samplesInTraining })
for await (const _ of train(model, digits, { epochs, seed }));
const { value, standardError } = await importanceSampledLogLikelihood(model, test, { samples, seed: 0 })
console.log(JSON.stringify({ logLikelihood: value, standardError }))
