// Reports a run of `pnpm bench:sweep` in docs/benchmarks.md: one chart and one table per axis.
import { writeChart } from './chart.mjs'
import { colorOf } from './contenders.mjs'
import { commandOf } from './machine.mjs'
import { replaceSection } from './report.mjs'
import { table, whole } from './table.mjs'

/** What varies on each axis, and what is plotted next to the cost per image. */
const axes = {
  batch: { title: 'images per step', beside: 'gigaflops' },
  width: { title: 'units of the hidden layers', beside: 'gigaflops' },
  depth: { title: 'hidden layers of 400 units, each side', beside: 'gigaflops', scale: 'linear' },
  data: { title: 'images in the data set', beside: 'peakMemoryMiB' },
  threads: { title: 'threads', beside: 'gigaflops', scale: 'linear' },
}
const titles = {
  microsecondsAnImage: 'microseconds per image',
  gigaflops: 'GFLOP/s',
  peakMemoryMiB: 'peak memory, MiB',
}

export async function writeSweep({ machine, rounds, rows }) {
  const { processor, cores, node } = machine
  const lines = [
    `Measured by \`${commandOf('bench:sweep')}\` on ${processor}, ${cores} cores, Node ${node}: training of the VAE 784-400-20 at batch 128 on 4,096 digits,`,
    `varying one thing at a time. Medians of ${rounds} alternating rounds, one process per point, without the first epoch.`,
  ]
  for (const [axis, { title }] of Object.entries(axes)) {
    const own = rows.filter((row) => row.axis === axis)
    if (own.length === 0) continue
    const path = `images/benchmarks/sweep-${axis}.svg`
    await writeChart(path, chart(axis, own))
    lines.push('', `### Cost against ${axis}`, '', `![cost against ${title}](${path})`, '', ...tableOf(axis, own))
  }
  replaceSection('benchmarks.md', 'sweep', lines.join('\n'))
}

/** One column per contender: images per second, and in brackets the quantity of the chart's right panel. */
function tableOf(axis, rows) {
  const { title, beside } = axes[axis]
  const contenders = distinct(rows, 'contender')
  const cell = (value, contender) => {
    const row = rows.find((one) => one.value === value && one.contender === contender)
    return row && `${whole(row.imagesPerSecond)} (${row[beside]})`
  }
  return [
    `Images per second; in brackets, ${titles[beside]}.`,
    '',
    ...table(
      [title, ...contenders],
      distinct(rows, 'value').map((value) => [whole(value), ...contenders.map((contender) => cell(value, contender))]),
    ),
  ]
}

function chart(axis, values) {
  const { title, beside, scale = 'log' } = axes[axis]
  const contenders = distinct(values, 'contender')
  const x = {
    field: 'value',
    type: 'quantitative',
    title,
    scale: { type: scale, nice: false, ...(scale === 'log' ? { base: 2 } : { zero: false }) },
    axis: { values: distinct(values, 'value'), format: 'd', labelOverlap: false, labelFlush: false },
  }
  const color = {
    field: 'contender',
    sort: contenders,
    scale: { domain: contenders, range: contenders.map(colorOf) },
    title: null,
    legend: { orient: 'bottom' },
  }
  const panel = (field, type) => ({
    width: 320,
    height: 220,
    mark: { type: 'line', point: true },
    encoding: { x, y: { field, type: 'quantitative', title: titles[field], scale: { type } }, color },
  })
  return {
    title: `Cost of training against ${axis}`,
    data: { values },
    hconcat: [panel('microsecondsAnImage', scale === 'log' ? 'log' : 'linear'), panel(beside, 'linear')],
  }
}

function distinct(rows, name) {
  return [...new Set(rows.map((row) => row[name]))]
}
