import { expect, test } from 'vitest'
import { numberProblem } from './rows.ts'

const epochs = { path: 'epochs', label: 'Epochs', meaning: '', minimum: 1, maximum: 1000, isWhole: true }

test.each([
  ['10', undefined, epochs],
  ['0', 'This takes a whole number from 1 to 1000.', epochs],
  ['2.5', 'This takes a whole number from 1 to 1000.', epochs],
  ['', 'This needs a number.', epochs],
  ['', undefined, { ...epochs, hint: '6' }],
  ['1e-3', undefined, { path: 'rate', label: 'Rate', meaning: '', minimum: 0, isWhole: false }],
  [
    '-1',
    'This takes a number of at least 0.',
    { path: 'rate', label: 'Rate', meaning: '', minimum: 0, isWhole: false },
  ],
])('the text "%s" in a number field says %s', (text, problem, field) =>
  expect(numberProblem(text, false, field)).toBe(problem),
)

test('a text that is not a number is named although the browser hands over nothing', () => {
  expect(numberProblem('', true, { ...epochs, hint: '6' })).toBe('This takes a whole number from 1 to 1000.')
})
