// `pnpm --filter @ae/bench optimizers [--rounds 40] [--threads 1]`: a training step on wasm by each optimiser, beside one by Adam. All
// take turns in one process, an epoch of six steps each; only the epoch with the least time of the processor counts, for other programs
// may run. Threads that wait count too: compare with one.
import {
  adagrad,
  adam,
  adamW,
  average,
  clip,
  lion,
  rAdam,
  rmsProp,
  selectBackend,
  sgd,
  train,
  uniforms,
} from '@ae/core'
import { fromArray } from '@ae/datasets'
import { vae } from '@ae/models'
import { wasmBackend } from '@ae/wasm'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { table } from './table.mjs'

const { values } = readArguments(
  'pnpm --filter @ae/bench optimizers [--rounds 40] [--threads 1]: a step by each optimiser, beside Adam.',
  {
    rounds: { help: 'how often each runs', default: '40', count: true },
    threads: { help: 'the threads of wasm', default: '1', count: true },
  },
)
const [batchSize, steps] = [100, 6]
// A step takes longer or shorter depending on the weights, by a fifth: at this rate they stay the same for all.
const learningRate = 1e-9
const optimizers = {
  'adam()': adam({ learningRate }),
  'adamW()': adamW({ learningRate }),
  'clip(adam(), { norm: 1 })': clip(adam({ learningRate }), { norm: 1 }),
  'average(adam(), { decay: 0.999 })': average(adam({ learningRate }), { decay: 0.999 }),
  'average(clip(adamW(), { norm: 1 }), { decay: 0.999 })': average(clip(adamW({ learningRate }), { norm: 1 }), {
    decay: 0.999,
  }),
  'sgd()': sgd({ learningRate }),
  'sgd({ momentum: 0.9 })': sgd({ learningRate, momentum: 0.9 }),
  'rmsProp()': rmsProp({ learningRate }),
  'adagrad()': adagrad({ learningRate }),
  'lion()': lion({ learningRate }),
  'rAdam()': rAdam({ learningRate }),
}

await selectBackend(wasmBackend({ threads: values.threads }))
const data = fromArray(uniforms('digits', {}, steps * batchSize * 784), { shape: [28, 28, 1] })
const runs = Object.entries(optimizers).map(([name, optimizer]) => started(name, optimizer))
for (let round = 0; round < values.rounds; round++) for (const run of runs) await run.epoch()
const fastest = Object.fromEntries(runs.map(({ name, fastest }) => [name, fastest()]))
const bare = fastest['adam()']
const rows = Object.entries(fastest).map(([name, time]) => [`\`${name}\``, time.toFixed(2), (time / bare).toFixed(2)])
console.log(table(['784-500-500-20, batches of 100', 'processor milliseconds a step', 'of Adam'], rows).join('\n'))
console.log(`\nNode ${machine.node}, ${machine.processor}, ${values.threads} threads`)

/** A training that is advanced by an epoch at a time. */
function started(name, optimizer) {
  const model = vae({ inputShape: [28, 28, 1], hidden: [500, 500], latentSize: 20, seed: 1 })
  let fastest = Number.POSITIVE_INFINITY
  const epochs = train(model, data, { epochs: values.rounds, batchSize, optimizer })
  return {
    name,
    fastest: () => fastest,
    async epoch() {
      const before = process.cpuUsage()
      await epochs.next()
      const { user, system } = process.cpuUsage(before)
      fastest = Math.min(fastest, (user + system) / 1000 / steps)
    },
  }
}
