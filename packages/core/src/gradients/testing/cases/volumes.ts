// Programs on volumes, and rarer programs on images.
import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, row, type T, within, type X } from './row.ts'

type V = tf.Tensor5D

/** Convolutions and pooling of volumes, greyscale dilation, local response normalisation. */
export const volumes: readonly GradientCase[] = [
  row('conv3d, same', (x: V, w: V) => tf.conv3d(x, w, 1, 'same'), [1, 2, 3, 2, 2], [2, 3, 2, 2, 1]),
  row('conv3d, valid', (x: V, w: V) => tf.conv3d(x, w, 1, 'valid'), [2, 3, 3, 3, 1], [2, 2, 2, 1, 2]),
  row('conv3d, stride 2', (x: V, w: V) => tf.conv3d(x, w, 2, 'same'), [1, 4, 5, 3, 2], [2, 3, 2, 2, 1]),
  row('conv3d, strides', (x: V, w: V) => tf.conv3d(x, w, [2, 1, 3], 'valid'), [1, 5, 3, 6, 1], [2, 2, 2, 1, 2]),
  row(
    'conv3dTranspose',
    (x: V, w: V) => tf.conv3dTranspose(x, w, [1, 4, 5, 4, 1], 2, 'same'),
    [1, 2, 3, 2, 2],
    [2, 3, 2, 1, 2],
  ),
  row('maxPool3d', (x: V) => tf.maxPool3d(x, 2, 2, 'valid'), [1, 4, 4, 4, 2]),
  row('maxPool3d, overlapping', (x: V) => tf.maxPool3d(x, [3, 2, 2], [2, 1, 2], 'same'), [1, 4, 3, 5, 1]),
  row('maxPool3d, all negative', (x: V) => tf.maxPool3d(x, 2, 1, 'valid'), within(-5, -1, 1, 3, 3, 3, 1)),
  row('avgPool3d', (x: V) => tf.avgPool3d(x, 2, 2, 'valid'), [1, 4, 4, 4, 2]),
  row('avgPool3d, overlapping, padded', (x: V) => tf.avgPool3d(x, [3, 2, 3], [2, 1, 2], 'same'), [1, 5, 3, 4, 1]),
  row(
    'dilation2d',
    (x: X, w: tf.Tensor3D) => tf.dilation2d(x, w, 1, 'valid'),
    within(-16, 16, 1, 4, 4, 2),
    within(-0.4, 0.4, 2, 2, 2),
  ),
  row(
    'dilation2d, strides and dilations',
    (x: X, w: tf.Tensor3D) => tf.dilation2d(x, w, [2, 1], 'same', [1, 2]),
    within(-25, 25, 2, 5, 5, 1),
    within(-0.4, 0.4, 2, 3, 1),
  ),
  row('localResponseNormalization', (x: X) => tf.localResponseNormalization(x, 1, 1.5, 0.7, 0.6), [1, 2, 2, 5]),
  row('depthToSpace', (x: X) => tf.depthToSpace(x, 2), [2, 2, 3, 8]),
  row('flipLeftRight', (x: X) => tf.image.flipLeftRight(x), [2, 2, 3, 2]),
  row('diag', (x: T) => tf.diag(x), [2, 2]),
]

/** Scattering values to indices, and gathering them from there. */
export const indexed: readonly GradientCase[] = [
  row('unsortedSegmentSum', (x: T) => tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2, -1, 1], 'int32'), 3), [5, 2]),
  row('gatherND', (x: T) => tf.gatherND(x, tf.tensor2d([1, 0, 0, 2, 1, 0], [3, 2], 'int32')), [2, 3]),
  row('scatterND', (x: T) => tf.scatterND(tf.tensor2d([3, 1, 3], [3, 1], 'int32'), x, [4, 2]), [3, 2]),
  row('topk', (x: T) => tf.topk(x, 2).values, [3, 4]),
]

/** Sums of products over named axes. */
export const einsums: readonly GradientCase[] = [
  row('einsum bqhd,bkhd->bhqk', (q: T, k: T) => tf.einsum('bqhd,bkhd->bhqk', q, k), [2, 3, 2, 2], [2, 2, 2, 2]),
  row('einsum ij,jk->i', (a: T, b: T) => tf.einsum('ij,jk->i', a, b), [2, 3], [3, 2]),
  row('einsum ij,kj->ik', (a: T, b: T) => tf.einsum('ij,kj->ik', a, b), [2, 3], [4, 3]),
  row('einsum ij,ij->i', (a: T, b: T) => tf.einsum('ij,ij->i', a, b), [2, 3], [2, 3]),
  row('einsum i,j->ij', (a: T, b: T) => tf.einsum('i,j->ij', a, b), [3], [2]),
  row('einsum ijk->ki', (x: T) => tf.einsum('ijk->ki', x), [2, 3, 2]),
]
