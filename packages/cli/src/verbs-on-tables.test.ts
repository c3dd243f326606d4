// The verbs on a model of a table: rows in their own units and names, through the transform in the model's file.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file, save, selectBackend, type Trainable, train } from '@ae/core'
import { fromRows, tabularTransform } from '@ae/datasets'
import { mixed } from '@ae/losses'
import { autoencoder, vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ae } from './testing/ae.ts'

let folder: string
const at = (name: string) => join(folder, name)
const cities = ['Oslo', 'Rome', 'Lima']
const rows = Array.from({ length: 60 }, (_, i) => ({
  age: 20 + ((i * 7) % 50),
  income: i * 1000.5,
  city: cities[i % 3],
}))
const csv = `age,income,city\n${rows.map(({ age, income, city }) => `${age},${income},${city}\n`).join('')}`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-tables-'))
  await writeFile(at('people.csv'), csv)
  await writeFile(at('people.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  await selectBackend(wasm)
  const table = fromRows(rows)
  const transform = tabularTransform(table)
  const common = { inputShape: [transform.width], hidden: [8], likelihood: mixed(transform.likelihood), seed: 1 }
  for (const model of [vae({ ...common, latentSize: 2 }), autoencoder({ ...common, codeSize: 2 })]) {
    for await (const _ of train(model as Trainable, transform.apply(table), { epochs: 2, batchSize: 16, seed: 1 })) {
    }
    await save(model, file(at(`${model.kind}.safetensors`)))
    model.dispose()
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const linesOf = (text: string) => text.trimEnd().split('\n')

test('sample draws rows with names and units, as CSV and as JSON lines', async () => {
  const { code, stdout, stderr } = await ae(['sample', at('vae.safetensors'), '--count', '7'])
  expect([code, stderr]).toEqual([0, ''])
  const [header, ...drawn] = linesOf(stdout)
  expect(header).toBe('age,income,city')
  expect(drawn).toHaveLength(7)
  for (const row of drawn) expect(row).toMatch(/^\d+,[\d.]+,(?:Oslo|Rome|Lima)$/)
  const lines = linesOf((await ae(['sample', at('vae.safetensors'), '--count', '7', '--json'])).stdout)
  expect(lines.map((line) => Object.values(JSON.parse(line)).join(','))).toEqual(drawn)
  const fitted = await ae(['sample', at('autoencoder.safetensors'), '--count', '7', '--csv', at('people.csv')])
  expect([fitted.code, fitted.stderr, linesOf(fitted.stdout).length]).toEqual([0, '', 8])
})

test('encode, decode and reconstruct take the rows of a CSV table and of JSON lines', async () => {
  const codes = await ae(['encode', at('vae.safetensors'), at('people.csv')])
  expect([codes.code, codes.stderr]).toEqual([0, ''])
  const same = await ae(['encode', at('vae.safetensors'), '-'], undefined, {
    stdin: await readFile(at('people.jsonl')),
  })
  expect([same.code, same.stderr, Buffer.compare(same.bytes, codes.bytes)]).toEqual([0, '', 0])
  const decoded = await ae(['decode', at('vae.safetensors'), '-'], undefined, { stdin: codes.bytes })
  const reconstructed = await ae(['reconstruct', at('vae.safetensors'), at('people.csv')])
  expect([reconstructed.code, reconstructed.stderr, linesOf(reconstructed.stdout).length]).toEqual([0, '', 61])
  expect(decoded.stdout).toBe(reconstructed.stdout)
})

test('score and evaluate take the rows that train kept for testing', async () => {
  const test = await ae(['score', at('vae.safetensors'), at('people.csv'), '--split', 'test'])
  expect([test.code, test.stderr, linesOf(test.stdout).length]).toEqual([0, '', 7])
  const told = await ae(['evaluate', at('vae.safetensors'), at('people.csv'), '--split', 'test', '--json'])
  expect(JSON.parse(told.stdout).data.size).toBe(6)
})

test('labels of anomalies give ROC AUC and average precision', async () => {
  const labelled = linesOf(csv).map((line, i) => `${line},${i === 0 ? 'kind' : i > 50 ? 'odd' : 'usual'}\n`)
  await writeFile(at('labelled.csv'), labelled.join(''))
  const words = ['score', at('vae.safetensors'), at('labelled.csv'), '--target-column', 'kind', '--anomaly', 'odd']
  const told = await ae([...words, '--out', at('scores.csv'), '--json'])
  expect([told.code, told.stderr]).toEqual([0, ''])
  const { rocAuc, averagePrecision } = JSON.parse(told.stdout)
  expect(rocAuc).toBeGreaterThanOrEqual(0)
  expect(averagePrecision).toBeGreaterThan(0)
  expect((await ae(words)).stderr).toContain(`ROC AUC ${rocAuc.toFixed(4)}`)
})

test('a table that lacks a column, or has a new category, is refused with what the model knows', async () => {
  const lacking = await ae(['encode', at('vae.safetensors'), '-'], undefined, { stdin: 'age,income\n31,5\n' })
  expect([lacking.code, lacking.stderr]).toEqual([1, expect.stringContaining('age, income, city')])
  const unknown = await ae(['encode', at('vae.safetensors'), '-'], undefined, { stdin: 'age,income,city\n31,5,Bonn\n' })
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('Bonn')])
})
