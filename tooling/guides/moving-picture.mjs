// The moving picture of the README and of the site: the same 60 draws from the prior while a VAE learns, by `encodeAnimation`.
// pnpm --filter @ae/guides moving-picture
import { fileURLToPath } from 'node:url'
import { file, selectBackend, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { encodeAnimation, grid } from '@ae/images'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { div, mul, round, stack, tidy } from '@tensorflow/tfjs-core'

const frames = 40 // the last eight show the same: a pause before it begins again
const place = fileURLToPath(new URL('../../docs/images/learning.png', import.meta.url))

await selectBackend(wasm)
const digits = await mnist({ split: 'train' })
const model = vae({ inputShape: digits.shape, latentSize: 20, hidden: [400], seed: 1 })
/** 60 pictures in one, in 16 greys, which are fewer bytes. */
const draw = () => tidy(() => div(round(mul(grid(model.sample(60, { seed: 3 }), { columns: 12, padding: 1 }), 15)), 15))

const epochs = 5
const steps = epochs * Math.ceil(digits.size / 128)
const shown = new Set(Array.from({ length: frames - 8 }, (_, i) => Math.round(steps ** (i / (frames - 9)))))
const pictures = [draw()]
const onProgress = ({ step }) => shown.has(step) && pictures.push(draw())
for await (const { epoch, loss } of train(model, digits, { epochs, batchSize: 128, seed: 2, onProgress }))
  console.log(epoch, loss.total)
const last = draw()
const bytes = await encodeAnimation(stack([...pictures, ...Array(8).fill(last)]), { framesPerSecond: 8 })
await file(place).write(bytes)
console.log(`${pictures.length + 8} frames, ${(bytes.length / 1e6).toFixed(2)} MB`)
