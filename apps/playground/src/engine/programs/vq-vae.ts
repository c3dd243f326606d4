// npm install @ae/core @ae/datasets @ae/losses @ae/models @ae/wasm @tensorflow/tfjs-core
import { save, selectBackend, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { gaussian } from '@ae/losses'
import { vqVae } from '@ae/models'
import { wasm } from '@ae/wasm'

await selectBackend(wasm)
const data = await mnist({ split: 'train', limit: 100 })
const model = vqVae({
  inputShape: data.shape,
  embeddingSize: 3,
  hidden: [16],
  codebookSize: 8,
  positions: 4,
  likelihood: gaussian({ standardDeviation: 0.5 }),
  seed: 1,
})
for await (const { epoch, loss } of train(model, data, { epochs: 2, batchSize: 50, learningRate: 0.001, seed: 1 })) {
  console.log(epoch, loss)
}
await save(model, 'vq-vae.safetensors')
model.dispose()
