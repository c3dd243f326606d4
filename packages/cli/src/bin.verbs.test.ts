// The verbs of a trained model as real processes, in pipes.
import { spawnSync } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file, load, save, selectBackend } from '@ae/core'
import { npyHeader, readNpy } from '@ae/core/internal'
import { fromArray } from '@ae/datasets'
import { encodeAll } from '@ae/metrics'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleCommand, type Program, start } from './testing/command.ts'

let folder: string
let program: Program
const at = (name: string) => join(folder, name)
const shell = (line: string) => {
  const command = line.replaceAll(/\bae\b/g, `"${process.execPath}" "${program.path}"`).replaceAll('@', `${folder}/`)
  return spawnSync('bash', ['-c', `set -o pipefail; ${command}`], { encoding: 'utf8' })
}
const x = Float32Array.from({ length: 300 * 16 }, (_, i) => (i % 23) / 22)

beforeAll(async () => {
  await selectBackend(wasm)
  program = await bundleCommand()
  folder = await mkdtemp(join(tmpdir(), 'ae-pipes-'))
  using small = vae({ inputShape: [16], latentSize: 3, hidden: [8], seed: 1 })
  await save(small, file(at('m.safetensors')))
  using large = vae({ inputShape: [784], latentSize: 2, hidden: [4], seed: 1 })
  await save(large, file(at('large.safetensors')))
  await writeFile(at('x.npy'), Buffer.concat([npyHeader([300, 16], 'float32'), new Uint8Array(x.buffer)]))
})
afterAll(async () => {
  await program.remove()
  await rm(folder, { recursive: true, force: true })
})

test('codes go through pipes, and a shard on stdin gives the bytes of a file', async () => {
  const piped = shell(
    'ae encode @m.safetensors - < @x.npy > @codes.npy && ae encode @m.safetensors @x.npy | cmp - @codes.npy',
  )
  expect([piped.status, piped.stderr]).toEqual([0, ''])
  const codes = readNpy(await readFile(at('codes.npy')), (what) => new Error(what))
  using model = await load(at('m.safetensors'), vae)
  expect(codes.data).toEqual((await encodeAll(model, fromArray(x, { shape: [16] }))).values)
  const back = shell('ae encode @m.safetensors @x.npy | ae decode @m.safetensors - --format csv | wc -l')
  expect([back.status, back.stdout.trim(), back.stderr]).toEqual([0, '301', ''])
})

test.skipIf(!existsSync('/dev/full'))('a full disk is an error, and a reader that leaves early is none', () => {
  const full = shell('ae encode @m.safetensors @x.npy > /dev/full')
  expect([full.status, full.stderr]).toEqual([1, expect.stringContaining('cannot write to stdout')])
  const head = shell('ae score @m.safetensors @x.npy --batch-size 4 | head -n 2')
  expect([head.stdout.split('\n').length, head.stderr]).toEqual([3, ''])
})

test('the locale C is one like any other', () => {
  const told = shell('LC_ALL=C ae inspect @m.safetensors --json | head -n 1')
  expect([told.stdout, told.stderr]).toEqual(['{\n', ''])
})

test.skipIf(process.platform !== 'linux')(
  '120 MB of examples on stdin take the 64 MiB that reading anything may take',
  async () => {
    const peaks: number[] = []
    for (const count of [1000, 40_000]) {
      const path = at(`${count}.npy`)
      await writeFile(path, npyHeader([count, 784], 'float32'))
      const handle = await open(path, 'a')
      await handle.truncate(128 + count * 784 * 4)
      await handle.close()
      peaks.push(await peakOf(['encode', at('large.safetensors'), '-', '--out', at(`codes-${count}.npy`)], path))
    }
    const [few = 0, all = 0] = peaks
    expect((await readFile(at('codes-40000.npy'))).length).toBe(128 + 40_000 * 2 * 4)
    expect(all - few).toBeLessThan(64 * 1024)
  },
)

/** The most memory of a process, in KB. */
async function peakOf(args: readonly string[], input: string): Promise<number> {
  const running = start(program, args, ['pipe', 'pipe', 'pipe'])
  const { stdin, pid } = running.child
  stdin?.on('error', () => {}) // with --limit it is not read to its end
  if (stdin !== null) createReadStream(input).pipe(stdin)
  let peak = 0
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0))
  }, 20)
  try {
    expect([await running.ended, running.written.stderr]).toEqual([0, ''])
  } finally {
    clearInterval(timer)
  }
  return peak
}
