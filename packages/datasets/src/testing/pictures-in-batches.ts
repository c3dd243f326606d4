// A program that leaves a pass over a folder of pictures early, and another that ends: nothing may keep its process alive.
import { imageFolder } from '@ae/datasets'
import { memory } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'

const [folder = '', how = ''] = process.argv.slice(2)
const options = { shape: [4, 4, 1], workers: 2, cacheBytes: how === 'cached' ? 2 ** 20 : 0 }
const pictures = await imageFolder(folder, options)
let count = 0
for await (const batch of pictures.batches({ batchSize: 100, seed: 1 })) {
  count += batch.shape[0] ?? 0
  batch.dispose()
  if (how === 'break') break
}
process.stdout.write(`${count} of ${pictures.size}, ${memory().numTensors} tensors left`)
