// Runs the commands of docs/command-line.md in their order, with two epochs instead of many.
import { spawnSync } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const docs = join(import.meta.dirname, '../../../docs')
const command = join(dirname(createRequire(import.meta.url).resolve('@ae/cli/package.json')), 'dist/bin.js')

let cwd: string
let page: string
beforeAll(async () => {
  page = await readFile(join(docs, 'command-line.md'), 'utf8')
  cwd = await mkdtemp(join(tmpdir(), 'ae-command-line-'))
  await mkdir(join(cwd, 'bin'))
  await writeFile(join(cwd, 'bin/ae'), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`)
  await chmod(join(cwd, 'bin/ae'), 0o755)
  await copyFile(join(docs, 'guides/data/breast-cancer.csv'), join(cwd, 'breast-cancer.csv'))
})
afterAll(() => rm(cwd, { recursive: true }))

const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text)

test('the commands run as printed and write what the page says', async () => {
  const script = blocks('sh')
    .join('')
    .replaceAll(/--epochs \d+/g, '--epochs 2')
  const env = { ...process.env, PATH: `${join(cwd, 'bin')}:${process.env.PATH}` }
  const { status, stderr } = spawnSync('sh', ['-euc', script], { cwd, env, encoding: 'utf8' })
  expect([status, stderr.match(/^.*Error[\s\S]*/m)?.[0]]).toEqual([0, undefined])
  const result = JSON.parse(await readFile(join(cwd, 'result.json'), 'utf8'))
  expect(Object.keys(JSON.parse(await readFile(join(cwd, 'one.json'), 'utf8')))).toEqual(Object.keys(result))
  expect(await readFile(join(cwd, 'long/log.csv'), 'utf8')).toContain('validation/total')
})

test('the file that is printed is one that ae train takes', async () => {
  const settings = { ...JSON.parse(blocks('json')[0] ?? ''), epochs: 1 }
  await writeFile(join(cwd, 'mine.json'), JSON.stringify(settings))
  const args = [command, 'train', '--config', 'mine.json', '--out', 'mine']
  expect(spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
})
