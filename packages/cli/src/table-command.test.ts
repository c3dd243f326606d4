import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { file, load, normals, notesOf, selectBackend, uniforms } from '@ae/core'
import { fromCsv, tableModel } from '@ae/datasets'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadData } from './data.ts'
import { modelChoices } from './model-choices.ts'
import { ae, resultOf } from './testing/ae.ts'
import { bundleCommand, start } from './testing/command.ts'

let folder: string
let people: string
let out: string
let count = 0
const header = 'age,city,member,joined,plan'
beforeAll(async () => {
  await selectBackend(wasm)
  folder = await mkdtemp(join(tmpdir(), 'ae-cli-'))
  people = join(folder, 'people')
  const [u, z] = [uniforms('people', {}, 900), normals('people', {}, 300)]
  const lines = Array.from({ length: 300 }, (_, i) => {
    const isNorth = (u[3 * i] as number) < 0.6
    const age = (u[3 * i + 1] as number) < 0.1 ? '' : Math.round((isNorth ? 60 : 25) + 3 * (z[i] as number))
    const day = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)
    return `${age},${isNorth ? '"Oslo, Norway"' : 'Turku'},${(u[3 * i + 2] as number) < 0.5},${day},${'abc'[i % 3]}`
  })
  await writeFile(people, `${[header, ...lines].join('\n')}\n`)
})
beforeEach(() => {
  out = join(folder, `out-${count++}`)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('ae train learns a table, and writes samples and reconstructions in its units and names', async () => {
  const program = await bundleCommand()
  try {
    const running = start(program, [
      'train',
      '--json',
      '--data',
      people,
      '--epochs',
      '40',
      '--batch-size',
      '32',
      '--out',
      out,
    ])
    expect(await running.ended).toBe(0)
    const { files, test: figures, warnings } = resultOf(running.written.stdout)
    expect(warnings).toBeUndefined()
    const names = [
      'vae.safetensors',
      'history.json',
      'run.json',
      'samples.csv',
      'reconstructions.csv',
      'losses.png',
      'codes.png',
      'kl.png',
    ]
    expect(files).toEqual(names.map((name) => join(out, name)))
    expect(Number.isFinite(figures.reconstruction + figures.kl)).toBe(true)
  } finally {
    await program.remove()
  }
  const kinds = { age: 'integer', city: 'category', member: 'boolean', joined: 'date', plan: 'category' } as const
  const samples = await fromCsv(join(out, 'samples.csv'), { columns: kinds })
  expect(samples.length).toBe(1000)
  expect(samples.columns.map(({ name }) => name).join()).toBe(header)
  expect([...samples.column('city').categories].sort()).toEqual(['Oslo, Norway', 'Turku'])
  const gaps = samples.column('age').missing.reduce((sum, gap) => sum + gap, 0)
  expect(gaps > 0 && gaps < 400).toBe(true)

  const pairs = await fromCsv(join(out, 'reconstructions.csv'))
  expect(pairs.columns.map(({ name }) => name).slice(0, 4)).toEqual([
    'age',
    'age (reconstructed)',
    'city',
    'city (reconstructed)',
  ])
  expect(pairs.length).toBe(30)
  const { test: examples, table } = await loadData({ dataset: 'mnist', data: people }, undefined)
  expect(examples.size).toBe(30)
  const original = pairs.rows().map((row) => ({ age: row.age, city: row.city, member: row.member, plan: row.plan }))
  expect(original).toEqual(table?.testRows.map(({ joined: _, ...row }) => row))

  using model = await load(file(join(out, 'vae.safetensors')), vae)
  expect(model.likelihood.kind).toBe('mixed')
  expect(notesOf(model).transform).toEqual(table?.transform.config)
  expect(Object.keys((await tableModel(model).sample(1))[0] ?? {}).join()).toBe(header)
})

describe.each(Object.keys(modelChoices))('ae train --model %s', (model) => {
  test('learns a table with dense networks, and its figures and files are whole', async () => {
    const choice = ['--model', model, '--network', 'dense', '--epochs', '1', '--batch-size', '64']
    const labels = model === 'conditional-vae' ? ['--labels', 'plan'] : []
    const { code, stdout, stderr } = await ae(['train', '--json', '--data', people, ...choice, ...labels, '--out', out])
    expect(stderr).not.toContain('warning')
    expect(code).toBe(0)
    const { test: figures } = resultOf(stdout)
    expect(Object.keys(figures).length).toBeGreaterThan(0)
    for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true)
    const samples = await readFile(join(out, 'samples.csv'), 'utf8')
    expect(samples.split('\n')).toHaveLength(1002)
    expect(samples.slice(0, header.length)).toBe(header)
    expect(samples.split('\n')[1]?.split(',').length).toBeGreaterThanOrEqual(5)
  })
})

describe('--data takes a table', () => {
  const read = (data: string, more: { examples?: string; labels?: string; shape?: number[] } = {}, limit?: number) =>
    loadData({ dataset: 'mnist', data, ...more }, limit)

  test('by content, or packed by its name, with the columns that are chosen', async () => {
    const packed = join(folder, 'people.csv.gz')
    await writeFile(packed, gzipSync(await readFile(people)))
    const { train, table } = await read(packed, { examples: 'age, city', labels: 'plan' }, 100)
    expect(train.size).toBe(100)
    expect(Object.keys(table?.transform.kinds ?? {})).toEqual(['age', 'city'])
    expect(train.notes?.classNames).toEqual(['a', 'b', 'c'])
    expect(table?.labels).toEqual({ column: 'plan', classNames: ['a', 'b', 'c'] })
  })

  test('and leaves out of the rows for testing those with a category or a gap that only they have', async () => {
    const rare = join(folder, 'rare.csv')
    const lines = Array.from({ length: 50 }, (_, i) => `${i},only${i},${i % 2}`)
    await writeFile(rare, `${['a,name,c', ...lines].join('\n')}\n`)
    await expect(read(rare)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [DatasetError: \`ae train\` found no row for testing whose categories and gaps the rows for training have too.

      Rows:       45 for training, 5 for testing
      Categories: name: 45
      Fix:        leave out columns of names and identifiers: pass those to learn with --examples]
    `)
    const most = lines.map((line, i) => (i < 40 ? `${i},common,${i % 2}` : i < 45 ? `,common,0` : line))
    await writeFile(rare, `${['a,name,c', ...most].join('\n')}\n`)
    const { test: examples, table } = await read(rare)
    expect(examples.size).toBe(table?.testRows.length)
    expect(examples.size).toBeLessThan(5)
    for (const { name } of table?.testRows ?? []) expect(name).toBe('common')
  })

  test('and refuses --shape and columns that are not there, in words of the command', async () => {
    const shaped = await ae(['train', '--data', people, '--shape', '2,2', '--out', out])
    expect([shaped.code, shaped.stderr.split('\n')[0]]).toMatchInlineSnapshot(`
      [
        2,
        "OptionError: \`ae train\` does not take --shape with a table.",
      ]
    `)
    const wrong = await ae(['train', '--data', people, '--examples', 'agee', '--out', out])
    expect([wrong.code, wrong.stderr]).toMatchInlineSnapshot(`
      [
        2,
        "OptionError: \`ae train\` received the name of a column that the table does not have.

      Expected: age, city, member, joined, plan
      Received: "agee"
      Fix:      did you mean age?
      ",
      ]
    `)
  })
})

test('the cure for a word among numbers works as it is told', async () => {
  const withGap = join(folder, 'with-gap.csv')
  await writeFile(withGap, (await readFile(people, 'utf8')).replace(/\n\d+,/, '\nn/a,'))
  const args = ['train', '--data', withGap, '--epochs', '1', '--out', out]
  const refused = await ae(args)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('if it means a missing value, pass --missing "n/a"')
  expect((await ae([...args, '--missing', 'n/a'])).code).toBe(0)
})

test('--missing is for tables', async () => {
  const numbers = join(folder, 'numbers.npy')
  await copyFile(new URL('../../datasets/fixtures/numpy/little-u2.npy', import.meta.url), numbers)
  const { code, stderr } = await ae(['train', '--data', numbers, '--missing', 'n/a', '--out', out])
  expect(code).toBe(2)
  expect(stderr).toContain('`ae train` takes --missing only with a table as --data.')
})
