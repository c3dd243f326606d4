import { expect, test } from 'vitest'
import { foundText } from './own-data.ts'

test('foundText says what was read, and what was left out and why', () => {
  expect(foundText({ kind: 'pictures', count: 1200, shape: [32, 48, 3], problems: [] })).toBe(
    'Read 1,200 pictures of 32 x 48 pixels.',
  )
  const problems = ['a.txt: not a picture', 'b: empty', 'c: empty', 'd: empty']
  const columns = ['age: numbers', 'city: 4 categories']
  expect(foundText({ kind: 'table', count: 60, shape: [1, 5, 1], problems, columns })).toBe(
    'Read 60 rows, each as 5 numbers. Columns: age: numbers; city: 4 categories. Left out: a.txt: not a picture; b: empty; c: empty; and 1 more.',
  )
})
