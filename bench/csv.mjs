// A CSV file of a million rows, read by fromCsv and by pandas.read_csv: seconds and peak memory, each in a process of its own, in turn,
// the fastest of three. node bench/csv.mjs PYTHON [ROWS], where PYTHON has pandas 3.1.1; writes nothing but a temporary file.
import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uniforms } from '@ae/core'
import { fromCsv } from '@ae/datasets'

const [python = 'python3', rows = '1000000', path] = process.argv.slice(2)
if (path !== undefined) {
  const before = process.resourceUsage().maxRSS
  const begin = performance.now()
  const table = await fromCsv(path)
  const seconds = (performance.now() - begin) / 1000
  console.log(
    JSON.stringify({ rows: table.length, seconds, before: before / 1024, peak: process.resourceUsage().maxRSS / 1024 }),
  )
  process.exit()
}

const folder = mkdtempSync(join(tmpdir(), 'ae-csv-'))
try {
  const file = join(folder, 'rows.csv')
  await write(file, Number(rows))
  console.log(`${(statSync(file).size / 2 ** 20).toFixed(1)} MiB`)
  const peer = `
import json, resource, sys, time
import pandas
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
begin = time.perf_counter()
table = pandas.read_csv(sys.argv[1], parse_dates=["day"], dtype={"city": "category"})
seconds = time.perf_counter() - begin
print(json.dumps({"rows": len(table), "seconds": seconds, "before": before, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))`
  const runs = { ours: [], pandas: [] }
  for (let round = 0; round < 3; round++) {
    runs.ours.push(run(process.execPath, [import.meta.filename, python, rows, file]))
    runs.pandas.push(run(python, ['-c', peer, file]))
  }
  for (const [who, all] of Object.entries(runs)) {
    const { seconds, before, peak } = all.sort((a, b) => a.seconds - b.seconds)[0]
    console.log(
      `${who}: ${seconds.toFixed(2)} s, peak ${peak.toFixed(0)} MiB, of which ${before.toFixed(0)} before reading`,
    )
  }
} finally {
  rmSync(folder, { recursive: true })
}

function run(command, args) {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** Whole numbers, numbers with gaps, names, booleans and days. */
async function write(file, count) {
  const stream = createWriteStream(file)
  const cities = ['Oslo', 'Turku', '"Bergen, west"', 'Umeå']
  stream.write('id,length,weight,city,member,day\n')
  for (let start = 0; start < count; start += 10_000) {
    const u = uniforms('csv', { seed: start }, 50_000)
    const lines = Array.from({ length: Math.min(10_000, count - start) }, (_, i) => {
      const [a, b, c, d, e] = u.subarray(5 * i, 5 * i + 5)
      const day = new Date(Math.floor(e * 20_000) * 86_400_000).toISOString().slice(0, 10)
      return `${start + i},${(a * 100).toFixed(4)},${b < 0.1 ? '' : (b * 1e6).toFixed(2)},${cities[Math.floor(c * 4)]},${d < 0.5 ? 'True' : 'False'},${day}\n`
    })
    if (!stream.write(lines.join(''))) await new Promise((resolve) => stream.once('drain', resolve))
  }
  await new Promise((resolve) => stream.end(resolve))
}
