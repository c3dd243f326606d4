// `pnpm --filter @ae/bench quality [--missing] [MODEL ...]`: the quality of every model, or of the named ones, from `pnpm start`
// with seeds 1, 2 and 3 on MNIST and Fashion-MNIST, one process per core. Saves results/quality.json after each run, so that
// `--missing` can continue after an interruption. Writes the tables of docs/benchmarks.md and of the guides, and the guides'
// pictures.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { digits, onEveryCore, runNode } from './on-every-core.mjs'
import { models, writeTables } from './quality-table.mjs'
import { readResult, writeResult } from './report.mjs'

const here = import.meta.dirname
const command = join(here, '../packages/cli/dist/bin.js')
const judge = join(here, 'programs/judge.mjs')
const pictures = join(here, '../docs/images/guides')

const { values, words: named } = readArguments(
  'pnpm --filter @ae/bench quality [--missing] [MODEL ...]: the quality of every model, or of the named ones.',
  { missing: { help: 'only the runs that results/quality.json lacks' } },
  Object.keys(models),
)
const chosen = named.length > 0 ? named : Object.keys(models)
const tasks = ['mnist', 'fashion-mnist'].flatMap((dataset) =>
  chosen.flatMap((model) => [1, 2, 3].map((seed) => ({ model, dataset, seed }))),
)
const isOf = (task) => (run) => ['model', 'dataset', 'seed'].every((name) => run[name] === task[name])
const former = (readResult('quality')?.runs ?? []).filter(({ model }) => model in models)
const results = former.filter((run) => values.missing || !tasks.some(isOf(run)))
const missing = tasks.filter((task) => !results.some(isOf(task)))
await onEveryCore(missing, async (task) => {
  const result = await measure(task)
  results.push(result)
  writeResult('quality', { machine, runs: results })
  console.log(task.model, task.dataset, task.seed, JSON.stringify(result.test), JSON.stringify(result.judged))
})
const order = ({ model, dataset, seed }) =>
  `${Object.keys(models).indexOf(model)} ${dataset === 'mnist' ? 0 : 1} ${seed}`
results.sort((a, b) => order(a).localeCompare(order(b), 'en', { numeric: true }))
writeResult('quality', { machine, runs: results })
writeTables()

async function measure({ model, dataset, seed }) {
  const out = mkdtempSync(join(tmpdir(), 'ae-quality-'))
  const { epochs } = models[model]
  const task = ['--model', model, '--dataset', dataset, '--seed', seed]
  // One copy of MNIST for all; Fashion-MNIST is found or downloaded.
  const env = dataset === 'mnist' ? { AE_DATA_DIR: digits } : {}
  try {
    const training = [command, 'train', '--json-result', '--epochs', epochs, ...task, '--out', out]
    const { test, seconds } = await runNode(training, env)
    const judged = models[model].judged ? await runNode([judge, model, dataset, out], env) : {}
    if (dataset === 'mnist' && seed === 1) {
      mkdirSync(pictures, { recursive: true })
      for (const name of models[model].pictures) copyFileSync(join(out, name), join(pictures, `${model}-${name}`))
    }
    return { model, dataset, seed, test, judged, seconds: Math.round(seconds) }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}
