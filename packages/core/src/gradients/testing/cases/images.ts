// Programs on images.
import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, row, type T, within, type X } from './row.ts'

/** Convolutions, pooling, resizing and batch normalisation. */
export const images: readonly GradientCase[] = [
  ...(['same', 'valid', 1] as const).flatMap((padding) => [
    row(`conv2d, padding ${padding}`, (x: X, w: X) => tf.conv2d(x, w, 1, padding), [2, 4, 5, 2], [3, 3, 2, 3]),
    row(
      `conv2d, stride 2, padding ${padding}`,
      (x: X, w: X) => tf.conv2d(x, w, 2, padding),
      [2, 5, 6, 1],
      [3, 3, 1, 2],
    ),
  ]),
  row(
    'conv2d, explicit padding',
    (x: X, w: X) =>
      tf.conv2d(
        x,
        w,
        [1, 2],
        [
          [0, 0],
          [0, 1],
          [2, 0],
          [0, 0],
        ],
      ),
    [1, 4, 4, 1],
    [2, 2, 1, 2],
  ),
  row('conv2d, dilated', (x: X, w: X) => tf.conv2d(x, w, 1, 'same', 'NHWC', [2, 3]), [2, 5, 6, 1], [2, 2, 1, 2]),
  row('conv2d of one image', (x: tf.Tensor3D, w: X) => tf.conv2d(x, w, 1, 'same'), [4, 4, 1], [3, 3, 1, 2]),
  row('conv1d', (x: tf.Tensor3D, w: tf.Tensor3D) => tf.conv1d(x, w, 1, 'same'), [2, 6, 2], [3, 2, 2]),
  row('conv2dTranspose', (x: X, w: X) => tf.conv2dTranspose(x, w, [2, 6, 8, 1], 2, 'same'), [2, 3, 4, 2], [3, 3, 1, 2]),
  row(
    'conv2dTranspose, valid',
    (x: X, w: X) => tf.conv2dTranspose(x, w, [2, 5, 5, 1], 1, 'valid'),
    [2, 3, 3, 2],
    [3, 3, 1, 2],
  ),
  row('depthwiseConv2d', (x: X, w: X) => tf.depthwiseConv2d(x, w, 1, 'same'), [2, 4, 4, 2], [3, 3, 2, 2]),
  row('depthwiseConv2d, stride 2', (x: X, w: X) => tf.depthwiseConv2d(x, w, 2, 'valid'), [2, 5, 5, 3], [2, 3, 3, 1]),
  row(
    'depthwiseConv2d, dilated',
    (x: X, w: X) => tf.depthwiseConv2d(x, w, 1, 'same', 'NHWC', 2),
    [1, 5, 5, 2],
    [2, 3, 2, 1],
  ),
  row('depthwiseConv2d, channels', (x: X, w: X) => tf.depthwiseConv2d(x, w, 1, 'same'), [1, 4, 4, 5], [3, 2, 5, 1]),
  row(
    'depthwiseConv2d, no dilation said',
    (x: X, w: X) => tf.depthwiseConv2d(x, w, 1, 'same', 'NHWC', null as unknown as undefined),
    [1, 4, 4, 2],
    [2, 2, 2, 1],
  ),
  row(
    'separableConv2d',
    (x: X, d: X, p: X) => tf.separableConv2d(x, d, p, 1, 'same'),
    [1, 4, 4, 2],
    [2, 2, 2, 1],
    [1, 1, 2, 3],
  ),
  row(
    'fused.conv2d',
    (x: X, filter: X, bias: T) => tf.fused.conv2d({ x, filter, bias, strides: 1, pad: 'same', activation: 'relu' }),
    [1, 3, 3, 1],
    [2, 2, 1, 2],
    [2],
  ),
  row('maxPool', (x: X) => tf.maxPool(x, 2, 2, 'valid'), [2, 4, 4, 2]),
  row('maxPool, overlapping', (x: X) => tf.maxPool(x, 3, 1, 'same'), [2, 4, 4, 1]),
  row('avgPool', (x: X) => tf.avgPool(x, 2, 2, 'valid'), [2, 4, 4, 2]),
  row('avgPool, overlapping, padded', (x: X) => tf.avgPool(x, 3, 2, 'same'), [2, 5, 4, 2]),
  row('pool, dilated', (x: X) => tf.pool(x, 2, 'avg', 'valid', 2), [1, 4, 4, 1]),
  ...(
    [
      [6, 8],
      [2, 3],
      [5, 3],
    ] as const
  ).flatMap((size) => [
    ...resized(`resizeNearestNeighbor to ${size}`, (x, ...options) =>
      tf.image.resizeNearestNeighbor(x, [...size], ...options),
    ),
    ...resized(`resizeBilinear to ${size}`, (x, ...options) => tf.image.resizeBilinear(x, [...size], ...options)),
  ]),
  row('batchNorm', batchNormed, [2, 2, 2, 3], [3], within(0.8, 2, 3), [3], within(0.5, 2, 3)),
  row(
    'batchNorm by the batch',
    (x: X, offset: T, scale: T) => batchNormed(x, ...moments(x), offset, scale),
    [3, 2, 2, 2],
    [2],
    [2],
  ),
]

function resized(name: string, op: (x: X, alignCorners?: boolean, halfPixelCenters?: boolean) => T): GradientCase[] {
  return [
    row(name, (x: X) => op(x), [2, 3, 4, 2]),
    row(`${name}, aligned corners`, (x: X) => op(x, true), [2, 3, 4, 1]),
    row(`${name}, half-pixel centres`, (x: X) => op(x, false, true), [2, 3, 4, 1]),
  ]
}

function moments(x: X): [T, T] {
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  return [mean, variance]
}

function batchNormed(x: X, mean: T, variance: T, offset: T, scale: T): T {
  return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D)
}
