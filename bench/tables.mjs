// Synthetic tables: trains a VAE on each training.csv that bench/peers/tvae.py has written, and writes as many rows of its own.
// node bench/tables.mjs FOLDER SEED [NAME]
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { selectBackend, train } from '@ae/core'
import { fromCsv, tableModel, tabularTransform } from '@ae/datasets'
import { mixed } from '@ae/losses'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'

const [folder, seed, name = 'ours', ...settings] = process.argv.slice(2)
const options = { scaling: 'quantile', epochs: '300', hidden: '128', latent: '16', batch: '500', rate: '0.001', ...Object.fromEntries(settings.map((s) => s.split('='))) }
await selectBackend(wasm)
for (const table of await readdir(folder)) {
  const begin = performance.now()
  const training = await fromCsv(join(folder, table, 'training.csv'))
  const transform = tabularTransform(training, { scaling: options.scaling })
  const hidden = options.hidden.split(',').map(Number)
  const model = vae({
    inputShape: [transform.width],
    latentSize: Number(options.latent),
    hidden,
    likelihood: mixed(transform.likelihood),
    seed: Number(seed),
  })
  const epochs = Number(options.epochs)
  const data = transform.apply(training)
  let last
  for await (const { loss } of train(model, data, { epochs, batchSize: Math.min(Number(options.batch), Math.ceil(data.size / 4)), seed: Number(seed), learningRate: Number(options.rate) })) last = loss
  const rows = await tableModel(model, transform).sample(training.length, { seed: Number(seed) })
  await writeFile(join(folder, table, `${name}-${seed}.csv`), csvOf(rows))
  const seconds = (performance.now() - begin) / 1000
  console.log(table, name, seed, `${seconds.toFixed(1)} s`, last.total.toFixed(2), last.kl.toFixed(2))
  model.dispose()
}

function csvOf(rows) {
  const names = Object.keys(rows[0])
  const field = (value) => (value === null ? '' : /[",\n]/.test(String(value)) ? JSON.stringify(String(value)) : String(value))
  return [names, ...rows.map((row) => names.map((name) => row[name]))].map((line) => line.map(field).join(',')).join('\n')
}
