// Elementwise arithmetic, comparisons and activations.
import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, row, type T, within } from './row.ts'

/** Functions of one input, by the intervals on which they are smooth. */
export const elementwise: readonly GradientCase[] = [
  ...each({ abs: tf.abs, neg: tf.neg, square: tf.square, sign: tf.sign, step: tf.step, clone: tf.clone }, -2.4, 2.4),
  ...each({ exp: tf.exp, expm1: tf.expm1, sin: tf.sin, cos: tf.cos, sinh: tf.sinh, cosh: tf.cosh }, -2, 2),
  ...each({ atan: tf.atan, asinh: tf.asinh, erf: tf.erf, sigmoid: tf.sigmoid, tanh: tf.tanh }, -2, 2),
  ...each({ softplus: tf.softplus, logSigmoid: tf.logSigmoid, elu: tf.elu, selu: tf.selu, relu: tf.relu }, -2.4, 2.4),
  ...each({ leakyRelu: tf.leakyRelu, onesLike: tf.onesLike, zerosLike: tf.zerosLike }, -2.4, 2.4),
  ...each({ sqrt: tf.sqrt, rsqrt: tf.rsqrt, reciprocal: tf.reciprocal, log: tf.log, log1p: tf.log1p }, 0.5, 3),
  ...each({ tan: tf.tan, asin: tf.asin, acos: tf.acos, atanh: tf.atanh }, -0.7, 0.7),
  ...each({ acosh: tf.acosh }, 1.5, 4),
  ...each({ floor: tf.floor, ceil: tf.ceil, round: tf.round }, 0.1, 0.4),
  ...each({ relu6: tf.relu6 }, -4.2, 10.2),
  row('leakyRelu with a slope', (x: T) => tf.leakyRelu(x, 0.3), [2, 3, 4]),
  row('clipByValue', (x: T) => tf.clipByValue(x, -1.2, 1.6), [2, 3, 4]),
  row('cast from float to float', (x: T) => tf.cast(x, 'float32'), [2, 3, 4]),
  row('cast from a comparison', (x: T) => tf.mul(x, tf.cast(tf.greater(x, 0), 'float32')), [2, 3, 4]),
  row('comparisons and logic', (x: T) => tf.mul(x, tf.cast(inBand(x), 'float32')), [2, 3, 4]),
  row(
    'isNaN, isInf, isFinite',
    (x: T) => tf.where(tf.logicalOr(tf.isNaN(x), tf.isInf(x)), 0, squareIfFinite(x)),
    [2, 3],
  ),
  row('any and all', (x: T) => tf.where(tf.logicalAnd(tf.any(tf.less(x, 0)), tf.all(tf.less(x, 9))), x, 0), [2, 3]),
  row('argMax and argMin', (x: T) => tf.mul(x, tf.expandDims(tf.cast(extremes(x), 'float32'), 1)), [2, 4]),
]

/** Functions of two inputs, in each way of broadcasting. */
export const pairwise: readonly GradientCase[] = [
  ...pairs({ add: tf.add, sub: tf.sub, mul: tf.mul, squaredDifference: tf.squaredDifference }, [-2, 2], [-2, 2]),
  ...pairs({ maximum: tf.maximum, minimum: tf.minimum }, [-2.4, 2.4], [-2.4, 2.4]),
  ...pairs({ div: tf.div, divNoNan: tf.divNoNan, atan2: tf.atan2 }, [-2, 2], [0.8, 3]),
  ...pairs({ pow: tf.pow }, [0.9, 2], [-2, 2]),
  ...pairs({ mod: tf.mod, floorDiv: tf.floorDiv }, [3.4, 3.6], [0.98, 1.02]),
  row('prelu', (x: T, slope: T) => tf.prelu(x, slope), [2, 3, 4], [2, 3, 4]),
  row('prelu of channels', (x: T, slope: T) => tf.prelu(x, slope), [2, 3, 4], [4]),
  row('prelu of rows', (x: T, slope: T) => tf.prelu(x, slope), [2, 3, 4], [2, 1, 1]),
  row('pow of negative numbers', (x: T) => tf.pow(x, 3), [2, 3, 4]),
  row('pow by an integer', (x: T) => tf.pow(x, tf.scalar(2, 'int32')), [2, 3, 4]),
  row('add of numbers', (x: T) => tf.add(tf.sub(1, x), tf.div(x, 3)), [2, 3]),
  row('one tensor twice', (x: T) => tf.mul(tf.add(x, x), x), [2, 3]),
  row('addN', (a: T, b: T, c: T) => tf.addN([a, b, c, a]), [2, 3], [2, 3], [2, 3]),
  row('where', (a: T, b: T) => tf.where(tf.less(a, b), a, tf.square(b)), [2, 3, 4], [2, 3, 4]),
  row('where, broadcast', (a: T, b: T) => tf.where(tf.tensor1d([1, 0, 1], 'bool'), a, b), [2, 3], []),
]

type Interval = readonly [from: number, to: number]

function each(ops: Readonly<Record<string, (x: T) => T>>, from: number, to: number): GradientCase[] {
  return Object.entries(ops).map(([name, op]) => row(name, (x: T) => op(x), within(from, to, 2, 3, 4)))
}

/** Equal shapes, and each way of broadcasting: a missing axis, an axis of length 1, both sides, a scalar. */
function pairs(ops: Readonly<Record<string, (a: T, b: T) => T>>, a: Interval, b: Interval): GradientCase[] {
  const broadcasts = [
    { how: '', left: [2, 3, 4], right: [2, 3, 4] },
    { how: ' with a row', left: [2, 3, 4], right: [4] },
    { how: ' with columns', left: [2, 3, 4], right: [2, 1, 1] },
    { how: ' with a number', left: [2, 3], right: [] },
    { how: ' of columns with a row', left: [4, 1], right: [1, 4] },
  ]
  return Object.entries(ops).flatMap(([name, op]) =>
    broadcasts.map(({ how, left, right }) => row(`${name}${how}`, op, within(...a, ...left), within(...b, ...right))),
  )
}

function inBand(x: T): T {
  const below = tf.logicalOr(tf.less(x, 1.6), tf.lessEqual(x, -2))
  const above = tf.logicalAnd(tf.greaterEqual(x, -1.6), tf.notEqual(x, 7))
  return tf.logicalAnd(tf.logicalAnd(below, above), tf.logicalNot(tf.equal(x, 7)))
}

function squareIfFinite(x: T): T {
  return tf.where(tf.isFinite(x), tf.square(x), 0)
}

function extremes(x: T): T {
  return tf.add(tf.argMax(x, 1), tf.argMin(x, 1))
}
