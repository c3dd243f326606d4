import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file, memory } from '@ae/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { csvLog, jsonLines } from './index.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-logs-'))
  path = join(folder, 'deep/log')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const record = (step: number, scalars: Record<string, number> = { 'train/total': 100 - step }) => ({
  step,
  epoch: Math.ceil(step / 10),
  time: 1764500000.5,
  scalars,
})
const content = () => readFile(path, 'utf8')
const failure = (promise: unknown) => Promise.resolve(promise).then(() => 'none', String)

describe.each([
  ['csvLog', csvLog],
  ['jsonLines', jsonLines],
] as const)('%s', (_, log) => {
  test('writes each record when it comes', async () => {
    const one = log(path)
    await one.write(record(10))
    const first = await content()
    await one.write(record(20))
    expect((await content()).startsWith(first)).toBe(true)
    expect(first.endsWith('\n')).toBe(true)
  })

  test('goes on where the checkpoint was, whatever the former run logged after it, and as one unbroken run', async () => {
    const broken = log(path)
    for (const step of [10, 20, 30, 40]) await broken.write(record(step))
    const resumed = log(path)
    for (const step of [30, 40, 50]) await resumed.write(record(step))
    const unbroken = memory()
    const other = log(unbroken)
    for (const step of [10, 20, 30, 40, 50]) await other.write(record(step))
    expect(await content()).toBe(new TextDecoder().decode(await unbroken.read()))
  })

  test('is looked through when a run begins only, and after that only added to', async () => {
    const one = log(path)
    const scalars = { 'train/total': 1 }
    for (const step of [18, 19, 19]) await one.write(record(step, scalars))
    const { ino } = await stat(path)
    await one.write(record(19, scalars))
    const next = log(path)
    for (const step of [20, 21]) await next.write(record(step, scalars))
    expect((await stat(path)).ino).toBe(ino)
    const steps = [...(await content()).matchAll(/^(?:\{"step":)?(\d+),/gm)].map(([, step]) => Number(step))
    expect(steps).toEqual([18, 19, 19, 19, 20, 21])
  })

  test('drops a last line that was cut off, wherever it was cut', async () => {
    const former = log(path)
    for (const step of [10, 20]) await former.write(record(step))
    const whole = await content()
    const next = log(path)
    await next.write(record(30))
    const expected = await content()
    const start = whole.trimEnd().lastIndexOf('\n') + 1
    for (let cut = start; cut < whole.length; cut++) {
      await writeFile(path, whole.slice(0, cut))
      const again = log(path)
      await again.write(record(20))
      await again.write(record(30))
      expect(await content()).toBe(expected)
    }
  })

  test('begins anew when its first line was cut off', async () => {
    await log(path).write(record(10))
    const whole = await content()
    for (let cut = 0; cut <= whole.indexOf('\n'); cut++) {
      await writeFile(path, whole.slice(0, cut))
      await log(path).write(record(10))
      expect(await content()).toBe(whole)
    }
  })

  test('replaces the log of a former run by that of a new one', async () => {
    const former = log(path)
    for (const step of [10, 20, 30]) await former.write(record(step, { 'train/other': 1 }))
    await log(path).write(record(10))
    expect(await content()).not.toMatch(/other/)
    expect(
      (await content())
        .trimEnd()
        .split('\n')
        .filter((line) => /\d/.test(line)),
    ).toHaveLength(1)
  })

  test.each([
    ['another text', 'Dear diary,\n'],
    ['a text without an end', 'x = 1'],
    ['JSON of something else', '{"epochs":[]}\n'],
    ['a table of something else', 'name,age\nAda,36\n'],
  ])('does not overwrite %s', async (_, text) => {
    await file(path).write(new TextEncoder().encode(text))
    expect(await failure(log(path).write(record(10)))).toMatch(/^OptionError: .*holds something else than its log\./)
    expect(await content()).toBe(text)
  })

  test('refuses records that are none, and changes nothing', async () => {
    const one = log(path)
    expect(await failure(one.write({ ...record(10), step: -1 }))).toContain('received a bad `record`.')
    expect(await failure(one.write(record(10, { step: 3 })))).toContain('received a scalar named `step`.')
    await expect(content()).rejects.toThrow('ENOENT')
  })

  test('keeps the order of records that were not awaited', async () => {
    const one = log(path)
    await Promise.all([10, 20, 30].map((step) => one.write(record(step))))
    await one.close?.()
    expect([...(await content()).matchAll(/(?:^|"step":)(\d+)/gm)].map(([, step]) => step)).toEqual(['10', '20', '30'])
  })
})

describe('csvLog', () => {
  test('has a column per figure, adds one for a figure that comes later, and leaves a cell empty', async () => {
    const log = csvLog(path)
    await log.write(record(10, { 'train/total': 1.5 }))
    await log.write(record(15, { 'validation/total': 2, 'a,"b"': Number.NaN }))
    await log.write(record(20, { 'train/total': 1e-9, 'validation/total': 3 }))
    expect(await content()).toMatchInlineSnapshot(`
      "step,epoch,time,train/total,validation/total,"a,""b"""
      10,1,1764500000.5,1.5,,
      15,2,1764500000.5,,2,NaN
      20,2,1764500000.5,1e-9,3,
      "
    `)
    const resumed = csvLog(path)
    await resumed.write(record(30, { 'a,"b"': 7, 'train/total': 1 }))
    expect((await content()).trimEnd().split('\n').at(-1)).toBe('30,3,1764500000.5,1,,7')
  })
})

test('csvLog adds a column for one new figure', async () => {
  const log = csvLog(path)
  await log.write(record(10, { a: 1 }))
  await log.write(record(20, { a: 2, b: 3 }))
  expect(await content()).toBe('step,epoch,time,a,b\n10,1,1764500000.5,1,\n20,2,1764500000.5,2,3\n')
})

describe('jsonLines', () => {
  test('has an object per record, with null for what JSON lacks', async () => {
    const log = jsonLines(path)
    await log.write(record(10, { 'train/total': 1.5, 'train/kl': Number.POSITIVE_INFINITY }))
    expect(await content()).toMatchInlineSnapshot(`
      "{"step":10,"epoch":1,"time":1764500000.5,"train/total":1.5,"train/kl":null}
      "
    `)
  })

  test('refuses a file of something else with a cure', async () => {
    await file(path).write(new TextEncoder().encode('Dear diary,\n'))
    expect((await failure(jsonLines(path).write(record(10)))).replace(folder, 'folder')).toMatchInlineSnapshot(`
      "OptionError: \`jsonLines\` received a \`place\` that holds something else than its log.

      Expected: no file yet, or one that the same function wrote
      Received: folder/deep/log, with the line "Dear diary,"
      Fix:      pass a new file, or remove this one"
    `)
  })
})

test.each([
  [1, 'received `place` that is not a store or a path'],
  ['https://example.org/log', 'received an address as `place`'],
  [{ kind: 'directory', name: 'logs', getFileHandle: () => {} }, 'received a folder as `place`'],
])('a place is a path, a file or a store, not %o', (place, text) => {
  expect(() => csvLog(place as string)).toThrow(text)
})
