// npm install @ae/core @ae/datasets @ae/models @ae/wasm @tensorflow/tfjs-core
import { save, selectBackend, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { autoencoder, denoisingAutoencoder, maskingNoise } from '@ae/models'
import { wasm } from '@ae/wasm'

await selectBackend(wasm)
const data = await mnist({ split: 'train', limit: 100 })
const inner = autoencoder({ inputShape: data.shape, codeSize: 3, hidden: [16], seed: 1 })
const model = denoisingAutoencoder({ model: inner, corruption: maskingNoise({ rate: 0.5 }) })
for await (const { epoch, loss } of train(model, data, { epochs: 2, batchSize: 50, learningRate: 0.001, seed: 1 })) {
  console.log(epoch, loss)
}
await save(model, 'denoising-autoencoder.safetensors')
model.dispose()
