// `pnpm --filter @ae/bench event-loop [--rounds 3]`: how long training holds the event loop at a time, at the sizes of the VAE of
// Kingma and Welling's tutorial with two hidden layers (784-500-500-20, batch 100), as a table. Each part of a run is measured by
// itself; of several rounds the one with the shortest maximum counts, because other processes only add to it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { evaluate, selectBackend, train } from '@ae/core'
import { mnist } from '@ae/datasets'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { table } from './table.mjs'

const { values } = readArguments(
  'pnpm --filter @ae/bench event-loop [--rounds 3]: how long training holds the event loop.',
  {
    rounds: { help: 'how often each part is measured', default: '3', count: true },
  },
)

await selectBackend(wasm)
const digits = await mnist({ split: 'train' })
const validation = (await mnist({ split: 'test' })).take(5000)
const folder = await mkdtemp(join(tmpdir(), 'ae-event-loop-'))
const model = vae({ inputShape: digits.shape, latentSize: 20, hidden: [500, 500], seed: 1 })
const histogram = monitorEventLoopDelay({ resolution: 1 })

const parts = {
  'the first 20 steps of a run': () => runFor({ data: digits.take(2000) }),
  'an epoch of 60,000 images': () => runFor({ data: digits, warm: true }),
  'an epoch, validation and a checkpoint': () =>
    runFor({ data: digits.take(6000), warm: true, validation, checkpoint: join(folder, 'run.safetensors') }),
  '`evaluate` of 5,000 images': () => evaluate(model, validation, { batchSize: 100 }),
}

const rows = []
for (const [part, run] of Object.entries(parts)) {
  let best
  for (let round = 0; round < values.rounds; round++) {
    histogram.enable()
    histogram.reset()
    const rate = await run()
    histogram.disable()
    const measured = { max: histogram.max, high: histogram.percentile(99), middle: histogram.percentile(50), rate }
    if (best === undefined || measured.max < best.max) best = measured
  }
  const milliseconds = [best.max, best.high, best.middle].map((nanoseconds) => (nanoseconds / 1e6).toFixed(1))
  rows.push([part, ...milliseconds, typeof best.rate === 'number' ? best.rate.toFixed(0) : ''])
}
console.log(table(['holds the event loop, in ms', 'longest', '99%', 'median', 'images/s'], rows).join('\n'))
console.log(`\nNode ${machine.node}, ${machine.processor}, ${machine.cores} cores`)
model.dispose()
await rm(folder, { recursive: true })

/** One epoch; with `warm` the second of two, so that what a run prepares is not measured. */
async function runFor({ data, warm = false, ...options }) {
  let rate = 0
  for await (const { epoch, examplesPerSecond } of train(model, data, {
    ...options,
    epochs: warm ? 2 : 1,
    batchSize: 100,
  })) {
    rate = examplesPerSecond
    if (warm && epoch === 1) histogram.reset()
  }
  return rate
}
