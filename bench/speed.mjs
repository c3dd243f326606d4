// `pnpm bench`: training speed of the tutorial's VAE, ours and each peer that is installed, in turn on this machine.
// Several rounds, one process each, medians and ratios; writes results/speed.json and the table in docs/benchmarks.md.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { machine } from './machine.mjs'
import { digits } from './on-every-core.mjs'
import { replaceSection, writeResult } from './report.mjs'

const here = import.meta.dirname
const settings = { batchSize: 128, images: 12_800, epochs: 2, data: digits }
const rounds = 3
const program = (name) => [process.execPath, join(here, 'programs', name)]
const torch = ['python3', join(here, 'peers/torch_vae.py')]
const contenders = {
  '@ae on wasm, 1 thread': { command: program('ours-vae.mjs') },
  'stock tfjs on wasm, 1 thread': { command: program('stock-vae.mjs') },
  'PyTorch eager, 1 thread': { command: torch, settings: { threads: 1 }, optional: true },
  'PyTorch eager, all threads': { command: torch, settings: { threads: machine.cores }, optional: true },
}

const runs = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
for (let round = 1; round <= rounds; round++) {
  for (const [name, contender] of Object.entries(contenders)) {
    const result = await measure(contender)
    if (result) runs[name].push(result)
    console.log(
      `round ${round}/${rounds}  ${name.padEnd(30)} ${result ? describe(median(result.imagesPerSecond)) : 'not installed'}`,
    )
  }
}
const [ours] = Object.values(runs)
const rows = Object.entries(runs)
  .filter(([, results]) => results.length > 0)
  .map(([name, results]) => ({
    name,
    imagesPerSecond: Math.round(median(results.flatMap((result) => result.imagesPerSecond))),
    oursIsTimes: round2(
      median(results.map((result, i) => median(ours[i].imagesPerSecond) / median(result.imagesPerSecond))),
    ),
    kernelsPerStep: results[0].kernels,
    peakMemoryMiB: Math.round(median(results.map((result) => result.peakMemory)) / 1024),
    version: results[0].version,
  }))
console.table(rows)
const { data: _, ...stated } = settings
writeResult('speed', { machine, settings: stated, rounds, rows })
replaceSection('benchmarks.md', 'speed', table(rows))

async function measure({ command: [file, ...args], settings: own, optional }) {
  try {
    const { stdout } = await promisify(execFile)(file, [...args, JSON.stringify({ ...settings, ...own })])
    return JSON.parse(stdout.trim().split('\n').at(-1))
  } catch (error) {
    if (optional) return undefined
    throw error
  }
}

function table(rows) {
  const lines = rows.map((row) => {
    const name = row.version ? `${row.name} (${row.version})` : row.name
    return `| ${name} | ${row.imagesPerSecond} | ${row.oursIsTimes} | ${row.kernelsPerStep ?? ''} | ${row.peakMemoryMiB} |`
  })
  const { processor, cores, memoryGiB, node, tfjs } = machine
  return [
    `Measured by \`pnpm bench\` on ${processor}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, tfjs ${tfjs}: VAE 784-400-20,`,
    `batch ${settings.batchSize}, Adam, ${settings.images} MNIST images an epoch; medians of ${rounds} rounds in turn, first epoch of each left out.`,
    '',
    '| who | images/s | ours is times | kernels a step | peak memory, MiB |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function round2(value) {
  return Math.round(value * 100) / 100
}

function describe(rate) {
  return `${Math.round(rate)} images/s`
}
