// `pnpm --filter @ae/bench likelihood`: log p(x) of binarised MNIST by importance sampling, for a VAE and an importance weighted
// autoencoder with the same network and number of steps. Writes results/likelihood.json and the tables in the docs.
import { join } from 'node:path'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { digits, onEveryCore, runNode } from './on-every-core.mjs'
import { summary } from './quality-table.mjs'
import { replaceSection, writeResult } from './report.mjs'

readArguments('pnpm --filter @ae/bench likelihood: log p(x) of a VAE and an IWAE; about ten minutes.')
const program = join(import.meta.dirname, 'programs/likelihood.mjs')
const settings = { epochs: 3, testImages: 1000, samples: 500 }
const tasks = [5, 1].flatMap((samplesInTraining) => [1, 2, 3].map((seed) => ({ samplesInTraining, seed })))
const runs = []
await onEveryCore(tasks, async (task) => {
  const result = await runNode([program, JSON.stringify({ ...settings, ...task })], { AE_DATA_DIR: digits })
  runs.push({ ...task, ...result })
  console.log(task, result)
})
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
    `Measured by \`pnpm --filter @ae/bench likelihood\`: networks 784-400-20, trained for ${settings.epochs} epochs with batch 128 on randomly binarised`,
    `MNIST; then log p(x) of ${settings.testImages} test digits, binarised once, by importance sampling with ${settings.samples} samples; seeds 1, 2 and 3.`,
    '',
    '| model | log p(x), nats per image |',
    '|---|---|',
    ...rows,
  ].join('\n')
}
