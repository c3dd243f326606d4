// Synthetic tables: trains a VAE on each FOLDER/TABLE/training.csv that bench/peers/tvae.py has written, and writes as many rows of
// its own to FOLDER/TABLE/ours-SEED.csv, which that program judges as it does TVAE's: node bench/tables.mjs FOLDER SEED
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { selectBackend, train } from '@ae/core'
import { fromCsv, tableModel, tabularTransform } from '@ae/datasets'
import { mixed } from '@ae/losses'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'

const [folder, seedText] = process.argv.slice(2)
const seed = Number(seedText)
await selectBackend(wasm)
for (const table of await readdir(folder)) {
  const begin = performance.now()
  const training = await fromCsv(join(folder, table, 'training.csv'))
  const transform = tabularTransform(training)
  const data = transform.apply(training)
  const likelihood = mixed(transform.likelihood)
  const model = vae({ inputShape: [transform.width], latentSize: 16, hidden: [128], likelihood, seed })
  const batchSize = Math.min(500, Math.ceil(data.size / 4))
  for await (const _ of train(model, data, { epochs: 100, batchSize, seed }));
  const rows = await tableModel(model, transform).sample(training.length, { seed })
  await writeFile(join(folder, table, `ours-${seed}.csv`), csvOf(rows))
  console.log(table, 'ours', seed, `${((performance.now() - begin) / 1000).toFixed(1)} s`)
  model.dispose()
}

function csvOf(rows) {
  const names = Object.keys(rows[0])
  const field = (value) =>
    value === null ? '' : /[",\n]/.test(String(value)) ? JSON.stringify(String(value)) : String(value)
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((line) => line.map(field).join(','))
    .join('\n')
}
