// `pnpm --filter @ae/bench paper [--samples 5]`: a row of table 1 of Burda, Grosse and Salakhutdinov, Importance Weighted
// Autoencoders, 2016: one stochastic layer on randomly binarised MNIST, with the whole schedule of 3,280 passes; with 1 sample the
// VAE's row. It takes hours, and goes on from its last checkpoint when it is called again. Then log p(x) of the 10,000 test
// digits by 5,000 samples. Writes results/paper.json and the table in docs/benchmarks.md.
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { adam, checkpointEvery, file, save, selectBackend, train } from '@ae/core'
import { binarize, mnist } from '@ae/datasets'
import { importanceSampledLogLikelihood } from '@ae/metrics'
import { denseArchitecture, iwae, vae } from '@ae/models'
import { wasmBackend } from '@ae/wasm'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { digits as folderOfDigits } from './on-every-core.mjs'
import { passes, scaledAdam, stageOf } from './paper-schedule.mjs'
import { paperTable } from './paper-table.mjs'
import { readResult, replaceSection, writeResult } from './report.mjs'
import { median } from './statistics.mjs'

const { values } = readArguments('pnpm --filter @ae/bench paper: a row of table 1 of Burda et al., 2016; hours.', {
  samples: { help: 'codes per digit in training; 1 is the VAE', count: true, default: '1' },
  threads: { help: 'threads that compute', count: true, default: '1' },
})
const { samples, threads } = values
const [batchSize, seed] = [100, 1]
process.env.AE_DATA_DIR ??= folderOfDigits
await selectBackend(wasmBackend({ threads }))
const digits = binarize(await mnist({ split: 'train' }), { seed })

const architecture = denseArchitecture({ hidden: [200, 200], activation: 'tanh' })
const options = { inputShape: digits.shape, latentSize: 50, architecture, seed }
const model = samples === 1 ? vae(options) : iwae({ ...options, samples })
const name = samples === 1 ? 'vae' : `iwae-${samples}`
const folder = join(import.meta.dirname, '.paper', name)
mkdirSync(folder, { recursive: true })
const pathOf = (file) => join(folder, file)
const checkpoint = checkpointEvery(pathOf('checkpoints'), { seconds: 60 })
const optimizer = adam(scaledAdam({ batchSize, stepsPerPass: digits.size / batchSize }))
const run = train(model, digits, { epochs: passes, batchSize, seed, optimizer, checkpoint, resume: checkpoint })
for await (const { epoch: pass, loss, seconds } of run) {
  const isLastOfStage = pass === passes || stageOf(pass + 1) !== stageOf(pass)
  const measured = isLastOfStage ? await logLikelihoodOf(1000, 500) : undefined
  if (isLastOfStage) await save(model, file(pathOf(`after-${pass}.safetensors`)))
  const line = { pass, bound: -loss.total, seconds: round(seconds), ...(measured && { logLikelihood: measured.value }) }
  appendFileSync(pathOf('passes.jsonl'), `${JSON.stringify(line)}\n`)
  console.log(line)
}
const { value, standardError, seconds } = await logLikelihoodOf(10000, 5000)
const lines = readFileSync(pathOf('passes.jsonl'), 'utf8').trim().split('\n')
// A pass after the last checkpoint is made again when the run goes on.
const passesMade = [...new Map(lines.map((line) => JSON.parse(line)).map((line) => [line.pass, line])).values()]
const curve = passesMade.filter((line) => line.logLikelihood !== undefined)
const secondsPerPass = median(passesMade.map((line) => line.seconds))
const row = { name, batchSize, threads, logLikelihood: value, standardError, seconds, secondsPerPass, curve, machine }
const others = (readResult('paper')?.rows ?? []).filter((other) => other.name !== name)
const rows = [...others, row]
writeResult('paper', { rows })
replaceSection('benchmarks.md', 'paper', paperTable(rows))
console.log(row)

/** log p(x) of the first test digits, binarised once. */
async function logLikelihoodOf(count, samples) {
  const test = binarize(await mnist({ split: 'test', limit: count }), { seed: 0 })
  const start = performance.now()
  const { value, standardError } = await importanceSampledLogLikelihood(model, test, { samples, seed: 0 })
  return { value, standardError, seconds: round((performance.now() - start) / 1000) }
}

function round(seconds) {
  return Math.round(seconds * 1000) / 1000
}
