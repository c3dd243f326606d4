// 500 damaged files: each is a designed error, or a table that is what the damaged text says.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AutoencoderError, uniforms } from '@ae/core'
import { expect, test } from 'vitest'
import { fromCsv } from './from-csv.ts'

const folder = join(import.meta.dirname, '../../fixtures/pandas')
const guides = join(import.meta.dirname, '../../../../docs/guides/data')
const files = ['plain.csv', 'all-quoted.csv', 'decimal-comma.csv', 'plain.csv.gz']
  .map((name) => join(folder, name))
  .concat(join(guides, 'breast-cancer.csv'))
  .map((path) => new Uint8Array(readFileSync(path)))

/** Bytes cut, flipped, doubled, moved, or replaced by those that mean something in a CSV file. */
function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const random = uniforms('damage', { seed }, 60)
  let next = 0
  const below = (count: number) => Math.floor((random[next++] as number) * count)
  let out = bytes.slice(0, Math.min(bytes.length, 4000))
  const times = 1 + below(8)
  for (let i = 0; i < times; i++) {
    const at = below(out.length)
    const kind = below(6)
    if (kind === 0) out = out.slice(0, Math.max(1, at))
    else if (kind === 1) out[at] = (out[at] as number) ^ (1 << below(8))
    else if (kind === 2) out[at] = '"\n\r,;\t0-.e\0\uFEFF'.charCodeAt(below(12))
    else if (kind === 3) out = Uint8Array.from([...out.slice(0, at), ...out.slice(below(out.length))])
    else if (kind === 4) out = Uint8Array.from([...out.slice(0, at), ...out])
    else out[at] = below(256)
  }
  return out
}

test('500 damaged files are refused with an error of these packages, or give rows of all columns', async () => {
  const outcomes = { refused: 0, read: 0 }
  for (let seed = 0; seed < 500; seed++) {
    const bytes = damaged(files[seed % files.length] as Uint8Array, seed)
    try {
      const table = await fromCsv(bytes)
      outcomes.read++
      for (const { kind, values, missing, categories } of table.columns) {
        expect([values.length, missing.length]).toEqual([table.length, table.length])
        for (const value of values) {
          if (kind === 'category') expect(value < categories.length || categories.length === 0).toBe(true)
          else expect(Number.isFinite(value)).toBe(true)
        }
      }
    } catch (error) {
      outcomes.refused++
      expect(error, `seed ${seed}`).toBeInstanceOf(AutoencoderError)
    }
  }
  expect(outcomes.refused + outcomes.read).toBe(500)
  expect(Math.min(outcomes.refused, outcomes.read)).toBeGreaterThan(20)
}, 60_000)

test('a file that is cut off at the end of any line gives the rows before it, and elsewhere no value that was not there', async () => {
  const text = new TextDecoder().decode(files[4]).slice(0, 3000)
  const whole = text.split('\n').slice(0, -1)
  for (let length = (whole[0]?.length ?? 0) + 40; length < 1500; length += 7) {
    const cut = text.slice(0, length)
    const lines = cut.split('\n')
    const isEnd = whole.includes(lines.at(-1) ?? '')
    const fields = (line: string) => line.split(',')
    const outcome = await fromCsv({ text: cut }).catch((error: unknown) => error)
    if (fields(lines.at(-1) ?? '').length !== 11 && lines.at(-1) !== '')
      expect(outcome).toBeInstanceOf(AutoencoderError)
    else if (isEnd) {
      const rows = (outcome as Awaited<ReturnType<typeof fromCsv>>).rows()
      expect(rows.map((row) => String(Object.values(row)))).toEqual(
        lines.slice(1).map((line) => String(fields(line).map((x) => (Number.isNaN(Number(x)) ? x : Number(x))))),
      )
    }
  }
})
