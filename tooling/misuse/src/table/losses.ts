// The calls of @ae/losses.
import { type GaussianTrace, type Objective, termsOf } from '@ae/core'
import * as losses from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import { anyNumber, images, latents, measure, models } from '../world.ts'

const { object, options, tensor } = kinds

const isShape = (expected: readonly number[]) => (shape: readonly number[]) => shape.join() === expected.join()
const like = (value: tf.Tensor) => place(tensor(isShape(value.shape)), value)
const trace = models.vae.trace(images) as GaussianTrace
const indices = tf.tensor2d([0, 1, 2, 3, 0, 1], [2, 3], 'int32')
const quantized = models.vqVae.trace(images)

/** An objective as `train` calls it. */
const objective = (
  name: string,
  of: () => Objective<never, string>,
  members: Readonly<Record<string, kinds.Kind>>,
  good: object = trace,
): Call =>
  call(`${name}.objective`, [place(object('a trace', members), good)], (given) =>
    tf.tidy(() => termsOf(of(), given) as never),
  )

const outputs = { output: tensor(isShape(images.shape)), target: tensor(isShape(images.shape)), likelihood: measure }
const posterior = object('a posterior', { mean: tensor(isShape([2, 2])), logVariance: tensor(isShape([2, 2])) })
const matrix = tensor((shape) => shape.length === 2)
const matrixOfTwo = tensor((shape) => shape.length === 2 && shape[0] === 2)

const likelihoods = {
  bernoulli: losses.bernoulli,
  continuousBernoulli: losses.continuousBernoulli,
  categorical: losses.categorical({ classes: 3 }),
  discretizedLogistic: losses.discretizedLogistic({ levels: 4 }),
  gaussian: losses.gaussian(),
  'gaussian of a learned scale': losses.gaussian({ standardDeviation: 'perFeature' }),
  laplace: losses.laplace(),
  squaredError: losses.squaredError({ activation: 'sigmoid' }),
}

const ofLikelihoods = Object.entries(likelihoods).flatMap(([name, given]) => {
  const { parameters = 1 } = given
  const shape = parameters === 1 ? images.shape : [...images.shape, parameters]
  const raw = tf.zeros(shape)
  const output = kinds.tensor((received) => parameters === 1 || received.at(-1) === parameters)
  return [
    call(`${name}.negativeLogLikelihood`, [like(raw), like(images)], (x, y) => given.negativeLogLikelihood(x, y)),
    call(`${name}.mean`, [place(output, raw)], (x) => given.mean(x)),
    call(`${name}.draw`, [place(output, raw), place(kinds.address, {})], (x, address) => given.draw?.(x, address)),
  ]
})

const weight = kinds.schedule(kinds.nonNegative)
const isObjective = kinds.objective

export const lossCalls: readonly Call[] = [
  ...ofLikelihoods,
  call('bernoulliNegativeLogLikelihood', [like(images), like(images)], losses.bernoulliNegativeLogLikelihood),
  call('meanSquaredError', [like(images), like(images)], losses.meanSquaredError),
  call(
    'gaussianNegativeLogLikelihood',
    [like(images), like(images), place(kinds.optional(kinds.positive), 1)],
    losses.gaussianNegativeLogLikelihood,
  ),
  call('gaussianKl', [like(latents), like(latents)], losses.gaussianKl),
  call('gaussianKlPerLatent', [like(latents), like(latents)], losses.gaussianKlPerLatent),
  call('reparameterize', [like(latents), like(latents), like(latents)], losses.reparameterize),
  call(
    'gaussianLogDensity',
    [latents, latents, latents].map((value, i) => {
      const broadcasts = tensor((shape) => shape.toReversed().every((n, axis) => n === 1 || axis > 1 || n === 2))
      return place(i === 0 ? broadcasts : kinds.either(broadcasts, anyNumber), value)
    }),
    losses.gaussianLogDensity,
  ),
  call('doublyReparameterize', [place(matrixOfTwo, latents), place(kinds.oneOf(1, 2), 2)], losses.doublyReparameterize),
  call(
    'betaTotalCorrelation',
    [
      place(
        options(
          {
            exampleCount: kinds.count,
            alpha: kinds.nonNegative,
            beta: kinds.nonNegative,
            gamma: kinds.nonNegative,
          },
          ['exampleCount'],
        ),
        { exampleCount: 10 },
      ),
    ],
    losses.betaTotalCorrelation,
  ),
  call('categorical', [place(options({ classes: kinds.integer(2) }, ['classes']), { classes: 3 })], losses.categorical),
  call(
    'drawFrom',
    [
      place(object('a likelihood', { draw: kinds.callback }), losses.gaussian()),
      place(
        kinds.tensor(() => true),
        images,
      ),
      place(kinds.optional(kinds.address), {}),
    ],
    losses.drawFrom,
  ),
  call(
    'mixed',
    [
      place(
        options({ parts: kinds.listOf(kinds.object('a part', { kind: kinds.oneOf('gaussian', 'bernoulli') }), 1) }, [
          'parts',
        ]),
        {
          parts: [{ kind: 'gaussian' }],
        },
      ),
    ],
    losses.mixed,
  ),
  call('discretizedLogistic', [place(options({ levels: kinds.integer(2) }), {})], losses.discretizedLogistic),
  call(
    'gaussian',
    [
      place(
        options({
          standardDeviation: kinds.either(kinds.positive, kinds.oneOf('shared', 'perFeature')),
          minimumStandardDeviation: kinds.oneOf(undefined),
        }),
        {},
      ),
    ],
    losses.gaussian,
  ),
  call(
    'laplace',
    [
      place(options({ scale: kinds.oneOf('shared', 'perFeature'), minimumScale: kinds.positive }), {
        scale: 'shared',
        minimumScale: 0.1,
      }),
    ],
    losses.laplace,
  ),
  call('squaredError', [place(options({ activation: kinds.oneOf('linear', 'sigmoid') }), {})], losses.squaredError),
  call('klSparsity', [place(options({ rate: kinds.share }), {})], losses.klSparsity),
  call(
    'negativeElbo',
    [
      place(options({ beta: weight, freeBits: kinds.nonNegative, capacity: kinds.oneOf(undefined) }), {
        freeBits: 0.1,
      }),
    ],
    losses.negativeElbo,
  ),
  call(
    'likelihoodFromConfig',
    [place(object('a config', { kind: kinds.oneOf('bernoulli', 'squaredError') }), { kind: 'bernoulli' })],
    losses.likelihoodFromConfig,
  ),
  call('sum', [place(isObjective, losses.reconstruction()), place(isObjective, losses.klDivergence())], losses.sum),
  call('weighted', [place(weight, 1), place(isObjective, losses.klDivergence())], losses.weighted),
  call('weighted.schedule', [place(kinds.number(), 1)], (value) =>
    termsOf(
      losses.weighted(() => value, losses.klDivergence()),
      trace,
    ),
  ),
  objective('reconstruction', losses.reconstruction, outputs),
  objective('klDivergence', losses.klDivergence, { posterior }),
  objective('negativeElbo', losses.negativeElbo, { ...outputs, posterior }),
  objective('negativeElbo', () => losses.negativeElbo({ freeBits: 1 }), { ...outputs, posterior }),
  objective('betaTotalCorrelation', () => losses.betaTotalCorrelation({ exampleCount: 10 }), {
    ...outputs,
    posterior,
    code: tensor(isShape([2, 2])),
  }),
  objective('importanceWeightedBound', losses.importanceWeightedBound, {
    ...outputs,
    posterior,
    code: tensor(isShape([2, 2])),
  }),
  objective('klSparsity', losses.klSparsity, { code: matrix }),
  objective('l1Sparsity', losses.l1Sparsity, { code: matrix }),
  ...[losses.commitment, losses.codebookError].map((of) =>
    objective(
      of.name,
      of,
      {
        code: tensor(isShape(quantized.code.shape)),
        quantization: object('a quantization', {
          embeddings: tensor(isShape(quantized.code.shape)),
          indices: tensor(isShape(indices.shape), 'int32'),
          codebook: matrix,
        }),
      },
      quantized,
    ),
  ),
  objective(
    'perplexity',
    losses.perplexity,
    {
      quantization: object('a quantization', {
        indices: tensor((shape) => shape.length === 2, 'int32'),
        codebook: matrix,
      }),
    },
    quantized,
  ),
]
