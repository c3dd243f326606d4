// npm install @ae/core @ae/datasets @ae/losses @ae/models @ae/wasm @tensorflow/tfjs-core
import { permutation, save, selectBackend, train } from '@ae/core'
import { select, shapes } from '@ae/datasets'
import { bernoulli } from '@ae/losses'
import { betaTcVae } from '@ae/models'
import { wasm } from '@ae/wasm'

await selectBackend(wasm)
const data = select(shapes(), permutation('shapes', {}, 6144).subarray(0, 100))
const model = betaTcVae({
  inputShape: data.shape,
  latentSize: 3,
  exampleCount: data.size,
  hidden: [16],
  beta: 3,
  likelihood: bernoulli,
  seed: 1,
})
for await (const { epoch, loss } of train(model, data, { epochs: 2, batchSize: 50, learningRate: 0.001, seed: 1 })) {
  console.log(epoch, loss)
}
await save(model, 'beta-tc-vae.safetensors')
model.dispose()
