// Reductions, scans and matrix products.
import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, row, type T } from './row.ts'

/** Reductions and scans, over all axes and some. */
export const reductions: readonly GradientCase[] = [
  ...reduced('sum', tf.sum),
  ...reduced('mean', tf.mean),
  ...reduced('max', tf.max),
  ...reduced('min', tf.min),
  ...reduced('prod', tf.prod),
  ...reduced('logSumExp', tf.logSumExp),
  ...reduced('euclidean norm', (x, axis, keep) => tf.norm(x, 'euclidean', axis, keep)),
  row('norm 1', (x: T) => tf.norm(x, 1, 1), [2, 4]),
  row('moments', (x: T) => tf.div(...meanOverVariance(x)), [4, 6]),
  row('softmax', (x: T) => tf.softmax(x), [2, 3, 4]),
  row('logSoftmax', (x: T) => tf.logSoftmax(x), [2, 3, 4]),
  row('cumsum', (x: T) => tf.cumsum(x, 1), [2, 3, 4]),
  row('cumsum, exclusive', (x: T) => tf.cumsum(x, 2, true), [2, 3, 4]),
  // Of one length: webgpu runs the program that it built for the first length of a reverse scan.
  row('cumsum, reverse', (x: T) => tf.cumsum(x, 0, false, true), [4, 3]),
  row('cumsum, exclusive and reverse', (x: T) => tf.cumsum(x, 1, true, true), [3, 4]),
  row('cumprod', (x: T) => tf.cumprod(x, 1), [2, 3, 2]),
  row('cumprod, exclusive', (x: T) => tf.cumprod(x, 0, true), [4, 2]),
]

/** Matrix products: all transpositions, batches, broadcasting. */
export const products: readonly GradientCase[] = [
  row('matMul', (a: T, b: T) => tf.matMul(a, b), [2, 3], [3, 4]),
  row("matMul a'", (a: T, b: T) => tf.matMul(a, b, true), [3, 2], [3, 4]),
  row("matMul b'", (a: T, b: T) => tf.matMul(a, b, false, true), [2, 3], [4, 3]),
  row("matMul a' b'", (a: T, b: T) => tf.matMul(a, b, true, true), [3, 2], [4, 3]),
  row('matMul of batches', (a: T, b: T) => tf.matMul(a, b), [2, 2, 2, 3], [2, 2, 3, 2]),
  row("matMul of batches a'", (a: T, b: T) => tf.matMul(a, b, true), [2, 3, 2], [2, 3, 4]),
  row("matMul of batches b'", (a: T, b: T) => tf.matMul(a, b, false, true), [2, 2, 3], [2, 4, 3]),
  row("matMul of batches a' b'", (a: T, b: T) => tf.matMul(a, b, true, true), [2, 3, 2], [2, 4, 3]),
  row('matMul, broadcast a', (a: T, b: T) => tf.matMul(a, b), [2, 3], [2, 3, 2]),
  row('matMul, broadcast b', (a: T, b: T) => tf.matMul(a, b, false, true), [2, 2, 3], [1, 2, 3]),
  row('dot', (a: tf.Tensor1D, b: tf.Tensor2D) => tf.dot(a, b), [3], [3, 2]),
  row('outerProduct', (a: tf.Tensor1D, b: tf.Tensor1D) => tf.outerProduct(a, b), [3], [4]),
  row(
    'fused.matMul',
    (a: T, b: T, bias: T) => tf.fused.matMul({ a, b, bias, activation: 'sigmoid' }),
    [2, 3],
    [3, 4],
    [4],
  ),
  row('fused.matMul, linear', (a: T, b: T, bias: T) => tf.fused.matMul({ a, b, bias }), [2, 3], [3, 4], [4]),
  row('linear layer', (x: T, w: T, b: T) => tf.tanh(tf.add(tf.matMul(x, w, false, true), b)), [4, 3], [2, 3], [2]),
]

function reduced(name: string, op: (x: T, axis?: number | number[], keepDims?: boolean) => T): GradientCase[] {
  return [
    row(name, (x: T) => op(x), [2, 3, 2]),
    row(`${name} over the last axis`, (x: T) => op(x, -1), [2, 3, 4]),
    row(`${name} over two axes`, (x: T) => op(x, [0, 2]), [2, 3, 2]),
    row(`${name} over one axis, kept`, (x: T) => op(x, 1, true), [2, 3, 4]),
  ]
}

function meanOverVariance(x: T): [T, T] {
  const { mean, variance } = tf.moments(x, 1)
  return [mean, variance]
}
