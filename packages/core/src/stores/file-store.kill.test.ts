// A process killed in the middle of a write: another process that writes all the time, and SIGKILL.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { file } from './file-store.ts'

const size = 16 * 2 ** 20
let folder: string
let program: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-store-kill-'))
  program = join(folder, 'program')
  await mkdir(program)
  // Node 20 does not run TypeScript: the store and what it imports, without their types.
  for (const name of [
    'checks/options',
    'checks/printable',
    'checks/show',
    'errors',
    'files/crc32',
    'platform',
    'stores/file-access',
    'stores/file-store',
    'stores/processes',
    'stores/temporary-files',
  ])
    await transpile(name)
  await writeFile(
    join(program, 'main.mjs'),
    `import { file } from './stores/file-store.mjs'
     const store = file(process.argv[2])
     for (let i = 0; ; i++) await store.write(new Uint8Array(${size}).fill(1 + (i % 2)))`,
  )
})

afterAll(() => rm(folder, { recursive: true }))

test('what killed writes left is gone after the next write, but not what others are writing', {
  timeout: 120_000,
}, async () => {
  const home = join(folder, 'many')
  const path = join(home, 'vae.bin')
  await mkdir(home)
  const writers = Array.from({ length: 4 }, () => fork(join(program, 'main.mjs'), [path], { execArgv: [] }))
  for (const writer of writers.slice(1)) {
    await temporaryOf(home, 20)
    await kill(writer)
  }
  // The last one goes on: its own temporary is never taken away, else its rename would fail and it would end.
  await temporaryOf(home, 200)
  expect(writers[0]?.exitCode).toBeNull()
  await kill(writers[0] as ChildProcess)
  await file(path).write(new Uint8Array([1]))
  expect(await readdir(home)).toEqual(['vae.bin'])
})

test('a process killed in the middle of a write leaves the former file whole', { timeout: 120_000 }, async () => {
  let interrupted = 0
  for (let round = 0; round < 40 && interrupted < 5; round++) {
    const home = join(folder, String(round))
    const path = join(home, 'vae.bin')
    await mkdir(home)
    await writeFile(path, new Uint8Array(size).fill(9))
    const writer = fork(join(program, 'main.mjs'), [path], { execArgv: [] })
    await temporaryOf(home, round * 2)
    await kill(writer)
    const left = await readdir(home)
    if (left.length > 1) interrupted++
    const content = await readFile(path)
    expect(content.equals(Buffer.alloc(size, content[0]))).toBe(true)
    await rm(home, { recursive: true })
  }
  expect(interrupted).toBe(5) // else no kill fell into a write, and the test showed nothing
})

async function transpile(name: string): Promise<void> {
  const source = await readFile(new URL(`../${name}.ts`, import.meta.url), 'utf8')
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  })
  const path = join(program, `${name}.mjs`)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, outputText.replace(/((?:from |import\()'\.{1,2}\/[\w/-]+)\.ts'/g, "$1.mjs'"))
}

/** Waits until the writer has made its temporary, and then a little, so that the kills fall differently. */
async function temporaryOf(home: string, delay: number): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await readdir(home)).some((name) => name.endsWith('.tmp'))) {
    if (performance.now() > deadline) throw new Error(`the writer of ${basename(home)} wrote nothing`)
  }
  await new Promise((resolve) => setTimeout(resolve, delay))
}

async function kill(writer: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => writer.once('exit', resolve))
  writer.kill('SIGKILL')
  await ended
}
