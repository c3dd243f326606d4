// `pnpm bench:files [--rows 1000000] [--rounds 5]`: a Parquet file of pandas read by `fromParquet` and by pandas
// itself, and a .npy file by `fromNpy` and NumPy, in turns; the fastest of each counts. Every reader ends with float32 in memory,
// and has looked for NaN. PYTHON names a Python with pandas and pyarrow; `python3` unless it is set.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fromNpy, fromParquet } from '@ae/datasets'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { table } from './table.mjs'

const { values } = readArguments('pnpm bench:files: Parquet and .npy files beside pandas and NumPy.', {
  rows: { help: 'rows of the files', default: '1000000', count: true },
  rounds: { help: 'how often each reads', default: '5', count: true },
})
const python = process.env.PYTHON || 'python3'
const folder = mkdtempSync(join(tmpdir(), 'ae-files-'))
const paths = { parquet: join(folder, 'rows.parquet'), npy: join(folder, 'rows.npy') }

const write = `
import sys, numpy as np, pandas as pd
rows, parquet, npy = int(sys.argv[1]), sys.argv[2], sys.argv[3]
random = np.random.default_rng(0)
frame = pd.DataFrame({f"x{i}": random.normal(size=rows).astype("f4") for i in range(8)})
frame["n"] = random.integers(0, 100, rows)
frame.to_parquet(parquet, row_group_size=100_000)
np.save(npy, frame.to_numpy("f4"))
`
const read = `
import sys, time, numpy as np, pandas as pd
for line in sys.stdin:
    kind, path = line.split()
    start = time.perf_counter()
    array = pd.read_parquet(path).to_numpy("f4") if kind == "parquet" else np.load(path).astype("f4")
    assert np.isfinite(array).all()
    print(time.perf_counter() - start, flush=True)
`
try {
  execFileSync(python, ['-c', write, String(values.rows), paths.parquet, paths.npy])
  const peer = spawn(python, ['-c', read], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface(peer.stdout)[Symbol.asyncIterator]()
  const readers = { parquet: fromParquet, npy: fromNpy }
  const rows = []
  for (const [kind, path] of Object.entries(paths)) {
    const fastest = { ours: Number.POSITIVE_INFINITY, peer: Number.POSITIVE_INFINITY }
    for (let round = 0; round < values.rounds; round++) {
      const start = performance.now()
      const { size } = await readers[kind](path, kind === 'npy' ? { shape: [9] } : {})
      if (size !== values.rows) throw new Error(`${size} rows`)
      fastest.ours = Math.min(fastest.ours, (performance.now() - start) / 1000)
      peer.stdin.write(`${kind} ${path}\n`)
      fastest.peer = Math.min(fastest.peer, Number((await answers.next()).value))
    }
    const megabytes = (statSync(path).size / 1e6).toFixed(0)
    rows.push([`.${kind}, ${values.rows} x 9, ${megabytes} MB`, ...Object.values(fastest).map((s) => s.toFixed(3))])
  }
  peer.kill()
  console.log(table(['file', '@ae/datasets, s', 'pandas or NumPy, s'], rows).join('\n'))
  console.log(
    `\nNode ${machine.node}, ${machine.processor}; ${Math.round(process.memoryUsage().rss / 1e6)} MB resident`,
  )
} finally {
  rmSync(folder, { recursive: true })
}
