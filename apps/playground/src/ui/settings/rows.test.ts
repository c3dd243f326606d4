import { expect, test } from 'vitest'
import { numberProblem } from './rows.ts'

const epochs = { path: 'epochs', label: 'Epochs', meaning: '', minimum: 1, maximum: 1000, isWhole: true }

test.each([
  ['10', epochs, undefined],
  ['0', epochs, 'This takes a whole number from 1 to 1000.'],
  ['2.5', epochs, 'This takes a whole number from 1 to 1000.'],
  ['', epochs, 'This needs a number.'],
  ['', { ...epochs, hint: '6' }, undefined],
  ['1e-3', { path: 'rate', label: 'Rate', meaning: '', minimum: 0, isWhole: false }, undefined],
  [
    '-1',
    { path: 'rate', label: 'Rate', meaning: '', minimum: 0, isWhole: false },
    'This takes a number of at least 0.',
  ],
])('the text "%s" in a number field says %s', (text, field, problem) =>
  expect(numberProblem(text, false, field)).toBe(problem),
)

test('a text that is not a number is named although the browser hands over nothing', () => {
  expect(numberProblem('', true, { ...epochs, hint: '6' })).toBe('This takes a whole number from 1 to 1000.')
})
