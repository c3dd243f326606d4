// Compresses pictures with a VQ-VAE, and says at what rate and quality, beside PNG, JPEG, WebP and AVIF.
// Usage: node compress.mjs [epochs] [pictures]
import { file, save, selectBackend, train } from '@ae/core'
import { batchOf, fashionMnist } from '@ae/datasets'
import { comparisonGrid, encodePng, grid } from '@ae/images'
import { codeSampler, convolutionalArchitecture, vqVae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { slice } from '@tensorflow/tfjs-core'
import { decibels, greyOf, pngRate, smallestAs } from './codecs.mjs'

const [epochs = '5', size = '20000'] = process.argv.slice(2)
await selectBackend(wasm)
const training = (await fashionMnist({ split: 'train' })).take(Number(size))
const test = (await fashionMnist({ split: 'test' })).take(400)

const model = vqVae({
  inputShape: training.shape,
  codebookSize: 64,
  architecture: convolutionalArchitecture({ channels: [32, 64] }), // 28 x 28 pixels become 7 x 7 indices
  seed: 1,
})
for await (const { epoch, loss } of train(model, training, { epochs: Number(epochs), seed: 1 }))
  console.log(epoch, `${loss.perplexity.toFixed(1)} of 64 vectors in use`)
await save(model, file('codec.safetensors'))

// The codec: pictures to indices, and back.
const originals = await batchOf(test, test.size)
const indices = model.encodeIndices(originals) // [400, 49]
const decoded = model.decodeIndices(indices)

// What the indices cost: six bits each, or what an arithmetic coder takes that knows how often each stands next to which others.
const pixels = originals.size
const fixed = (indices.size * Math.log2(model.codebookSize)) / pixels
const coder = await codeSampler(model, training, { limit: training.size })
const coded = (await coder.bits(indices)).reduce((sum, bits) => sum + bits, 0) / pixels

const [sheet, decodedSheet] = [await asSheet(originals), await asSheet(decoded)]
const quality = decibels(sheet.data, decodedSheet.data)
console.log('\n                            bits a pixel   PSNR [dB]')
print('VQ-VAE, 6 bits an index', fixed, quality)
print('VQ-VAE, entropy of indices', coded, quality)
for (const format of ['jpeg', 'webp', 'avif'])
  print(`${format}, no worse`, ...(await smallestAs(format, sheet, quality)))
print('png, which loses nothing', await pngRate(sheet), Infinity)

const shown = [originals, decoded].map((images) => slice(images, [0, 0, 0, 0], [20, -1, -1, -1]))
const pairs = comparisonGrid(shown, { columns: 10, scale: 2 })
await file('pairs.png').write(await encodePng(pairs))
for (const tensor of [originals, indices, decoded, pairs, ...shown]) tensor.dispose()
model.dispose()
console.log('\nwrote codec.safetensors and pairs.png')

/** Pictures as one, without lines between them: bytes, grey. */
async function asSheet(images) {
  const picture = grid(images, { padding: 0 })
  const [height, width] = picture.shape
  const data = await greyOf(await encodePng(picture))
  picture.dispose()
  return { data, info: { width, height } }
}

function print(name, bits, decibels) {
  console.log(name.padEnd(30), bits.toFixed(3).padEnd(14), Number.isFinite(decibels) ? decibels.toFixed(1) : 'exact')
}
