// npm install @ae/core @ae/datasets @ae/models @ae/wasm @tensorflow/tfjs-core
import { save, selectBackend, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { sparseAutoencoder } from '@ae/models'
import { wasm } from '@ae/wasm'

await selectBackend(wasm)
const data = await mnist({ split: 'train', limit: 100 })
const model = sparseAutoencoder({
  inputShape: data.shape,
  codeSize: 3,
  hidden: [16],
  sparsity: { kind: 'l1', weight: 0.1 },
  seed: 1,
})
for await (const { epoch, loss } of train(model, data, { epochs: 2, batchSize: 50, learningRate: 0.001, seed: 1 })) {
  console.log(epoch, loss)
}
await save(model, 'sparse-autoencoder.safetensors')
model.dispose()
