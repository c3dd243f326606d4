// npm install @ae/core @ae/datasets @ae/models @ae/wasm @tensorflow/tfjs-core
import { permutation, save, selectBackend, train } from '@ae/core'
import { fromArray, select, shapeFactors, shapes, withLabels } from '@ae/datasets'
import { conditionalVae } from '@ae/models'
import { wasm } from '@ae/wasm'

await selectBackend(wasm)
const some = select(shapes(), permutation('shapes', {}, 6144).subarray(0, 100))
const factors = shapeFactors(some.labels).values // five of each example; the first is square, ellipse or heart
const labels = Uint8Array.from({ length: some.size }, (_, i) => factors[5 * i] ?? 0)
const values = await some.read(Uint32Array.from(labels, (_, i) => i))
const data = fromArray(values, { shape: some.shape, labels, name: 'shapes' })
const model = conditionalVae({
  inputShape: data.shape,
  latentSize: 3,
  classes: 1 + Math.max(...data.labels),
  hidden: [16],
  seed: 1,
})
for await (const { epoch, loss } of train(model, withLabels(data), {
  epochs: 2,
  batchSize: 50,
  learningRate: 0.001,
  seed: 1,
})) {
  console.log(epoch, loss)
}
await save(model, 'conditional-vae.safetensors')
model.dispose()
