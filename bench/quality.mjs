// `pnpm --filter @ae/bench quality`: the quality table, from `pnpm start --epochs 10` over seeds 1, 2 and 3.
// Writes results/quality.json and the table in docs/benchmarks.md.
import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { machine } from './machine.mjs'
import { replaceSection, writeResult } from './report.mjs'

const here = import.meta.dirname
const command = join(here, '../packages/cli/dist/bin.js')
const seeds = [1, 2, 3]
const models = {
  vae: { figures: ['total', 'reconstruction', 'kl'], pytorch: '105.64 nats, sd 0.26' },
  autoencoder: { figures: ['mse', 'nats'], pytorch: 'mse 0.00987, sd 0.00018' },
}

const results = []
for (const model of Object.keys(models)) {
  for (const seed of seeds) {
    const out = mkdtempSync(join(tmpdir(), 'ae-quality-'))
    const args = [command, 'train', '--json', '--epochs', '10', '--seed', seed, '--model', model, '--out', out].map(
      String,
    )
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 })
    const { test } = JSON.parse(stdout)
    if (model === 'vae') test.total = test.reconstruction + test.kl
    results.push({ model, seed, test })
    console.log(model, seed, test)
  }
}
writeResult('quality', { machine, results })
replaceSection('quality', table())

function table() {
  const lines = Object.entries(models).map(([model, { figures, pytorch }]) => {
    const runs = results.filter((result) => result.model === model)
    const cells = figures.map((figure) => `${figure} ${summary(runs.map(({ test }) => test[figure]))}`)
    return `| ${model} | ${cells.join('<br>')} | ${pytorch} |`
  })
  return [
    'Measured by `pnpm --filter @ae/bench quality`, which runs `pnpm start --json --epochs 10 --model MODEL --seed SEED` for',
    'seeds 1, 2 and 3: batch 128, Adam 0.001, wasm backend, the 10,000 MNIST test images; z sampled. Mean, sd and each seed.',
    "PyTorch's column is not measured by this command: it is what to reach, three seeds of PyTorch 2.13 measured before.",
    '',
    '| model | ours | PyTorch 2.13, the same networks, measured before |',
    '|---|---|---|',
    ...lines,
  ].join('\n')
}

function summary(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  const digits = mean < 1 ? 5 : 2
  return `${mean.toFixed(digits)}, sd ${deviation.toFixed(digits)} (${values.map((value) => value.toFixed(digits)).join(', ')})`
}
