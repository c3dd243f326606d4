// Reshaping, joining, slicing, padding, repeating and gathering.
import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, row, type T } from './row.ts'

/** Ops that move values without changing them. */
export const shapes: readonly GradientCase[] = [
  row('reshape', (x: T) => tf.reshape(x, [4, -1]), [2, 3, 4]),
  row('expandDims', (x: T) => tf.expandDims(x, -1), [2, 3]),
  row('squeeze', (x: T) => tf.squeeze(x), [2, 1, 3]),
  row('transpose', (x: T) => tf.transpose(x), [2, 3, 4]),
  row('transpose, permuted', (x: T) => tf.transpose(x, [2, 0, 3, 1]), [2, 3, 2, 2]),
  row('concat', (a: T, b: T) => tf.concat([a, b, a], 1), [2, 2, 2], [2, 1, 2]),
  row('concat, last axis', (a: T, b: T) => tf.concat([a, b], -1), [2, 2, 2], [2, 2, 1]),
  row('stack', (a: T, b: T) => tf.stack([a, b, a], 1), [2, 3], [2, 3]),
  row('stack of one', (a: T) => tf.stack([a], 0), [2, 3]),
  row('unstack', (x: T) => tf.mul(...(tf.unstack(x, 1) as [T, T])), [3, 2, 2]),
  row('unstack, last axis, in part', (x: T) => tf.unstack(x, -1)[1] as T, [3, 2, 3]),
  row('unstack of one', (x: T) => tf.unstack(x, 0)[0] as T, [1, 3]),
  row('split', (x: T) => tf.mul(...(tf.split(x, 2, 1) as [T, T])), [2, 4, 2]),
  row('split by sizes', (x: T) => tf.split(x, [1, 3], -1)[1] as T, [2, 4]),
  row('split into one', (x: T) => tf.split(x, 1, 0)[0] as T, [2, 4]),
  row('slice', (x: T) => tf.slice(x, [1, 0, 2], [1, 2, -1]), [2, 3, 4]),
  row('slice of rows', (x: T) => tf.slice(x, 1), [3, 4]),
  row('stridedSlice', (x: T) => tf.stridedSlice(x, [1, 0], [6, 4], [2, 3]), [6, 4]),
  row('stridedSlice, backwards', (x: T) => tf.stridedSlice(x, [-1, 0], [0, 4], [-2, 1]), [6, 4]),
  row('stridedSlice, an axis dropped', (x: T) => tf.stridedSlice(x, [1, 1], [3, 2], [1, 1], 0, 0, 0, 0, 2), [4, 3, 2]),
  row('stridedSlice, masks', (x: T) => tf.stridedSlice(x, [0, 1, 9], [0, 3, 9], [2, 1, 1], 5, 5), [5, 3, 3]),
  row(
    'pad',
    (x: T) =>
      tf.pad(
        x,
        [
          [1, 2],
          [0, 1],
          [2, 0],
        ],
        7,
      ),
    [2, 2, 3],
  ),
  row(
    'mirrorPad, reflect',
    (x: T) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [2, 1],
          [1, 2],
          [0, 0],
        ],
        'reflect',
      ),
    [2, 3, 3, 2],
  ),
  row(
    'mirrorPad, symmetric',
    (x: T) =>
      tf.mirrorPad(
        x,
        [
          [2, 1],
          [0, 3],
        ],
        'symmetric',
      ),
    [2, 3],
  ),
  row('tile', (x: T) => tf.tile(x, [2, 1, 3]), [2, 3, 2]),
  row('broadcastTo', (x: T) => tf.broadcastTo(x, [4, 2, 3]), [2, 1]),
  row('reverse', (x: T) => tf.reverse(x, [0, 2]), [2, 3, 4]),
  row('gather', (x: T) => tf.gather(x, tf.tensor1d([2, 0, 2, 1, 2], 'int32')), [3, 4]),
  row(
    'gather, axis 1, 2-d indices',
    (x: T) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [1, 1],
            [0, 2],
          ],
          [2, 2],
          'int32',
        ),
        1,
      ),
    [2, 3, 2],
  ),
  row(
    'gather of each batch',
    (x: T) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [1, 1, 0],
            [2, 0, 2],
          ],
          [2, 3],
          'int32',
        ),
        2,
        1,
      ),
    [2, 2, 3, 2],
  ),
  row('gather from one value', (x: T) => tf.gather(x, tf.tensor1d([0, 0], 'int32')), [1, 2]),
  row('oneHot of argMax', (x: T) => tf.mul(x, tf.oneHot(tf.argMax(x, 1), 4)), [3, 4]),
  row(
    'spaceToBatchND',
    (x: T) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 1],
          [1, 1],
        ],
      ),
    [1, 3, 4, 2],
  ),
  row(
    'batchToSpaceND',
    (x: T) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 1],
          [0, 0],
        ],
      ),
    [4, 2, 2, 1],
  ),
]
