import { expect, test } from 'vitest'
import { readOwn } from './own-data.ts'

const csv = (count: number, row: (index: number) => string, names = 'name,city') =>
  new File([[names, ...Array.from({ length: count }, (_, index) => row(index))].join('\n')], 'people.csv')

test('a table of too few rows is refused by the name of its file', async () => {
  await expect(readOwn([csv(3, (i) => `person ${i},Rome`)])).rejects.toMatchObject({
    message: expect.stringMatching(/^people\.csv has too few rows.*at least 50 rows.*Received: 3/s),
    fix: 'choose a table with more rows',
  })
})

test('a table without a column of numbers or of categories is refused with what its columns are', async () => {
  await expect(readOwn([csv(60, (i) => `person ${i},place ${i}`)])).rejects.toMatchObject({
    message: expect.stringMatching(
      /^people\.csv has no column.*name: it is text that hardly recurs; city: it is text/s,
    ),
  })
})

test('a table says what each of its columns became, and leaves out the text', async () => {
  const file = csv(60, (i) => `person ${i},${i % 2 ? 'Rome' : 'Oslo'},${i / 4}`, 'name,city,age')
  const { data, columns, problems } = await readOwn([file])
  expect(columns).toEqual(['city: 2 categories', 'age: numbers'])
  expect(problems).toEqual(['name: it is text that hardly recurs'])
  expect([data.size, data.shape]).toEqual([60, [3]])
})
