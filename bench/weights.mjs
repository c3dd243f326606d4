// `pnpm --filter @ae/bench weights`: the tutorial's VAE, trained, saved with each type of weights and loaded again: size of the file
// and loss on the test digits, as a table for docs/formats.md.
import { evaluate, load, memory, save, selectBackend, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { readArguments } from './arguments.mjs'
import { digits } from './on-every-core.mjs'
import { replaceSection } from './report.mjs'
import { table } from './table.mjs'

readArguments('pnpm --filter @ae/bench weights: size and loss of saved weights; about two minutes.')
const epochs = 10
const types = ['float32', 'bfloat16', 'float16', 'int8']

process.env.AE_DATA_DIR ??= digits
await selectBackend(wasm)
const model = vae({ inputShape: [28, 28, 1], latentSize: 20, hidden: [400], seed: 1 })
for await (const { epoch, loss } of train(model, await mnist({ split: 'train' }), { epochs, seed: 1 }))
  console.error(epoch, loss.total)
const test = await mnist({ split: 'test' })
const rows = []
let exact
for (const weights of types) {
  const store = memory()
  await save(model, store, { weights })
  const { length } = await store.read()
  const again = await load(store, vae)
  const { total } = await evaluate(again, test)
  again.dispose()
  exact ??= { length, total }
  const difference = total - exact.total
  rows.push([
    `\`${weights}\``,
    length.toLocaleString('en'),
    (length / exact.length).toFixed(3),
    total.toFixed(4),
    signed(difference),
  ])
}
const lines = [
  `Measured by \`pnpm --filter @ae/bench weights\`: the tutorial's VAE, 784-400-20, trained on MNIST for ${epochs} epochs with seed 1; the`,
  'negative ELBO of the 10,000 test digits, with the same noise in each row.',
  '',
  ...table(['weights', 'bytes', 'of float32', 'nats per digit', 'more than float32'], rows),
]
replaceSection('formats.md', 'weights', lines.join('\n'))
console.log(lines.join('\n'))

function signed(difference) {
  return difference === 0 ? '0' : `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(5)}`
}
