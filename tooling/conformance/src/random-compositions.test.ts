// Second derivatives of random compositions of every op that has its own gradient, against the same composition of plain tfjs
// ops, whose gradients `ops` compares with PyTorch.
import { normals, registerGradients, reshape, uniforms } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import * as losses from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, test } from 'vitest'
import { type Activation, activate, activations } from '../../../packages/models/src/networks/activation.ts'
import { convolution, transposedConvolution } from '../../../packages/models/src/networks/convolution.ts'
import { dense } from '../../../packages/models/src/networks/dense.ts'
import { densePair } from '../../../packages/models/src/networks/dense-pair.ts'
import { normalize } from '../../../packages/models/src/networks/normalization.ts'
import { upsample } from '../../../packages/models/src/networks/upsample.ts'
import { expectNear, valuesOf } from './closeness.ts'
import { hastenProducts, inSoftware, onBackend } from './on-backend.ts'
import { secondDerivatives } from './second-derivatives.ts'

/** A function from `[3, 4]` and weights `[4, 4]` to `[3, 4]`, with one of our ops and with ops of tfjs. */
type Piece = readonly [ours: Op, plain: Op]
type Op = (x: tf.Tensor2D, w: tf.Tensor2D) => tf.Tensor

const matrix = (x: tf.Tensor) => tf.reshape<tf.Rank.R2>(x, [3, -1])
const images = (x: tf.Tensor) => tf.reshape<tf.Rank.R4>(x, [-1, 2, 2, 1])
const pixels = (x: tf.Tensor) => tf.reshape<tf.Rank.R4>(x, [-1, 1, 1, 4])
const bias = (w: tf.Tensor2D, length: number) => tf.slice(tf.reshape<tf.Rank.R1>(w, [16]), 0, length)
const filter = (w: tf.Tensor2D) => tf.reshape<tf.Rank.R4>(w, [4, 4, 1, 1])
const columns = (w: tf.Tensor2D) => tf.reshape<tf.Rank.R4>(w, [2, 2, 1, 4])
const product = (x: tf.Tensor2D, w: tf.Tensor2D) => tf.add(tf.matMul(x, w), bias(w, 4))
/** x times a loss, which is one number per row or one for all. */
const times = (x: tf.Tensor, loss: tf.Tensor) =>
  tf.mul(x, tf.tanh(tf.mul(loss.rank === 0 ? loss : tf.expandDims(loss, 1), 0.1)))
const options = { inputGradient: true } as const
const strided = { ...options, strides: [2, 2], size: [2, 2] } as const

function normalized(x: tf.Tensor, w: tf.Tensor2D, axis: number): tf.Tensor {
  const { mean, variance } = tf.moments(x, axis, true)
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), bias(w, 4)), bias(w, 4))
}

/** A likelihood whose first parameter is x and whose others are computed from x. */
function likelihood(
  { negativeLogLikelihood, parameters = 1 }: ReturnType<typeof losses.gaussian>,
  plain: (target: tf.Tensor, ...parameters: tf.Tensor[]) => tf.Tensor,
): Piece {
  const target = () => tf.tensor2d(uniforms('target', {}, 12), [3, 4])
  const each = (x: tf.Tensor2D, w: tf.Tensor2D) =>
    Array.from({ length: parameters }, (_, i) => (i === 0 ? (x as tf.Tensor) : tf.mul(product(x, w), i / parameters)))
  return [
    (x, w) => {
      const output = parameters === 1 ? x : tf.stack(each(x, w), 2)
      return times(x, negativeLogLikelihood(output, target()))
    },
    (x, w) => times(x, tf.sum(plain(target(), ...each(x, w)), 1)),
  ]
}

const scaleOf = (raw: tf.Tensor) => tf.add(tf.softplus(raw), 0.01)
const levelOf = (target: tf.Tensor, count: number) => tf.round(tf.mul(target, count - 1))

const pieces: Readonly<Record<string, Piece>> = {
  ...Object.fromEntries(
    activations.map((name: Activation): [string, Piece] => [
      `dense ${name}`,
      [(x, w) => dense(x, w, bias(w, 4), name, options), (x, w) => activate(product(x, w), name)],
    ]),
  ),
  'two dense layers': [
    (x, w) =>
      tf.mul(...densePair(x, { weight: w, bias: bias(w, 4) }, { weight: tf.transpose(w), bias: bias(w, 4) }, options)),
    (x, w) => tf.mul(product(x, w), tf.add(tf.matMul(x, w, false, true), bias(w, 4))),
  ],
  ...Object.fromEntries(
    (['linear', 'relu', 'sigmoid', 'tanh'] as const).flatMap((name): [string, Piece][] => [
      [
        `convolution ${name}`,
        [
          (x, w) => matrix(convolution(images(x), filter(w), bias(w, 1), name, { ...options, strides: [1, 1] })),
          (x, w) => matrix(activate(tf.add(tf.conv2d(images(x), filter(w), 1, 'same'), bias(w, 1)), name)),
        ],
      ],
      [
        `transposed convolution ${name}`,
        [
          (x, w) => matrix(transposedConvolution(pixels(x), columns(w), bias(w, 1), name, strided)),
          (x, w) =>
            matrix(
              activate(tf.add(tf.conv2dTranspose(pixels(x), columns(w), [3, 2, 2, 1], 2, 'same'), bias(w, 1)), name),
            ),
        ],
      ],
    ]),
  ),
  upsample: [
    (x) => matrix(tf.avgPool(tf.square(upsample(images(x), [3, 2], [5, 4])), 3, [2, 1], 'valid')),
    (x) =>
      matrix(
        tf.avgPool(
          tf.square(tf.slice(tf.image.resizeNearestNeighbor(images(x), [6, 4]), [0, 0, 0, 0], [3, 5, 4, 1])),
          3,
          [2, 1],
          'valid',
        ),
      ),
  ],
  'layer normalisation': [(x, w) => normalize(x, bias(w, 4), bias(w, 4), 'layer'), (x, w) => normalized(x, w, 1)],
  'batch normalisation': [(x, w) => normalize(x, bias(w, 4), bias(w, 4), 'batch'), (x, w) => normalized(x, w, 0)],
  bernoulli: likelihood(losses.bernoulli, (target, logits) => tf.sub(tf.softplus(logits), tf.mul(logits, target))),
  gaussian: likelihood(losses.gaussian({ standardDeviation: 0.5 }), (target, mean) =>
    tf.add(tf.mul(tf.squaredDifference(target, mean), 2), Math.log(0.5) + 0.5 * Math.log(2 * Math.PI)),
  ),
  'gaussian of a learned scale': likelihood(
    losses.gaussian({ standardDeviation: 'perFeature' }),
    (target, mean, raw) => {
      const z = tf.div(tf.sub(target, mean), scaleOf(raw))
      return tf.add(tf.add(tf.mul(tf.square(z), 0.5), tf.log(scaleOf(raw))), 0.5 * Math.log(2 * Math.PI))
    },
  ),
  laplace: likelihood(losses.laplace(), (target, mean) => tf.add(tf.abs(tf.sub(target, mean)), Math.log(2))),
  'laplace of a learned scale': likelihood(losses.laplace({ scale: 'perFeature' }), (target, mean, raw) =>
    tf.add(tf.div(tf.abs(tf.sub(target, mean)), scaleOf(raw)), tf.log(tf.mul(scaleOf(raw), 2))),
  ),
  categorical: likelihood(losses.categorical({ classes: 3 }), (target, ...logits) => {
    const all = tf.stack(logits, 2)
    const chosen = tf.cast(tf.oneHot(tf.cast(levelOf(target, 3), 'int32'), 3), 'float32')
    return tf.sub(tf.logSumExp(all, 2), tf.sum(tf.mul(all, chosen), 2))
  }),
  'continuous Bernoulli': likelihood(losses.continuousBernoulli, (target, logits) => {
    // log((exp(l) - 1) / l) - l x = log(sinh(l / 2) / (l / 2)) + l / 2 - l x
    const half = tf.mul(logits, 0.5)
    return tf.add(tf.log(tf.div(tf.sinh(half), half)), tf.mul(logits, tf.sub(0.5, target)))
  }),
  'discretised logistic': likelihood(losses.discretizedLogistic({ levels: 4 }), (target, mean, logScale) => {
    const level = levelOf(target, 4)
    const cdf = (end: number) => tf.sigmoid(tf.div(tf.sub(tf.div(tf.add(level, end), 3), mean), tf.exp(logScale)))
    const upper = tf.where(tf.equal(level, 3), tf.onesLike(level), cdf(0.5))
    const lower = tf.where(tf.equal(level, 0), tf.zerosLike(level), cdf(-0.5))
    return tf.neg(tf.log(tf.sub(upper, lower)))
  }),
  'squared error': likelihood(losses.squaredError(), (target, output) => tf.squaredDifference(output, target)),
  'squared error of a sigmoid': likelihood(losses.squaredError({ activation: 'sigmoid' }), (target, output) =>
    tf.squaredDifference(tf.sigmoid(output), target),
  ),
  'Gaussian divergence': [
    (x, w) => times(x, losses.gaussianKl(x, product(x, w) as tf.Tensor2D)),
    (x, w) => times(x, tf.sum(divergence(x, product(x, w)), 1)),
  ],
  'Gaussian divergence per latent': [
    (x, w) => losses.gaussianKlPerLatent(x, product(x, w) as tf.Tensor2D),
    (x, w) => divergence(x, product(x, w)),
  ],
  reparameterisation: [
    (x, w) => losses.reparameterize(x, product(x, w) as tf.Tensor2D, noise()),
    (x, w) => tf.add(x, tf.mul(tf.exp(tf.mul(product(x, w), 0.5)), noise())),
  ],
  'divergence of a sparse code': [
    (x) => {
      const trace = { code: tf.sigmoid(x), input: x, target: x, output: x, likelihood: losses.squaredError() }
      return times(x, losses.klSparsity({ rate: 0.2 })(trace, 0).sparsity as tf.Tensor)
    },
    (x) => {
      const mean = tf.mean(tf.sigmoid(x), 0)
      const [on, off] = [tf.log(tf.div(0.2, mean)), tf.log(tf.div(0.8, tf.sub(1, mean)))]
      return times(x, tf.sum(tf.add(tf.mul(on, 0.2), tf.mul(off, 0.8))))
    },
  ],
  'log softmax': [(x) => tf.logSoftmax(x), (x) => tf.sub(x, tf.logSumExp(x, 1, true))],
  reshape: [(x) => reshape(x, [4, 3]), (x) => tf.reshape(x, [4, 3])],
}

const noise = () => tf.tensor2d(normals('noise', {}, 12), [3, 4])

function divergence(mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor {
  return tf.mul(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 1)), 0.5)
}

onBackend('second derivatives of random compositions are those of plain ops', () => {
  beforeAll(registerGradients)
  hastenProducts()

  const names = Object.keys(pieces)
  const composition = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 })
  const property = fc.asyncProperty(composition, fc.nat(), async (chosen, seed) => {
    await agree(chosen, String(seed))
  })

  test.each(names)('%s', (name) => agree([name], 'alone'))

  test('of up to four, one after the other', () => fc.assert(property, { numRuns: inSoftware ? 5 : 60, seed: 1 }))
})

function agree(names: readonly string[], seed: string): Promise<void> {
  return expectNoLeak(async () => {
    const points = [tf.tensor(normals(`x/${seed}`, {}, 12), [3, 4]), tf.tensor(normals(`w/${seed}`, {}, 16), [4, 4])]
    const upstream = tf.tensor(normals(`dy/${seed}`, {}, 12), [3, 4])
    const of = (side: 0 | 1) => (x: tf.Tensor, w: tf.Tensor) =>
      names.reduce<tf.Tensor>(
        (h, name) => tf.tanh(matrix(pieces[name]?.[side](h as tf.Tensor2D, w as tf.Tensor2D) ?? h)),
        x,
      )
    const [ours, plain] = [of(0), of(1)].map((op) =>
      secondDerivatives(op as (...inputs: tf.Tensor[]) => tf.Tensor, points, upstream),
    )
    const named = ([x, w]: tf.Tensor[] = []) => valuesOf({ x: x as tf.Tensor, w: w as tf.Tensor })
    const [actual, expected] = [await named(ours), await named(plain)]
    tf.dispose([points, upstream, ours, plain])
    expectNear(actual, expected, 1e-4)
  })
}
