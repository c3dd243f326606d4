// `pnpm bench:sweep [--rounds 2] [--axes batch,width,...]`: what a training step of the tutorial's VAE costs against batch,
// width, depth, data and threads, ours and eager PyTorch alternating. Writes results/sweep.json, and the tables and charts of
// docs/benchmarks.md; a run of only some axes just prints.
import { availableParallelism } from 'node:os'
import { readArguments } from './arguments.mjs'
import { installedContenders, run } from './contenders.mjs'
import { machine } from './machine.mjs'
import { networks, trainingOperations } from './networks.mjs'
import { writeResult } from './report.mjs'
import { median, rounded } from './statistics.mjs'
import { writeSweep } from './sweep-report.mjs'

const { values: chosen } = readArguments(
  'pnpm bench:sweep [--rounds 2] [--axes batch,width]: what a training step costs against each of the axes.',
  {
    rounds: { help: 'how often each is measured', default: '2', count: true },
    axes: { help: 'a list', names: ['batch', 'width', 'depth', 'data', 'threads'] },
  },
)
const { rounds } = chosen
const all = availableParallelism()
const base = { task: 'train', network: networks.vae, images: 4096, epochs: 1, batchSizes: [128] }
const dense = (hidden) => ({ ...base, network: { ...networks.vae, hidden } })
const each = (values, taskOf) => values.map((value) => ({ value, task: taskOf(value), threads: undefined }))

/** The points of each axis: a task, and the number of threads where that is what varies. */
const axes = {
  batch: each([8, 16, 32, 64, 128, 256, 512, 1024, 2048], (size) => ({
    ...base,
    batchSizes: [size],
    images: Math.min(4096, Math.max(1024, 32 * size)),
  })),
  width: each([50, 100, 200, 400, 800, 1600], (width) => dense([width])),
  depth: each([1, 2, 3, 4], (depth) => dense(Array(depth).fill(400))),
  data: each([1024, 4096, 16_384, 60_000], (images) => ({ ...base, images })),
  threads: Array.from({ length: all }, (_, i) => ({ value: i + 1, task: base, threads: i + 1 })),
}
const measured = ['@ae, 1 thread', '@ae, all threads', 'PyTorch eager, all threads']
const contenders = installedContenders().filter(({ name }) => measured.includes(name))
const wanted = Object.keys(axes).filter((axis) => chosen.axes.length === 0 || chosen.axes.includes(axis))

const found = new Map()
for (let round = 1; round <= rounds; round++) {
  for (const axis of wanted)
    for (const point of axes[axis]) for (const contender of contenders) await measure(round, axis, point, contender)
}
const rows = [...found.values()].map(({ axis, value, contender, network, rates, memory }) => ({
  axis,
  value,
  contender,
  imagesPerSecond: Math.round(median(rates)),
  microsecondsAnImage: rounded(1e6 / median(rates)),
  gigaflops: rounded((median(rates) * trainingOperations(network)) / 1e9),
  peakMemoryMiB: Math.round(median(memory)),
}))
const result = { machine, rounds, rows }
const isWhole = wanted.length === Object.keys(axes).length
if (isWhole) writeResult('sweep', result) // first: printing and drawing may fail
console.table(rows)
if (isWhole) await writeSweep(result)

async function measure(round, axis, { value, task, threads }, contender) {
  // On the axis `threads` each family is measured once, under its name without the number of threads.
  if (threads !== undefined && contender.threads !== all) return
  const name = threads === undefined ? contender.name : contender.name.split(',')[0]
  const { results } = await run({ ...contender, threads: threads ?? contender.threads }, task)
  const key = JSON.stringify([axis, value, name])
  const own = found.get(key) ?? { axis, value, contender: name, network: task.network, rates: [], memory: [] }
  own.rates.push(...results[0].imagesPerSecond)
  own.memory.push(results[0].peakMemory)
  found.set(key, own)
  console.log(
    `round ${round}/${rounds}  ${axis.padEnd(8)} ${String(value).padStart(6)}  ${name.padEnd(27)} ${Math.round(median(results[0].imagesPerSecond))} images/s`,
  )
}
