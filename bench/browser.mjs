// `pnpm bench:browser [--rounds 5]`: the tutorial's VAE on wasm in Node and, with the same packages, in headless Chromium, with
// and without cross-origin isolation, alternating. In Node 20, whose SIMD is as wide as a browser's, and in Node 24, where it is
// twice as wide, it writes results/browser-node-*.json and that table in docs/benchmarks.md; in others it only prints.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { serve, watch } from '../tooling/scripts/consumers/browser.mjs'
import { readArguments } from './arguments.mjs'
import { commandOf, machine } from './machine.mjs'
import { networks } from './networks.mjs'
import { digits, runNode } from './on-every-core.mjs'
import { replaceSection, writeResult } from './report.mjs'
import { median, ratioByRounds, rounded } from './statistics.mjs'
import { table, whole } from './table.mjs'

const { values } = readArguments(
  'pnpm bench:browser [--rounds 5]: the same training in Node and in headless Chromium.',
  {
    rounds: { help: 'how often each is measured', default: '5', count: true },
  },
)
const { rounds } = values
const settings = { network: networks.vae, images: 6144, epochs: 3, batchSize: 128 }
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
}
const all = availableParallelism()

const folder = mkdtempSync(join(tmpdir(), 'ae-page-'))
try {
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'pages'),
    base: './',
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: folder, target: 'esnext' },
  })
  copyFileSync(join(digits, 'train-images-idx3-ubyte'), join(folder, 'digits'))
  const [open, isolated] = await Promise.all([serve(folder), serve(folder, isolation)])
  try {
    await measureAll({
      'Node, 1 thread': () => inNode({ threads: 1 }),
      'Node with 128 bits, 1 thread': () => inNode({ threads: 1, vectorBits: 128 }),
      'page, 1 thread': () => inPage(open, { threads: 1 }),
      'isolated page, 1 thread': () => inPage(isolated, { threads: 1 }),
      'Worker of an isolated page, 1 thread': () => inPage(isolated, { threads: 1, inWorker: true }),
      ...(all > 1 && {
        'Node, all threads': () => inNode({ threads: all }),
        'Node with 128 bits, all threads': () => inNode({ threads: all, vectorBits: 128 }),
        'isolated page, all threads': () => inPage(isolated, { threads: all }),
        'Worker of an isolated page, all threads': () => inPage(isolated, { threads: all, inWorker: true }),
      }),
    })
  } finally {
    open.close()
    isolated.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measureAll(places) {
  const runs = Object.fromEntries(Object.keys(places).map((name) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const [name, measure] of Object.entries(places)) {
      const result = await measure()
      runs[name].push(result)
      const rate = whole(median(result.imagesPerSecond))
      console.log(`round ${round}/${rounds}  ${name.padEnd(40)} ${rate} images/s, ${result.device}`)
    }
  }
  const ratesOf = (name) => runs[name].map(({ imagesPerSecond }) => median(imagesPerSecond))
  const rows = Object.keys(places).map((name) => {
    const times = (node) => rounded(ratioByRounds(ratesOf(name), ratesOf(`${node}, ${name.split(', ')[1]}`)))
    return {
      name,
      device: runs[name][0].device,
      imagesPerSecond: Math.round(median(ratesOf(name))),
      timesNode: times('Node'),
      timesNodeWith128Bits: times('Node with 128 bits'),
    }
  })
  const [major] = machine.node.split('.')
  const isKept = ['20', '24'].includes(major)
  if (isKept) writeResult(`browser-node-${major}`, { machine, settings, rounds, rows }) // first: printing may fail
  console.table(rows)
  if (!isKept) return
  replaceSection('benchmarks.md', `browser-node-${major}`, describe(rows))
}

function inNode(own) {
  return runNode([
    join(import.meta.dirname, 'programs/node-vae.mjs'),
    JSON.stringify({ ...settings, ...own, data: digits }),
  ])
}

async function inPage({ address }, own) {
  const lines = await watch(`${address}?${encodeURIComponent(JSON.stringify({ ...settings, ...own }))}`)
  return JSON.parse(lines.at(-1))
}

function describe(rows) {
  const { processor, cores, node } = machine
  return [
    `Measured by \`${commandOf('bench:browser')}\` on ${processor}, ${cores} cores, Node ${node} and headless Chromium: the VAE 784-400-20 at batch ${settings.batchSize}`,
    `with the same packages; medians of ${rounds} alternating rounds. An isolated page is served with the headers COOP and COEP.`,
    '',
    ...table(
      ['', 'images/s', 'times Node', 'times Node with 128 bits'],
      rows.map((row) => [row.name, whole(row.imagesPerSecond), row.timesNode, row.timesNodeWith128Bits]),
    ),
  ].join('\n')
}
