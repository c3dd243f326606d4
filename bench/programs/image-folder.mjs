// Reads a folder of pictures: node image-folder.mjs '{"folder": "...", "size": 32, "workers": 2, "epochs": 2, "cacheBytes": 0}'
import { selectBackend } from '@ae/core'
import { imageFolder, withLabels } from '@ae/datasets'
import { wasmBackend } from '@ae/wasm'

const { folder, size, workers, epochs, cacheBytes } = JSON.parse(process.argv[2])
await selectBackend(wasmBackend({ threads: 1 }))
const seconds = []
let data
for (let epoch = 0; epoch < epochs; epoch++) {
  const start = performance.now()
  data ??= await imageFolder(folder, { shape: [size, size, 3], labels: 'subfolders', workers, cacheBytes })
  let count = 0
  for await (const { examples, labels } of withLabels(data).batches({ batchSize: 128, seed: 1, epoch })) {
    count += labels.size
    examples.dispose()
    labels.dispose()
  }
  seconds.push((performance.now() - start) / 1000)
  if (count !== data.size) throw new Error(`${count} of ${data.size}`)
}
console.log(JSON.stringify({ seconds, count: data.size }))
