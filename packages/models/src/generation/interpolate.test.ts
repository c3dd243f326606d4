import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { identityModel } from '../testing/identity-model.ts'
import { interpolate } from './interpolate.ts'

beforeAll(() => tf.setBackend('cpu'))

const model = identityModel(2)
const walk = (from: number[], to: number[], options: object) =>
  interpolate(identityModel(from.length), tf.tensor2d([from]), tf.tensor2d([to]), options).dataSync()

test('interpolate goes along the straight line by default', () => {
  expectClose(walk([0, 1], [4, 3], { steps: 3 }), [0, 1, 2, 2, 4, 3], { absolute: 1e-6 })
})

test('interpolate along the sphere turns by equal angles and keeps the length', () => {
  const angles = [0, 30, 60, 90].map((degrees) => (degrees * Math.PI) / 180)
  const expected = angles.flatMap((angle) => [2 * Math.cos(angle), 2 * Math.sin(angle)])
  expectClose(walk([2, 0], [0, 2], { steps: 4, path: 'spherical' }), expected, { absolute: 1e-5 })
})

const turned = (angle: number, length = 1) => [length * Math.cos(angle), length * Math.sin(angle)]

describe('in float64 and in ours, along the sphere', () => {
  const angles = [1e-7, 1e-5, 1e-3, 0.1, 1, 2, 3, ...[0.1, 0.002, 1e-3, 1e-4, 1e-5].map((below) => Math.PI - below)]

  test.each(angles)('an angle of %d is the same', (angle) => {
    for (const [first, second] of [
      [1, 1],
      [3, 2],
    ] as const) {
      const [from, to] = [[first, 0], turned(angle, second)].map((code) => code.map(Math.fround))
      const [real, share] = [Math.atan2(Number(to?.[1]), Number(to?.[0])), 0.25]
      const [a, b] = [1 - share, share].map((t) => Math.sin(t * real) / Math.sin(real))
      const expected = [0, 1].map((i) => Number(a) * Number(from?.[i]) + Number(b) * Number(to?.[i]))
      const actual = walk(from ?? [], to ?? [], { steps: 5, path: 'spherical' }).slice(2, 4)
      const size = Math.hypot(...expected)
      expectClose(actual, expected, { absolute: size * Math.max(1e-6, 3e-7 / (Math.PI - angle)) })
    }
  })

  test.each([0.002, 1e-4, 1e-6 * 1.5])(
    '%d before the opposite, no point is nearer to the origin than the ends',
    (below) => {
      const points = walk([0.6, 0.8], turned(Math.atan2(0.8, 0.6) + Math.PI - below), { steps: 9, path: 'spherical' })
      for (let i = 0; i < 9; i++) expect(Math.hypot(...points.slice(2 * i, 2 * i + 2))).toBeCloseTo(1, 6)
    },
  )

  test.each([1e-37, 1e-25, 1e-13, 1e13, 1e25, 1e37])('codes of length %d are as all others', (length) => {
    const points = walk([length, 0], [0, length], { steps: 3, path: 'spherical' })
    expectClose(
      points.slice(2, 4).map((x) => x / length),
      [Math.SQRT1_2, Math.SQRT1_2],
      { absolute: 1e-6 },
    )
  })
})

test.each([
  ['codes in one direction', [1, 1], [3, 3]],
  ['opposite codes', [1, 0], [-1, 0]],
  ['opposite codes of other lengths', [0.3, 0.7, 0.1], [-0.9, -2.1, -0.3]],
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
