// `pnpm --filter @ae/bench quality:pytorch`: the PyTorch columns of the quality table. Trains the tutorial's models with
// peers/torch_quality.py (needs python3 with PyTorch, and FASHION_MNIST_DIR if the data is not where Debian puts it) for seeds 1, 2
// and 3, one process per core with one thread each. Saves results/torch-quality.json after each run and continues from there.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { networks } from './networks.mjs'
import { digits, onEveryCore } from './on-every-core.mjs'
import { models, writeTables } from './quality-table.mjs'
import { readResult, writeResult } from './report.mjs'

readArguments(
  'pnpm --filter @ae/bench quality:pytorch: the PyTorch columns of the quality table; continues where it stopped.',
)
const program = join(import.meta.dirname, 'peers/torch_quality.py')
const folders = {
  mnist: digits,
  'fashion-mnist': process.env.FASHION_MNIST_DIR ?? '/usr/share/datasets/fashion-mnist',
}
const tasks = Object.keys(folders).flatMap((dataset) =>
  Object.keys(models)
    .filter((model) => models[model].pytorch)
    .flatMap((model) => [1, 2, 3].map((seed) => ({ model, dataset, seed }))),
)
const results = readResult('torch-quality')?.runs ?? []
const missing = tasks.filter(
  (task) => !results.some((run) => Object.entries(task).every(([name, value]) => run[name] === value)),
)
await onEveryCore(missing, async ({ model, dataset, seed }) => {
  const env = { ...process.env, OMP_NUM_THREADS: '1' }
  const { stdout } = await promisify(execFile)(
    'python3',
    [program, model, JSON.stringify(networks[model]), folders[dataset], String(seed)],
    { env },
  )
  const { torch, ...figures } = JSON.parse(stdout)
  results.push({ ...figures, dataset, torch })
  writeResult('torch-quality', { machine, runs: results })
  console.log(stdout.trim())
})
writeTables()
