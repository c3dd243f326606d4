// `pnpm bench [--rounds 3] [--parts train,sample,...] [--networks vae,...] [--contenders ours,PyTorch,...]`: ours and every
// installed peer, alternating, one process per measurement: training, sampling, cold start, encoding and the limit of matrix
// products. Writes results/speed.json, and the tables and charts of docs/benchmarks.md; a run that leaves something out only
// prints.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArguments } from './arguments.mjs'
import { contenders, installedContenders, run } from './contenders.mjs'
import { machine } from './machine.mjs'
import { imagesOfEpoch, networks } from './networks.mjs'
import { writeResult } from './report.mjs'
import { printSpeed, writeSpeed } from './speed-report.mjs'
import { summarise } from './speed-summary.mjs'

const { values: chosen } = readArguments(
  'pnpm bench [--rounds 3] [--parts train,sample] [--networks vae] [--contenders PyTorch]: speed against every peer that is installed.',
  {
    rounds: { help: 'how often each is measured', default: '3', count: true },
    parts: { help: 'a list', names: ['limit', 'train', 'encode', 'sample', 'cold-start'] },
    networks: { help: 'a list, for training', names: Object.keys(networks) },
    contenders: { help: 'a list of names or parts of names', names: contenders.map(({ name }) => name), partly: true },
  },
)
const { rounds } = chosen
const isChosen = (option, names) => chosen[option].length === 0 || chosen[option].some((part) => names.includes(part))

const folder = mkdtempSync(join(tmpdir(), 'ae-bench-'))
const { vae } = networks
const training = { task: 'train', epochs: 2, batchSizes: [128, 1024] }
const sampling = { network: vae, count: 64 }
const weightsOf = ({ weights }) => join(folder, `vae.${weights}`)
/** What each round measures, in this order: a task, and which contenders take part. */
const parts = [
  { part: 'limit', task: { task: 'matmul', sizes: [512, 1024], count: 20 }, takes: ({ weights }) => weights },
  ...Object.entries(networks).map(([name, network]) => ({
    part: 'train',
    name,
    task: { ...training, network, images: imagesOfEpoch(network) },
  })),
  { part: 'encode', task: { task: 'encode', network: vae, images: 10_240, epochs: 3, batchSizes: [128, 1024] } },
  { part: 'sample', task: { task: 'sample', ...sampling, calls: 500 } },
  ...Array.from({ length: 2 }, () => ({
    part: 'cold-start',
    task: { task: 'cold-start', ...sampling },
    takes: ({ weights }) => weights,
  })),
]
const wanted = parts.filter(({ part, name }) => isChosen('parts', [part]) && (!name || isChosen('networks', [name])))
const present = installedContenders().filter(({ name }) => isChosen('contenders', name))
const measurements = []
const start = performance.now()
try {
  for (const saving of new Map(present.filter(({ weights }) => weights).map((one) => [one.weights, one])).values()) {
    await run(saving, { task: 'save', network: vae, weights: weightsOf(saving) })
  }
  for (let round = 0; round < rounds; round++) {
    for (const item of wanted) for (const contender of present) await measure(round, item, contender)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const minutes = (performance.now() - start) / 60_000
const result = { machine, rounds, minutes: Number(minutes.toFixed(1)), ...summarise(measurements, present) }
const isWhole = wanted.length === parts.length && chosen.contenders.length === 0
if (isWhole) writeResult('speed', result) // first: printing and drawing may fail
printSpeed(result)
if (isWhole) await writeSpeed(result)

async function measure(round, { part, name, task, takes = () => true }, contender) {
  const { only = [name], without = [], tasks = [task.task], rounds: own = rounds } = contender
  if (round >= own || !only.includes(name) || without.includes(name) || !tasks.includes(task.task)) return
  if (!takes(contender)) return
  const where = `round ${round + 1}/${rounds}  ${part.padEnd(10)} ${(name ?? '').padEnd(21)} ${contender.name.padEnd(30)}`
  const compiled = part === 'cold-start' ? undefined : folder
  const weights = weightsOf(contender)
  const result = await run(contender, { ...task, weights }, compiled).catch((error) => {
    // Continue with the others: a run takes a quarter of an hour.
    console.log(`${where} failed: ${error.message}`)
    process.exitCode = 1
  })
  if (result === undefined) return
  measurements.push({ round, part, network: name, contender: contender.name, result })
  console.log(`${where} ${brief(result)}`)
}

function brief({ results, milliseconds, gigaflops }) {
  if (gigaflops) return `${gigaflops.toFixed(1)} GFLOP/s`
  if (milliseconds) return `${[milliseconds].flat()[0].toFixed(2)} ms`
  return results
    .map(({ batchSize, imagesPerSecond }) => `${batchSize}: ${Math.round(imagesPerSecond.at(-1))}`)
    .join('  ')
    .concat(' images/s')
}
