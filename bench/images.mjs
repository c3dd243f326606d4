// `pnpm bench:images [--count 20000] [--rounds 3] [--workers 2]`: a folder of PNGs of 64 x 64 decoded and scaled
// to 32 x 32 by imageFolder and by PyTorch's DataLoader. They alternate, each time in a new process; the fastest of each counts.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { table } from './table.mjs'

const { values } = readArguments('pnpm bench:images [--count 20000] [--rounds 3]: a folder of pictures beside PyTorch.', {
  count: { help: 'how many pictures', default: '20000', count: true },
  rounds: { help: 'how often each runs', default: '3', count: true },
  workers: { help: 'threads, and processes of the DataLoader', default: '2', count: true },
})
const folder = mkdtempSync(join(tmpdir(), 'ae-images-'))
const python = process.env.PYTHON ?? 'python3'
const peer = [python, join(import.meta.dirname, 'peers', 'torch_images.py')]
const ours = [process.execPath, join(import.meta.dirname, 'programs', 'image-folder.mjs')]
const run = ([program, ...before], settings) => {
  const text = execFileSync(program, [...before, JSON.stringify({ folder, size: 32, workers: values.workers, ...settings })])
  return JSON.parse(String(text))
}
const contenders = [
  { name: 'imageFolder', program: ours, settings: { epochs: 2 } },
  { name: 'imageFolder, decoding in every epoch', program: ours, settings: { epochs: 2, cacheBytes: 0 } },
  { name: 'PyTorch DataLoader', program: peer, settings: { task: 'read', epochs: 2 } },
]

try {
  run(peer, { task: 'make', count: values.count })
  const fastest = contenders.map(() => [0, 0])
  let versions = ''
  for (let round = 0; round < values.rounds; round++) {
    for (const [index, { program, settings }] of contenders.entries()) {
      const found = run(program, settings)
      versions = found.versions ?? versions
      fastest[index] = found.seconds.map((time, epoch) => Math.max(found.count / time, fastest[index][epoch]))
    }
  }
  const [first, later] = fastest.at(-1)
  const rows = contenders.map(({ name }, index) => {
    const [one, other] = fastest[index]
    return [name, one.toFixed(0), (one / first).toFixed(2), other.toFixed(0), (other / later).toFixed(2)]
  })
  const columns = ['first epoch: images/s', "of PyTorch's", 'second epoch: images/s', "of PyTorch's"]
  console.log(table([`${values.count} PNGs, ${values.workers} workers`, ...columns], rows).join('\n'))
  console.log(`\nNode ${machine.node}, ${versions}, ${machine.processor}, ${machine.cores} cores`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
