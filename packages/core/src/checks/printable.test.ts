import { expect, test } from 'vitest'
import { printable } from './printable.ts'

test('plain text stays as it is, in any language', () => {
  expect(printable('mnist/train — 数字 été')).toBe('mnist/train — 数字 été')
})

test('control characters and line breaks are shown as escapes', () => {
  expect(printable('a\u001b[31mred\u0007\nFix:\tsend money\r\u009b2J\u007f')).toBe(
    'a\\u{1b}[31mred\\u{7}\\nFix:\\tsend money\\r\\u{9b}2J\\u{7f}',
  )
})

test('marks that change the direction of writing, other line ends and half characters are shown as escapes', () => {
  expect(printable('\u202egnp\u2066\u200f\u2028\u2029\ufeff\ud800')).toBe(
    '\\u{202e}gnp\\u{2066}\\u{200f}\\u{2028}\\u{2029}\\u{feff}\\u{d800}',
  )
})

test('the middle of a long text is left out', () => {
  expect(printable('abcdefghij', 4)).toBe('ab … ij')
  const long = printable('x'.repeat(20_000_000))
  expect(long).toHaveLength(2003)
})

test('a surrogate pair is never cut in two', () => {
  expect(printable('a😀bc😀d', 4)).toBe('a … d')
})
