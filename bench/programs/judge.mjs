// node judge.mjs MODEL DATASET FOLDER: metrics of a trained model that its objective does not report, as one line of JSON.
import { join } from 'node:path'
import { file, load, selectBackend } from '@ae/core'
import { fashionMnist, mnist } from '@ae/datasets'
import { codeStatistics, totalCorrelation } from '@ae/metrics'
import { betaTcVae, conditionalVae, sparseAutoencoder, vae, vqVae } from '@ae/models'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { accuracyOn, trainClassifier } from './classifier.mjs'

const [name, dataset, folder] = process.argv.slice(2)
await selectBackend(wasm)
const images = dataset === 'mnist' ? mnist : fashionMnist
const test = await images({ split: 'test' })
const saved = (kind) => load(file(join(folder, `${name}.safetensors`)), kind)

const judges = {
  vae: async () => correlation(await saved(vae)),
  'beta-tc-vae': async () => correlation(await saved(betaTcVae)),
  'conditional-vae': async () => {
    const model = await saved(conditionalVae)
    const { classify } = await trainClassifier(await images({ split: 'train' }))
    const asked = Array.from({ length: 1000 }, (_, i) => i % 10)
    const samples = model.sample(asked, { seed: 5 })
    const found = classify(samples)
    const accuracy = asked.filter((label, i) => label === found[i]).length / asked.length
    return { accuracy, classifierAccuracy: await accuracyOn(classify, test) }
  },
  'sparse-autoencoder': async () => {
    const { meanActivation, deadUnits } = await codeStatistics(await saved(sparseAutoencoder), test)
    return { meanActivation, deadUnits: deadUnits.length }
  },
  'vq-vae': async () => quantization(await saved(vqVae)),
}
console.log(JSON.stringify(await judges[name]()))

async function correlation(model) {
  return { totalCorrelation: (await totalCorrelation(model, test, { seed: 1 })).value }
}

/** Over the whole test set: the squared error per pixel, and the perplexity of the codes. */
async function quantization(model) {
  const counts = new Map()
  let [squares, codes] = [0, 0]
  for await (const batch of test.batches({ batchSize: 500 })) {
    const { indices, error } = tf.tidy(() => ({
      indices: model.encodeIndices(batch).dataSync(),
      error: tf.sum(tf.squaredDifference(model.reconstruct(batch), batch)).dataSync()[0],
    }))
    for (const index of indices) counts.set(index, (counts.get(index) ?? 0) + 1)
    codes += indices.length
    squares += error
    batch.dispose()
  }
  const entropy = [...counts.values()].reduce((sum, count) => sum - (count / codes) * Math.log(count / codes), 0)
  return { mse: squares / (test.size * 784), perplexity: Math.exp(entropy), codebookSize: model.codebookSize }
}
