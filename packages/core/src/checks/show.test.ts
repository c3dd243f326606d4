import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { show } from './show.ts'

test.each([
  ['3', '"3"'],
  [3, '3'],
  [3n, '3n'],
  [[1, 'a', [2]], '[1, "a", […]]'],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9], '[1, 2, 3, 4, 5, 6, 7, 8, …]'],
  [{ a: 1 }, '{ a }'],
  [undefined, 'undefined'],
  [() => 0, 'function (anonymous)'],
  [Symbol('s'), 'Symbol(s)'],
  [new Float32Array(3), 'Float32Array of 3 values'],
  [Promise.resolve(), 'a promise'],
  [new Map(), 'a Map'],
  [(async function* () {})(), 'an AsyncGenerator'],
  [Object.create(null), '{  }'],
])('show(%o) is %s', (value, text) => {
  expect(show(value)).toBe(text)
})

test('show tells the holes of an array from values', () => {
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is shown
  expect(show([28, , 1])).toBe('[28, (nothing), 1]')
})

test('show tells the shape of a tensor, and whether it can still be read', async () => {
  await tf.setBackend('cpu')
  const x = tf.zeros([2, 3])
  expect(show(x)).toBe('a tensor of shape [2, 3]')
  x.dispose()
  expect(show(x)).toBe('a tensor of shape [2, 3], disposed of')
})
