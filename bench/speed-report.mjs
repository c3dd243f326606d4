// Reports a run of `pnpm bench`: on the console, and as tables and charts in docs/benchmarks.md.
import { writeChart } from './chart.mjs'
import { colorOf } from './contenders.mjs'
import { headline } from './headline.mjs'
import { commandOf } from './machine.mjs'
import { imagesOfEpoch, networks } from './networks.mjs'
import { replaceSection } from './report.mjs'
import { table, whole } from './table.mjs'

export function printSpeed({ limits, training, encoding, sampling, coldStart, minutes }) {
  for (const rows of [limits, training, encoding, sampling, coldStart]) if (rows.length > 0) console.table(rows)
  console.log(`${minutes} minutes`)
}

/** Writes the section `speed` of docs/benchmarks.md with its charts, and that of the README. */
export async function writeSpeed(result) {
  const sizes = distinct(result.training, 'batchSize')
  for (const size of sizes) await writeChart(pathOf(size), trainingChart(result.training, size))
  replaceSection(
    'benchmarks.md',
    'speed',
    [
      ...introduction(result),
      ...sizes.flatMap((size) => trainingSection(result, size)),
      ...efficiencySection(result),
      ...samplingSection(result),
    ].join('\n'),
  )
  const lines = headline(result)
  if (lines) replaceSection('../README.md', 'speed', lines.join('\n'))
  else console.log('README.md keeps the figures of an earlier run: a contender it names was not measured in this one')
}

const pathOf = (batchSize) => `images/benchmarks/training-${batchSize}.svg`

function introduction({ machine, rounds, versions, minutes }) {
  const { processor, cores, memoryGiB, node, tfjs } = machine
  const [longEpoch, shortEpoch] = [networks.vae, networks['convolutional-vae']].map((each) =>
    whole(imagesOfEpoch(each)),
  )
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    `Measured by \`${commandOf('bench')}\` on ${processor}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, tfjs ${tfjs}, ${peers.join(', ')}, in ${minutes} minutes.`,
    `Each measurement runs in its own process; the contenders alternate over ${rounds} rounds, and figures are medians. The first epoch is`,
    `warm-up, which includes everything compiled on first use, and is left out. An epoch has ${longEpoch} real digits (${shortEpoch} for convolutional`,
    'and stacked networks). Compiled PyTorch and the stock backends run in the first round only: tfjs-node on 2,048 digits, stock',
    'tfjs wasm on 1,024, stock tfjs cpu on 128. A ratio is the median over rounds of the ratio to ours with the same number of',
    'threads.',
  ]
}

function trainingSection({ training }, batchSize) {
  const rows = training.filter((row) => row.batchSize === batchSize)
  const names = distinct(rows, 'network')
  const cellsOf = (contender) =>
    names.map((network) => {
      const row = rows.find((one) => one.contender === contender && one.network === network)
      return row && `${whole(row.imagesPerSecond)} (${row.oursIsTimes ?? '-'})`
    })
  return [
    '',
    `### Training, batch ${batchSize}`,
    '',
    'Images per second; in brackets, how many times as fast ours is. For the stacked autoencoder an epoch is one epoch of each pair',
    'of layers and one of the whole network.',
    '',
    ...table(
      ['', ...names],
      distinct(rows, 'contender').map((name) => [name, ...cellsOf(name)]),
    ),
    '',
    `![images per second of each network](${pathOf(batchSize)})`,
  ]
}

function efficiencySection({ training, limits }) {
  const percent = (share) => (share === undefined ? '' : `${Math.round(100 * share)}%`)
  const rows = training.filter(
    ({ batchSize, network }) => batchSize === 128 && ['vae', 'convolutional-vae'].includes(network),
  )
  return [
    '',
    '### Limit of the machine',
    '',
    'The fastest product of square matrices in the same run, in GFLOP/s:',
    '',
    ...table(
      ['', 'GFLOP/s'],
      limits.map(({ contender, gigaflops }) => [contender, gigaflops]),
    ),
    '',
    'Training at batch 128. GFLOP/s count only matrix products and convolutions. The next columns give their share of the best limit',
    "above with that number of threads, and of the library's own limit there. Then follow the kernels that the tfjs engine launches",
    'per step (ours does so only in the first two steps of a run: [why](decisions/0017-steps-that-are-played.md)) and the peak memory',
    'of the whole process.',
    '',
    ...table(
      ['network', '', 'GFLOP/s', 'of the best limit', 'of its own limit', 'kernels per step', 'peak memory, MiB'],
      rows.map((row) => [
        row.network,
        row.contender,
        row.gigaflops,
        percent(row.shareOfLimit),
        percent(row.shareOfOwnLimit),
        row.kernels,
        row.peakMemoryMiB,
      ]),
    ),
  ]
}

function samplingSection({ sampling, coldStart, encoding }) {
  const names = distinct(sampling, 'contender')
  const encodingOf = (name, size) => {
    const row = encoding.find(({ contender, batchSize }) => contender === name && batchSize === size)
    return row && `${whole(row.imagesPerSecond)} (${row.oursIsTimes ?? '-'})`
  }
  const rows = names.map((name) => {
    const { p50, p99, oursIsTimes, peakMemoryMiB } = sampling.find(({ contender }) => contender === name)
    const cold = coldStart.find(({ contender }) => contender === name)
    return [
      name,
      `${p50} (${oursIsTimes ?? '-'})`,
      p99,
      cold && `${cold.p50} (${cold.oursIsTimes ?? '-'})`,
      peakMemoryMiB,
      encodingOf(name, 128),
      encodingOf(name, 1024),
    ]
  })
  return [
    '',
    '### Sampling and encoding',
    '',
    'For the VAE: the latency of 64 images from a loaded model, in milliseconds; the cold start, from import to the first 64 images of',
    'a saved model in a fresh process, in milliseconds; and the throughput of encoding, in images per second. In brackets, how many',
    'times as fast ours is.',
    '',
    ...table(
      ['', '64 images, p50', 'p99', 'cold start, p50', 'peak memory, MiB', 'encoding, batch 128', 'batch 1024'],
      rows,
    ),
  ]
}

/** Bars of images per second, one panel per network. */
export function trainingChart(training, batchSize) {
  const values = training.filter((row) => row.batchSize === batchSize)
  const contenders = distinct(values, 'contender')
  return {
    title: `Training, images per second, batch ${batchSize}`,
    data: { values },
    columns: 3,
    facet: { field: 'network', sort: distinct(values, 'network'), title: null },
    spec: {
      width: 220,
      height: { step: 16 },
      encoding: { y: { field: 'contender', sort: contenders, axis: null } },
      layer: [
        {
          mark: { type: 'bar', height: 13 },
          encoding: {
            x: { field: 'imagesPerSecond', type: 'quantitative', title: null, axis: { tickCount: 3, format: '~s' } },
            color: {
              field: 'contender',
              sort: contenders,
              scale: { domain: contenders, range: contenders.map(colorOf) },
              title: null,
              legend: { orient: 'bottom', columns: 3, labelLimit: 0 },
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 3, fontSize: 9 },
          encoding: {
            x: { field: 'imagesPerSecond', type: 'quantitative' },
            text: { field: 'imagesPerSecond', format: ',' },
          },
        },
      ],
    },
    resolve: { scale: { x: 'independent' } },
  }
}

function distinct(rows, name) {
  return [...new Set(rows.map((row) => row[name]))]
}
