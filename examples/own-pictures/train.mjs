// From a folder of pictures to a trained model and new pictures. Usage: node train.mjs [folder] [epochs]
import { file, save, selectBackend, train } from '@ae/core'
import { batchOf, imageFolder, split } from '@ae/datasets'
import { comparisonGrid, encodePng, grid } from '@ae/images'
import { gaussian } from '@ae/losses'
import { convolutionalArchitecture, vae } from '@ae/models'
import { wasm } from '@ae/wasm'

const [folder = 'pictures', epochs = '20'] = process.argv.slice(2)
await selectBackend(wasm)

// Any sizes and proportions: each picture is scaled, and cropped to a square. Broken files are left out and listed.
const pictures = await imageFolder(folder, { shape: [32, 32, 3], fit: 'cover', onBroken: 'skip' })
console.log(`${pictures.size} pictures`)
for (const { file, reason } of pictures.skipped) console.log(`left out ${file}: ${reason}`)
const [training, test] = split(pictures, { fractions: [0.9, 0.1], seed: 1 })

const model = vae({
  inputShape: pictures.shape,
  latentSize: 8,
  architecture: convolutionalArchitecture({ channels: [32, 64], hidden: [256], upsampling: 'resize' }),
  likelihood: gaussian({ standardDeviation: 0.05 }), // colours, not black and white: bernoulli would draw them pale
  seed: 1,
})
const options = { epochs: Number(epochs), batchSize: 32, seed: 1, validation: test }
for await (const { epoch, loss, validation } of train(model, training, options))
  console.log(epoch, loss.total.toFixed(1), validation?.total.toFixed(1))

await save(model, file('model.safetensors'), { dataset: pictures.name })
const examples = await batchOf(test, Math.min(16, test.size))
const reconstructions = model.reconstruct(examples)
const samples = model.sample(32, { seed: 2 })
for (const [name, picture] of [
  ['reconstructions.png', comparisonGrid([examples, reconstructions], { columns: 8, scale: 2 })],
  ['samples.png', grid(samples, { columns: 8, scale: 2 })],
]) {
  await file(name).write(await encodePng(picture))
  picture.dispose()
}
for (const tensor of [examples, reconstructions, samples]) tensor.dispose()
model.dispose()
console.log('wrote model.safetensors, reconstructions.png and samples.png')
