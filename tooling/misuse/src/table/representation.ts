// The calls of @ae/metrics that measure representations.
import * as metrics from '@ae/metrics'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'

const { callback, count, integer, isList, nonNegative, object, oneOf, options, positive, seed } = kinds

/** Four codes of two entries, four rows of two factors and four labels that are all accepted together. */
// biome-ignore format: rows of numbers
const codes = [[0, 1], [1, 0], [2, 1], [3, 5]]
// biome-ignore format: rows of numbers
const factors = [[0, 1], [1, 0], [0, 0], [1, 1]]
const labels = [0, 1, 0, 1]

const isRows = (value: unknown, rows: number, columns: number, isGood: (item: unknown) => boolean) =>
  (value instanceof tf.Tensor &&
    !value.isDisposed &&
    !['string', 'complex64'].includes(value.dtype) &&
    value.rank === 2 &&
    Number(value.shape[0]) >= rows &&
    Number(value.shape[1]) >= columns) ||
  (Array.isArray(value) &&
    value.length >= rows &&
    Array.from(value).every(
      (row) => isList(row) && row.length >= columns && row.length === value[0]?.length && Array.from(row).every(isGood),
    ))

/** At least so many codes, of at least so many entries. */
const codesOf = (rows: number, columns: number): kinds.Kind => ({
  name: 'codes',
  isGood: (value) => isRows(value, rows, columns, Number.isFinite),
})
const fourFactors: kinds.Kind = {
  name: 'factors of four codes',
  isGood: (value) => isRows(value, 4, 2, Number.isInteger),
}
const integers = (size: number, isGood: (list: readonly unknown[]) => boolean = () => true): kinds.Kind => ({
  name: `${size} integers`,
  isGood: (value) =>
    isList(value) && value.length === size && Array.from(value).every(Number.isInteger) && isGood(Array.from(value)),
})
const labelled = { codes: codesOf(4, 1), labels: integers(4, (list) => new Set(list).size > 1) }
const factored = { codes: codesOf(4, 2), factors: fourFactors }
const train = place(object('codes with labels', labelled), { codes, labels })
const test = place(object('codes with labels', { ...labelled, labels: integers(4) }), { codes, labels })
const factoredCodes = place(object('{ codes, factors }', factored), { codes, factors })
const codesAndFactors = [place(codesOf(4, 2), codes), place(fourFactors, factors)]

/** Stands for the class of umap-js. */
class StillMap {
  setPrecomputedKNN() {}
  initializeFit() {
    return 1
  }
  step() {
    return 1
  }
  getEmbedding() {
    return codes
  }
}

export const representationCalls: readonly Call[] = [
  call(
    'encodeAll',
    [
      place(world.encoder, world.models.autoencoder),
      place(world.dataset, world.digits),
      place(options({ batchSize: count, onProgress: callback, signal: world.signal }), {}),
    ],
    metrics.encodeAll,
  ),
  call('pca', [place(codesOf(2, 2), codes), place(options({ components: integer(1, 2) }), {})], metrics.pca),
  call(
    'umap',
    [
      place(codesOf(4, 1), codes),
      place(
        options(
          {
            UMAP: callback,
            components: count,
            neighbors: integer(2, 3),
            minimumDistance: nonNegative,
            steps: count,
            seed,
            signal: world.signal,
          },
          ['UMAP'],
        ),
        { UMAP: StillMap, neighbors: 3 },
      ),
    ],
    metrics.umap,
  ),
  call(
    'linearProbe',
    [train, test, place(options({ penalty: positive, iterations: count }), { iterations: 2 })],
    metrics.linearProbe,
  ),
  call(
    'nearestNeighbors',
    [
      test,
      test,
      place(options({ neighbors: integer(1, 4), distance: oneOf('euclidean', 'cosine') }), { neighbors: 1 }),
    ],
    metrics.nearestNeighbors,
  ),
  call(
    'nearestCodes',
    [
      place(codesOf(1, 1), codes),
      place(codesOf(1, 1), codes),
      place(options({ neighbors: integer(1, 4), distance: oneOf('euclidean', 'cosine') }), { neighbors: 1 }),
    ],
    metrics.nearestCodes,
  ),
  call(
    'kMeans',
    [
      place(codesOf(2, 1), codes),
      place(options({ clusters: integer(1, 4), restarts: count, iterations: count, seed }, ['clusters']), {
        clusters: 2,
        restarts: 1,
      }),
    ],
    metrics.kMeans,
  ),
  call('adjustedRandIndex', [place(integers(4), labels), place(integers(4), labels)], metrics.adjustedRandIndex),
  call(
    'normalizedMutualInformation',
    [
      place(integers(4), labels),
      place(integers(4), labels),
      place(options({ average: oneOf('arithmetic', 'geometric', 'minimum', 'maximum') }), {}),
    ],
    metrics.normalizedMutualInformation,
  ),
  ...(['mig', 'modularity'] as const).map((name) =>
    // biome-ignore lint/performance/noDynamicNamespaceImportAccess: two functions of one kind
    call(name, [...codesAndFactors, place(options({ bins: kinds.entries }), {})], metrics[name]),
  ),
  call(
    'sap',
    [factoredCodes, factoredCodes, place(options({ prediction: oneOf('accuracy', 'squaredCorrelation') }), {})],
    metrics.sap,
  ),
  call(
    'dci',
    [
      factoredCodes,
      factoredCodes,
      place(options({ rounds: count, depth: integer(1, 6), learningRate: positive, seed }), { rounds: 1 }),
    ],
    metrics.dci,
  ),
  call(
    'betaVaeScore',
    [
      ...codesAndFactors,
      place(options({ pairs: kinds.entries, votes: kinds.entries, testVotes: kinds.entries, seed }), {
        pairs: 1,
        votes: 4,
        testVotes: 1,
      }),
    ],
    metrics.betaVaeScore,
  ),
  call(
    'factorVaeScore',
    [
      ...codesAndFactors,
      place(
        options({ examples: integer(2), votes: kinds.entries, testVotes: kinds.entries, threshold: nonNegative, seed }),
        {
          examples: 2,
          votes: 4,
          testVotes: 1,
        },
      ),
    ],
    metrics.factorVaeScore,
  ),
]
