import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { docs, writeChart } from './chart.mjs'
import { trainingChart } from './speed-report.mjs'

test('a chart shows every contender of its batch size, with its figure', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ae-chart-'))
  try {
    const file = join(folder, 'chart.svg')
    const row = { network: 'vae', batchSize: 128 }
    const rows = [
      { ...row, contender: '@ae, 1 thread', imagesPerSecond: 12_345 },
      { ...row, contender: 'JAX jit, 1 thread', imagesPerSecond: 6789 },
      { ...row, batchSize: 1024, contender: 'JAX jit, 1 thread', imagesPerSecond: 4321 },
    ]
    await writeChart(relative(docs, file), trainingChart(rows, 128))
    const svg = readFileSync(file, 'utf8')
    for (const text of ['>vae<', '>@ae, 1 thread<', '>12,345<', '>6,789<']) expect(svg).toContain(text)
    expect(svg).not.toContain('4,321')
    expect(svg).not.toMatch(/NaN|undefined/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
