// The recipe small-sampler: its programs work, and its figures are those of the packages as they are.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { load, normals, save, selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { tensor2d } from '@tensorflow/tfjs-core'
import { build, type Metafile } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import { recipe, scratchFolder, writeFiles } from './recipes.ts'

const scratch = scratchFolder('small-sampler')
const { files, text, commands } = recipe('small-sampler')
const [, figures = ''] = /<!-- sizes -->\n(.*?)<!-- \/sizes -->/s.exec(text) ?? []

beforeAll(() => writeFiles(scratch, files))

test('the sampler by hand decodes as the model does, in less than 60 kB with its weights', async () => {
  await selectBackend(wasm)
  const model = vae({ inputShape: [28, 28, 1], latentSize: 8, hidden: [64], seed: 1 })
  await save(model, join(scratch, 'small.safetensors'), { weights: 'int8' })
  model.dispose()
  await promisify(execFile)(process.execPath, ['embed.mjs'], { cwd: scratch })
  const sizes = await sizesOf('sampler.js')
  expect(sizes.all).toBeLessThan(60)

  const small = await load(join(scratch, 'small.safetensors'), vae)
  const { decode, sample } = (await import(/* @vite-ignore */ pathToFileURL(join(scratch, 'sampler.js')).href)) as {
    decode: (code: ArrayLike<number>) => ArrayLike<number>
    sample: () => ArrayLike<number>
  }
  const code = normals('test', { seed: 1 }, 8)
  const codes = tensor2d(code, [1, 8])
  const decoded = small.decode(codes)
  const differences = Array.from(await decoded.data(), (value, i) => Math.abs(value - Number(decode(code)[i])))
  expect(Math.max(...differences)).toBeLessThan(1e-6)
  expect(sample()).toHaveLength(784)
  for (const tensor of [codes, decoded]) tensor.dispose()
  small.dispose()
})

test('the figures of the page are those that esbuild and gzip give', async () => {
  expect(commands).toContain('npx esbuild page.js --bundle --splitting --format=esm --minify --outdir=public')
  const { first, later } = await sizesOf('page.js')
  const [, statedFirst, statedLater] = /page\.js.*?\*\*(\d+) kB\*\*.*?(\d+) kB/s.exec(figures) ?? []
  expect([Number(statedFirst), Number(statedLater)]).toEqual([near(first, statedFirst), near(later, statedLater)])
})

/** What the page says, if it is within 2 kB of the truth; else the truth. */
function near(size: number, stated: string | undefined): number {
  return Math.abs(size - Number(stated)) <= 2 ? Number(stated) : Math.round(size)
}

/** Sizes in kB after gzip: of the first script with what it imports, of those that a page on `wasm` requests later, and of all. */
async function sizesOf(entry: string): Promise<{ first: number; later: number; all: number }> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: scratch,
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    outdir: 'public',
    write: false,
    metafile: true,
    logLevel: 'error',
  })
  const sizes = new Map(
    Object.keys(metafile.outputs).map((path, i) => [
      path,
      gzipSync(outputFiles[i]?.contents ?? '', { level: 9 }).length / 1000,
    ]),
  )
  const sum = (paths: Iterable<string>) => [...paths].reduce((total, path) => total + (sizes.get(path) ?? 0), 0)
  const first = closure(metafile, [`public/${entry}`])
  const requested = Object.keys(metafile.outputs).filter((path) => requestedOnWasm.test(path))
  const later = [...closure(metafile, requested)].filter((path) => !first.has(path))
  return { first: sum(first), later: sum(later), all: sum(sizes.keys()) }
}

/** The scripts that `wasm` imports where the engine has relaxed SIMD and the page is not isolated. */
const requestedOnWasm = /\/(?:dist|install|embedded-binary|kernel-module-relaxed)-/

function closure({ outputs }: Metafile, entries: readonly string[]): Set<string> {
  const seen = new Set(entries)
  for (const path of seen) {
    for (const { path: next, kind } of outputs[path]?.imports ?? []) if (kind === 'import-statement') seen.add(next)
  }
  return seen
}
