import { expect, test } from 'vitest'
import { storedValue } from './cells.ts'

const reading = { caller: 'fromCsv', missing: new Set(), decimal: '.', areTexts: true } as const
const timeOf = (text: unknown) => storedValue(text, 'date', reading)

test('dates are those that ISO 8601 and Date.parse mean, to the millisecond, in UTC', () => {
  const days = ['0001-01-01', '0099-12-31', '1900-02-28', '1969-12-31', '2000-02-29', '2024-02-29', '9999-12-31']
  for (const day of days) {
    expect(timeOf(day)).toBe(Date.parse(day))
    expect(timeOf(`${day} 23:59`)).toBe(Date.parse(`${day}T23:59Z`))
    expect(timeOf(`${day}T00:00:07.123456789-05:30`)).toBe(Date.parse(`${day}T00:00:07.123-05:30`))
    expect(timeOf(`${day} 12:00:00.5+0200`)).toBe(Date.parse(`${day}T12:00:00.500+02:00`))
  }
  const date = new Date(5)
  expect(timeOf(date)).toBe(5)
})

test.each([
  '1900-02-29',
  '2023-02-29',
  '2024-04-31',
  '2024-13-01',
  '2024-00-10',
  '2024-01-00',
  '2024-1-1',
  '24-01-01',
  '2024/01/01',
  '2024-01-01T',
  '2024-01-01 24:00',
  '2024-01-01 12:60',
  '2024-01-01 12:00:60',
  '2024-01-01 12',
  '2024-01-01x12:00',
  'x024-01-01',
  '',
])('"%s" is not a date', (text) => expect(timeOf(text)).toBeUndefined())

test.each([
  ['12', 12],
  ['-1.5e-3', -0.0015],
  ['+7', 7],
  ['.5', 0.5],
  ['5.', 5],
  ['1e400', undefined],
  ['0x10', undefined],
  ['0b1', undefined],
  ['Infinity', undefined],
  ['NaN', undefined],
  ['1_000', undefined],
  ['1,5', undefined],
  ['1 2', undefined],
  ['', undefined],
])('"%s" as a number is %s', (text, number) => {
  expect(storedValue(text, 'number', reading)).toBe(number)
  expect(storedValue(text.replace('.', ','), 'number', { ...reading, decimal: ',' })).toBe(
    text === '1,5' ? 1.5 : number,
  )
})
