// Charts for docs/: renders a vega-lite description to an SVG file, identically on every machine.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse, View } from 'vega'
import { compile } from 'vega-lite'

/** The folder below which charts are stored. */
export const docs = join(import.meta.dirname, '../docs')

/**
 * Draws a chart.
 *
 * @param path relative to docs/, e.g. `images/benchmarks/training-128.svg`
 * @param description a vega-lite specification without `$schema` and `config`
 */
export async function writeChart(path, description) {
  const { spec } = compile({ background: 'white', padding: 12, ...description, config })
  const view = new View(parse(spec), { renderer: 'none' })
  const file = join(docs, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${await view.toSVG()}\n`)
  view.finalize()
}

const config = {
  font: 'sans-serif',
  view: { stroke: null },
  axis: { grid: true, gridColor: '#e5e5e5', domain: false, ticks: false, labelFontSize: 11, titleFontSize: 11 },
  header: { labelFontSize: 12, labelFontWeight: 'bold', titleFontSize: 12 },
  legend: { labelFontSize: 11, labelLimit: 260, titleFontSize: 11 },
  title: { fontSize: 14, anchor: 'start' },
}
