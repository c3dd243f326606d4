// The calls of @ae/metrics.
import { annotate } from '@ae/core'
import * as metrics from '@ae/metrics'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'
import { representationCalls } from './representation.ts'

const { callback, count, integer, isList, nonNegative, oneOf, options, seed } = kinds
const { models } = world
const digits = place(world.dataset, world.digits)

const scores: kinds.Kind = {
  name: 'scores',
  isGood: (value) => {
    const all = isList(value) ? Array.from(value as ArrayLike<unknown>) : []
    return all.length > 0 && all.every((item) => typeof item === 'number' && !Number.isNaN(item))
  },
}
const twoScores: kinds.Kind = {
  name: 'two scores',
  isGood: (value) => scores.isGood(value) && (value as ArrayLike<number>).length === 2,
}
const twoLabels: kinds.Kind = {
  name: 'two labels, one of each class',
  isGood(value) {
    const [first, second, ...more] = isList(value) ? Array.from(value as ArrayLike<unknown>) : []
    const areLabels = [first, second].every((label) => [0, 1, false, true].includes(label as number))
    return areLabels && more.length === 0 && Boolean(first) !== Boolean(second)
  },
}
const finiteNumbers: kinds.Kind = {
  name: 'finite numbers',
  isGood: (value) => {
    const all = isList(value) ? Array.from(value as ArrayLike<unknown>) : []
    return all.length > 0 && all.every(Number.isFinite)
  },
}
const fourNumbers: kinds.Kind = {
  name: 'four numbers',
  isGood: (value) => finiteNumbers.isGood(value) && (value as ArrayLike<number>).length === 4,
}
const long = { onProgress: callback, signal: world.signal }
const annealed = kinds.object('a decoder', {
  inputShape: kinds.shape,
  codeSize: count,
  output: callback,
  likelihood: world.likelihood,
})
const annealing = {
  chains: count,
  temperatures: count,
  leapfrogSteps: count,
  stepSize: kinds.positive,
  batchSize: count,
  seed,
  ...long,
}
const shortChains = { chains: 1, temperatures: 2, leapfrogSteps: 1 }
const scorable = kinds.object('a model', {
  inputShape: kinds.shape,
  codeSize: count,
  encode: callback,
  output: callback,
  likelihood: world.likelihood,
})
const flagging = { ...models.autoencoder, kind: 'autoencoder' }
annotate(flagging, { threshold: 1 })

const variational = place(world.variational, models.vae)
export const metricCalls: readonly Call[] = [
  call(
    'activeUnits',
    [variational, digits, place(options({ batchSize: count, threshold: nonNegative }), {})],
    metrics.activeUnits,
  ),
  call(
    'codeStatistics',
    [
      place(world.encoder, models.autoencoder),
      digits,
      place(options({ batchSize: count, bins: kinds.entries, threshold: nonNegative }), {}),
    ],
    metrics.codeStatistics,
  ),
  call('klPerLatent', [variational, digits, place(options({ batchSize: count }), {})], metrics.klPerLatent),
  ...(['totalCorrelation', 'mutualInformation', 'klDecomposition'] as const).map((name) =>
    call(
      name,
      [variational, digits, place(options({ samples: count, batchSize: count, seed, ...long }), { samples: 2 })],
      // biome-ignore lint/performance/noDynamicNamespaceImportAccess: three functions of one kind
      metrics[name],
    ),
  ),
  call(
    'aggregatePosterior',
    [
      variational,
      digits,
      place(options({ samples: integer(2), batchSize: count, bins: kinds.entries, seed }), { samples: 2 }),
    ],
    metrics.aggregatePosterior,
  ),
  call(
    'maximumMeanDiscrepancy',
    [
      place(fourNumbers, [1, 2, 3, 4]),
      place(fourNumbers, [1, 2, 3, 5]),
      place(options({ size: oneOf(1, 2), kernel: oneOf('rbf', 'imq'), scale: kinds.positive }, ['size']), { size: 2 }),
    ],
    metrics.maximumMeanDiscrepancy,
  ),
  call('kolmogorovSmirnov', [place(finiteNumbers, [1, 2])], metrics.kolmogorovSmirnov),
  call(
    'reconstructionError',
    [
      place(
        kinds.object('an autoencoder', { inputShape: kinds.shape, codeSize: count, reconstruct: callback }),
        models.autoencoder,
      ),
      digits,
      place(options({ batchSize: count }), {}),
    ],
    metrics.reconstructionError,
  ),
  call(
    'report',
    [
      place(
        kinds.object('an autoencoder', {
          inputShape: kinds.shape,
          codeSize: count,
          encode: callback,
          reconstruct: callback,
        }),
        models.autoencoder,
      ),
      digits,
      place(options({ batchSize: count, samples: integer(0), codes: count, seed, ...long }), {}),
    ],
    metrics.report,
  ),
  call(
    'annealedLogLikelihood',
    [place(annealed, models.vae), digits, place(options(annealing), shortChains)],
    metrics.annealedLogLikelihood,
  ),
  call(
    'annealedBounds',
    [place(annealed, models.vae), place(options({ ...annealing, examples: count }), { ...shortChains, examples: 2 })],
    metrics.annealedBounds,
  ),
  call(
    'importanceSampledLogLikelihood',
    [
      place(world.generative, models.vae),
      digits,
      place(options({ samples: count, batchSize: count, chunk: count, seed, ...long }), { samples: 2 }),
    ],
    metrics.importanceSampledLogLikelihood,
  ),
  call(
    'score',
    [
      place(scorable, models.autoencoder),
      place(kinds.either(world.dataset, kinds.batchOf(world.inputShape)), world.digits),
      place(options({ kind: oneOf('reconstruction'), samples: oneOf(0), seed, batchSize: count }), {}),
    ],
    metrics.score,
  ),
  call(
    'score.samples',
    [place(world.generative, models.vae), digits, place(options({ samples: integer(0), seed }), { samples: 2 })],
    metrics.score,
  ),
  call('isAnomaly', [place(scorable, flagging), digits, place(options({ batchSize: count }), {})], metrics.isAnomaly),
  call(
    'threshold',
    [place(scores, [1, 2]), place(options({ quantile: kinds.probability }, ['quantile']), { quantile: 0.5 })],
    metrics.threshold,
  ),
  call('threshold.contamination', [place(kinds.share, 0.1)], (contamination) =>
    metrics.threshold([1, 2], { contamination }),
  ),
  ...(['rocAuc', 'averagePrecision'] as const).map((name) =>
    // biome-ignore lint/performance/noDynamicNamespaceImportAccess: two functions of one kind
    call(name, [place(twoScores, [1, 2]), place(twoLabels, [0, 1])], metrics[name]),
  ),
  ...representationCalls,
]
