// The calls of @ae/metrics that take pictures or features of them.
import * as metrics from '@ae/metrics'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'

const { count, integer, listOf, nonNegative, oneOf, options, positive, seed } = kinds
const side = 12
const pixels = (shape: number[], step: number) =>
  tf.tensor(
    Array.from({ length: shape.reduce((size, length) => size * length, 1) }, (_, i) => ((step * i) % 7) / 7),
    shape,
  )
const pictures = [pixels([2, side, side, 1], 3), pixels([2, side, side, 1], 5)] as const
const digits = pixels([2, 28, 28, 1], 3)

const picturePlaces = pictures.map((x) =>
  place(
    kinds.tensor((shape) => shape.join() === x.shape.join(), 'any'),
    x,
  ),
)
const shape: kinds.Kind = {
  name: 'the shape of the pictures',
  isGood: (value) =>
    listOf(count, 2, 3).isGood(value) && (value as number[]).reduce((size, length) => size * length, 1) === side ** 2,
}
const size = integer(2, side)
const pair = {
  range: positive,
  shape,
  border: oneOf('valid', 'reflect', 'symmetric'),
  k1: positive,
  k2: positive,
  covariance: oneOf('population', 'sample'),
}
const gaussian = options({ kind: oneOf('gaussian'), sigma: positive, size }, ['kind'])
const uniform = options({ kind: oneOf('uniform'), size }, ['kind'])

/** A tensor of features, `[least or more, 3]`. */
const featurePlaces = (least: number) =>
  [1, 5].map((step) =>
    place(
      kinds.tensor(([rows = 0, ...own]) => rows >= least && own.join() === '3', 'any'),
      pixels([6, 3], step),
    ),
  )

export const pictureCalls: readonly Call[] = [
  call('psnr', [...picturePlaces, place(options({ range: positive, shape }, ['range']), { range: 1 })], metrics.psnr),
  call(
    'ssim',
    [
      ...picturePlaces,
      place(options({ ...pair, window: gaussian }, ['range']), { range: 1, window: { kind: 'gaussian' } }),
    ],
    metrics.ssim,
  ),
  call(
    'ssim.uniform',
    [
      ...picturePlaces,
      place(options({ ...pair, window: uniform }, ['range']), { range: 1, window: { kind: 'uniform' } }),
    ],
    metrics.ssim,
  ),
  call(
    'msSsim',
    [
      ...picturePlaces,
      place(options({ ...pair, weights: listOf(nonNegative, 1, 1) }, ['range']), { range: 1, weights: [0.5] }),
    ],
    metrics.msSsim,
  ),
  call(
    'pictureFeatures',
    [
      place(
        kinds.tensor(
          ([amount, ...own]) => Number(amount) > 0 && ['28,28,1', '28,28', '784'].includes(own.join()),
          'any',
        ),
        digits,
      ),
      place(options({ batchSize: count }), {}),
    ],
    metrics.pictureFeatures,
  ),
  call('frechetDistance', featurePlaces(2), metrics.frechetDistance),
  call(
    'kernelDistance',
    [
      ...featurePlaces(4),
      place(
        options({
          subsets: count,
          subsetSize: integer(2, 6),
          degree: integer(1, 9),
          gamma: positive,
          offset: kinds.number(),
          seed,
        }),
        { subsets: 2, subsetSize: 3 },
      ),
    ],
    metrics.kernelDistance,
  ),
  call('precisionRecall', [...featurePlaces(4), place(options({ k: integer(1, 5) }), {})], metrics.precisionRecall),
  call(
    'densityCoverage',
    [...featurePlaces(3), place(options({ k: integer(1, 5) }), { k: 2 })],
    metrics.densityCoverage,
  ),
]
