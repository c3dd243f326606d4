// Programs whose gradients are known to exist: one row an op, in the way that a decoder or an objective would use it.
// Test support: nothing in the package imports it. The tests of every backend run the same rows.
import * as tf from '@tensorflow/tfjs-core'

/** One input: its shape, and the interval that its values are spread over, which stays clear of poles. */
export interface CaseInput {
  readonly shape: readonly number[]
  readonly from: number
  readonly to: number
}

/** One program. */
export interface GradientCase {
  /** What it is, unique in its table. */
  readonly name: string
  /** From its inputs to any one tensor; called inside a tidy. */
  readonly op: (...inputs: never[]) => tf.Tensor
  /** What it is differentiated by. */
  readonly inputs: readonly CaseInput[]
}

type T = tf.Tensor
type Op1 = (x: T) => T
type Op2 = (a: T, b: T) => T

/** The elementwise functions of one input, by the intervals on which they are smooth. */
const elementwise: readonly GradientCase[] = [
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

const pairwise: readonly GradientCase[] = [
  ...pairs({ add: tf.add, sub: tf.sub, mul: tf.mul, squaredDifference: tf.squaredDifference }, [-2, 2], [-2, 2]),
  ...pairs({ maximum: tf.maximum, minimum: tf.minimum }, [-2.4, 2.4], [-2.4, 2.4]),
  ...pairs({ div: tf.div, divNoNan: tf.divNoNan, atan2: tf.atan2 }, [-2, 2], [0.5, 3]),
  ...pairs({ pow: tf.pow }, [0.9, 2], [-2, 2]),
  ...pairs({ mod: tf.mod, floorDiv: tf.floorDiv }, [3.4, 3.6], [0.98, 1.02]),
  ...pairs({ prelu: tf.prelu }, [-2.4, 2.4], [0.1, 0.9]),
  row('pow of negative numbers', (x: T) => tf.pow(x, 3), [2, 3, 4]),
  row('pow by an integer', (x: T) => tf.pow(x, tf.scalar(2, 'int32')), [2, 3, 4]),
  row('add of numbers', (x: T) => tf.add(tf.sub(1, x), tf.div(x, 3)), [2, 3]),
  row('one tensor twice', (x: T) => tf.mul(tf.add(x, x), x), [2, 3]),
  row('addN', (a: T, b: T, c: T) => tf.addN([a, b, c, a]), [2, 3], [2, 3], [2, 3]),
  row('where', (a: T, b: T) => tf.where(tf.less(a, b), a, tf.square(b)), [2, 3, 4], [2, 3, 4]),
  row('where, broadcast', (a: T, b: T) => tf.where(tf.tensor1d([1, 0, 1], 'bool'), a, b), [2, 3], []),
]

const reductions: readonly GradientCase[] = [
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
  row('cumsum, reverse', (x: T) => tf.cumsum(x, 0, false, true), [3, 4]),
  row('cumsum, exclusive and reverse', (x: T) => tf.cumsum(x, 1, true, true), [3, 4]),
]

const products: readonly GradientCase[] = [
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
  row('linear layer', (x: T, w: T, b: T) => tf.tanh(tf.add(tf.matMul(x, w, false, true), b)), [4, 3], [2, 3], [2]),
]

const shapes: readonly GradientCase[] = [
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

const images: readonly GradientCase[] = [
  ...(['same', 'valid', 1] as const).flatMap((padding) => [
    row(`conv2d, padding ${padding}`, (x: X, w: X) => tf.conv2d(x, w, 1, padding), [2, 4, 5, 2], [3, 3, 2, 3]),
    row(
      `conv2d, stride 2, padding ${padding}`,
      (x: X, w: X) => tf.conv2d(x, w, 2, padding),
      [2, 5, 6, 1],
      [3, 2, 1, 2],
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
  row('batchNorm', batchNormed, [2, 2, 2, 3], [3], within(0.5, 2, 3), [3], within(0.5, 2, 3)),
  row(
    'batchNorm by the batch',
    (x: X, offset: T, scale: T) => batchNormed(x, ...moments(x), offset, scale),
    [3, 2, 2, 2],
    [2],
    [2],
  ),
]

const objectives: readonly GradientCase[] = [
  row('losses.meanSquaredError', (y: T, p: T) => tf.losses.meanSquaredError(y, p), [3, 4], [3, 4]),
  row('losses.absoluteDifference', (y: T, p: T) => tf.losses.absoluteDifference(y, p), [3, 4], [3, 4]),
  row('losses.huberLoss', (y: T, p: T) => tf.losses.huberLoss(y, p, undefined, 0.8), [3, 4], [3, 4]),
  row('losses.logLoss', (p: T) => tf.losses.logLoss(tf.oneHot([1, 3, 0], 4), p), within(0.3, 0.7, 3, 4)),
  row('losses.hingeLoss', (p: T) => tf.losses.hingeLoss(tf.tensor2d([[1, 0, 1, 0]]), p), within(-1, 0.9, 1, 4)),
  row('losses.cosineDistance', (y: T, p: T) => tf.losses.cosineDistance(y, p, 1), [3, 4], [3, 4]),
  row('losses.sigmoidCrossEntropy', (l: T) => tf.losses.sigmoidCrossEntropy(tf.fill([3, 4], 0.3), l), [3, 4]),
  row('losses.softmaxCrossEntropy', (l: T) => tf.losses.softmaxCrossEntropy(tf.fill([3, 4], 0.25), l), [3, 4]),
  row('dropout', (x: T) => tf.dropout(x, 0.4, undefined, 7), [3, 4]),
  row('Gaussian divergence', gaussianDivergence, [3, 4], [3, 4]),
  row(
    'reparameterisation',
    (m: T, v: T) => tf.add(m, tf.mul(tf.exp(tf.div(v, 2)), tf.linspace(-1, 1, 4))),
    [3, 4],
    [3, 4],
  ),
  row(
    'mixture of Gaussians',
    (x: T, mean: T) => tf.neg(tf.logSumExp(tf.neg(squaredDistances(x, mean)), 1)),
    [3, 2],
    [4, 2],
  ),
  row('maximum mean discrepancy', (a: T, b: T) => tf.sub(similarity(a, a), similarity(a, b)), [3, 2], [4, 2]),
  row('total variation', totalVariation, [2, 3, 4, 1]),
  row('nearest code', nearestCode, [3, 2], [4, 2]),
]

type X = tf.Tensor4D

/** Every program of the table. */
export const gradientCases: readonly GradientCase[] = [
  ...elementwise,
  ...pairwise,
  ...reductions,
  ...products,
  ...shapes,
  ...images,
  ...objectives,
]

function within(from: number, to: number, ...shape: readonly number[]): CaseInput {
  return { shape, from, to }
}

function row(
  name: string,
  op: (...inputs: never[]) => tf.Tensor,
  ...inputs: readonly (CaseInput | readonly number[])[]
): GradientCase {
  return { name, op, inputs: inputs.map((input) => ('shape' in input ? input : within(-2.4, 2.4, ...input))) }
}

function each(ops: Readonly<Record<string, Op1>>, from: number, to: number): GradientCase[] {
  return Object.entries(ops).map(([name, op]) => row(name, (x: T) => op(x), within(from, to, 2, 3, 4)))
}

type Interval = readonly [from: number, to: number]

/** Equal shapes, and each way of broadcasting: a missing axis, an axis of length 1, both sides, a scalar. */
function pairs(ops: Readonly<Record<string, Op2>>, a: Interval, b: Interval): GradientCase[] {
  const broadcasts = [
    {
      how: '',
      shapes: [
        [2, 3, 4],
        [2, 3, 4],
      ],
    },
    { how: ' with a row', shapes: [[2, 3, 4], [4]] },
    {
      how: ' with columns',
      shapes: [
        [2, 3, 4],
        [2, 1, 1],
      ],
    },
    { how: ' with a number', shapes: [[2, 3], []] },
    ...(Object.keys(ops).includes('prelu')
      ? []
      : [
          {
            how: ' of columns with a row',
            shapes: [
              [4, 1],
              [1, 4],
            ],
          },
        ]),
  ] as const
  return Object.entries(ops).flatMap(([name, op]) =>
    broadcasts.map(({ how, shapes }) =>
      row(`${name}${how}`, op, within(...a, ...shapes[0]), within(...b, ...shapes[1])),
    ),
  )
}

function reduced(name: string, op: (x: T, axis?: number | number[], keepDims?: boolean) => T): GradientCase[] {
  return [
    row(name, (x: T) => op(x), [2, 3, 2]),
    row(`${name} over the last axis`, (x: T) => op(x, -1), [2, 3, 4]),
    row(`${name} over two axes`, (x: T) => op(x, [0, 2]), [2, 3, 2]),
    row(`${name} over one axis, kept`, (x: T) => op(x, 1, true), [2, 3, 4]),
  ]
}

function resized(name: string, op: (x: X, alignCorners?: boolean, halfPixelCenters?: boolean) => T): GradientCase[] {
  return [
    row(name, (x: X) => op(x), [2, 3, 4, 2]),
    row(`${name}, aligned corners`, (x: X) => op(x, true), [2, 3, 4, 1]),
    row(`${name}, half-pixel centres`, (x: X) => op(x, false, true), [2, 3, 4, 1]),
  ]
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

function meanOverVariance(x: T): [T, T] {
  const { mean, variance } = tf.moments(x, 1)
  return [mean, variance]
}

function moments(x: X): [T, T] {
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  return [mean, variance]
}

function batchNormed(x: X, mean: T, variance: T, offset: T, scale: T): T {
  return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D)
}

function gaussianDivergence(mean: T, logVariance: T): T {
  const terms = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1))
  return tf.mul(tf.sum(terms, 1), 0.5)
}

function squaredDistances(a: T, b: T): T {
  return tf.sum(tf.squaredDifference(tf.expandDims(a, 1), tf.expandDims(b, 0)), 2)
}

function similarity(a: T, b: T): T {
  return tf.mean(tf.exp(tf.neg(squaredDistances(a, b))))
}

function totalVariation(x: X): T {
  const [, height, width] = x.shape
  const down = tf.sub(tf.slice(x, [0, 1]), tf.slice(x, [0, 0], [-1, height - 1]))
  const right = tf.sub(tf.slice(x, [0, 0, 1]), tf.slice(x, [0, 0, 0], [-1, -1, width - 1]))
  return tf.add(tf.sum(tf.abs(down), [1, 2, 3]), tf.sum(tf.abs(right), [1, 2, 3]))
}

function nearestCode(x: T, codes: T): T {
  const nearest = tf.gather(codes, tf.argMin(squaredDistances(x, codes), 1))
  return tf.sum(tf.squaredDifference(x, nearest), 1)
}
