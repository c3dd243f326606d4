import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from './index.ts'
import type { AccuracyCase, Outcome } from './testing/accuracy/case.ts'
import { accuracyCases } from './testing/accuracy/cases.ts'

// `--mode report` writes the table that the page shows: pnpm --filter @ae/wasm accuracy
const writes = (import.meta as ImportMeta & { readonly env: { readonly MODE: string } }).env.MODE === 'report'
const page = new URL('../../../docs/concepts/accuracy.md', import.meta.url)
const [start, end] = ['<!-- kernels -->', '<!-- /kernels -->']

const cases = accuracyCases()
const errors = new Map<string, number>()

beforeAll(() => wasm.activate())

describe('the largest error against float64', () => {
  test.each(cases)('of $name, $size, is at most $bound', ({ name, size, bound, run }) => {
    const error = largestError(run())
    errors.set(`${name} ${size}`, error)
    expect(error).toBeLessThanOrEqual(bound)
  })
})

test('the page shows these kernels with these bounds', () => {
  if (writes) writeTable()
  const withoutError = (row: string) => row.split(' | ').toSpliced(3, 1).join(' | ')
  const { table } = readPage()
  expect(table.trim().split('\n').slice(2).map(withoutError)).toEqual(cases.map((each) => withoutError(rowOf(each))))
})

/** The page, around its table. */
function readPage() {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)]
  return { before: text.slice(0, from), table: text.slice(from, to), after: text.slice(to) }
}

function writeTable(): void {
  expect(errors.size, 'kernels of which the error is known').toBe(cases.length)
  const { before, after } = readPage()
  const heading = ['| kernel | size | relative to | largest error | never above |', '|---|---|---|---|---|']
  writeFileSync(page, [before, ...heading, ...cases.map(rowOf), after].join('\n'))
}

/** NaN where one is NaN and the other is not. */
function largestError({ actual, expected, scale = Array.from(expected, Math.abs) }: Outcome): number {
  expect(actual.length).toBe(expected.length)
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const distance = Math.abs(Number(actual[i]) - Number(expected[i]))
    const error = distance === 0 ? 0 : distance / Number(scale[i])
    if (!(error <= largest)) largest = error
  }
  return largest
}

function rowOf({ name, size, measure, bound }: AccuracyCase): string {
  const error = errors.get(`${name} ${size}`) ?? Number.NaN
  const show = (value: number) => (value === 0 ? 'none' : value.toExponential(1))
  return `| ${name} | ${size} | ${measure} | ${show(error)} | ${show(bound)} |`
}
