import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { identityModel } from '../testing/identity-model.ts'
import { interpolate } from './interpolate.ts'

beforeAll(() => tf.setBackend('cpu'))

const model = identityModel(2)
const walk = (from: number[], to: number[], options: object) =>
  interpolate(model, tf.tensor2d([from]), tf.tensor2d([to]), options).dataSync()

test('interpolate goes along the straight line by default', () => {
  expectClose(walk([0, 1], [4, 3], { steps: 3 }), [0, 1, 2, 2, 4, 3], { absolute: 1e-6 })
})

test('interpolate along the sphere turns by equal angles and keeps the length', () => {
  const angles = [0, 30, 60, 90].map((degrees) => (degrees * Math.PI) / 180)
  const expected = angles.flatMap((angle) => [2 * Math.cos(angle), 2 * Math.sin(angle)])
  expectClose(walk([2, 0], [0, 2], { steps: 4, path: 'spherical' }), expected, { absolute: 1e-5 })
})

test.each([
  ['codes in one direction', [1, 1], [3, 3]],
  ['opposite codes', [1, 0], [-1, 0]],
  ['a code at the origin', [0, 0], [2, 4]],
])('interpolate along the sphere is the straight line between %s', (_, from, to) => {
  const middle = from.map((value, i) => (value + (to[i] ?? 0)) / 2)
  expectClose(walk(from, to, { steps: 3, path: 'spherical' }), [...from, ...middle, ...to], { absolute: 1e-6 })
})

test('interpolate leaks nothing', () => {
  const [from, to] = [tf.tensor2d([[1, 0]]), tf.tensor2d([[0, 1]])]
  expectNoLeak(() => interpolate(model, from, to, { path: 'spherical' }).dispose())
})

test.each([{ steps: 1 }, { steps: 2.5 }, { path: 'round' }])('interpolate refuses %o', (options) => {
  expect(() => walk([0, 0], [1, 1], options)).toThrow(`bad \`${Object.keys(options)[0]}\``)
})

test('interpolate refuses several examples instead of taking the first', () => {
  const [one, two] = [tf.zeros([1, 2]), tf.zeros([2, 2])]
  expect(() => interpolate(model, one, two)).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`interpolate\` received \`to\` of the wrong shape.

    Expected: [1, 2]
    Received: [2, 2]
    Fix:      take 1 of them, e.g. tf.slice(to, 0, 1)]
  `)
  expect(() => interpolate(model, two, one)).toThrow('received `from`')
})
