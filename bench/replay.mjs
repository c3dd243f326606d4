// `pnpm bench:replay [--rounds 4]`: a training step of every model on wasm, through TensorFlow.js and replayed, as a table for
// packages/wasm/README.md. The two alternate in one process; only the fastest step of each counts.
import { selectBackend, train } from '@ae/core'
import { mnist, withLabels } from '@ae/datasets'
import { convolutionalArchitecture, vae } from '@ae/models'
import { models } from '@ae/models/internal'
import { wasmBackend } from '@ae/wasm'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { table } from './table.mjs'

const { values } = readArguments(
  'pnpm bench:replay [--rounds 4]: steps through TensorFlow.js and replayed, of every model.',
  {
    rounds: { help: 'how often each runs', default: '4', count: true },
  },
)
const batchSizes = [16, 128]
const steps = 24

await selectBackend(wasmBackend({ threads: 1 }))
const digits = await mnist({ split: 'train', limit: steps * Math.max(...batchSizes) })
const [height, width, channels] = digits.shape
const inputShape = [height, width, channels]
const setting = { exampleCount: digits.size, classes: 10, network: 'dense' }
const subjects = [
  ...models.map(({ name, create, command, isLabelled }) => ({
    name,
    isLabelled,
    create: () => create({ inputShape, seed: 1, hidden: command.hidden, ...command.options(setting) }),
  })),
  {
    name: 'vae, convolutional, channels [8, 16]',
    create: () =>
      vae({ inputShape, latentSize: 20, architecture: convolutionalArchitecture({ channels: [8, 16] }), seed: 1 }),
  },
]

const rows = []
for (const subject of subjects) {
  const cells = []
  for (const batchSize of batchSizes) {
    const fastest = { replayed: Number.POSITIVE_INFINITY, unmarked: Number.POSITIVE_INFINITY }
    for (let round = 0; round < values.rounds; round++) {
      for (const way of Object.keys(fastest))
        fastest[way] = Math.min(fastest[way], await timeOf(subject, batchSize, way))
    }
    const { replayed, unmarked } = fastest
    cells.push(unmarked.toFixed(2), replayed.toFixed(2), (unmarked / replayed).toFixed(2))
  }
  rows.push([subject.name, ...cells])
}
const columns = batchSizes.flatMap((size) => [`batch ${size}: through TensorFlow.js`, 'replayed', 'times as fast'])
console.log(table(['784 inputs', ...columns], rows).join('\n'))
console.log(`\nNode ${machine.node}, ${machine.processor}`)

/** The fastest step in milliseconds. */
async function timeOf({ create, isLabelled }, batchSize, way) {
  const model = create()
  // A function of one's own is not marked as repeatable.
  const trained = way === 'replayed' ? model : { ...model, trace: (batch, options) => model.trace(batch, options) }
  const data = digits.take(steps * batchSize)
  let fastest = Number.POSITIVE_INFINITY
  let last
  const onProgress = () => {
    const now = performance.now()
    if (last !== undefined) fastest = Math.min(fastest, now - last)
    last = now
  }
  const run = train(trained, isLabelled ? withLabels(data) : data, { epochs: 2, batchSize, seed: 1, onProgress })
  for await (const _ of run) last = undefined
  model.dispose()
  return fastest
}
