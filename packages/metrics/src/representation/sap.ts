// The score of separated attribute predictability, as disentanglement_lib computes it.
import { assertOptions, oneOf, yieldToTasks } from '@ae/core/internal'
import type { Estimate } from '../estimate.ts'
import { columnOf } from './codes.ts'
import { accuracyOf, type FactoredCodes, readFactoredPair } from './factored-codes.ts'
import { classifyByLines, fitLines } from './linear-support-vectors.ts'

/** Options of {@link sap}. */
export interface SapOptions {
  /**
   * How well a latent tells a factor: `accuracy`, on `test`, of a linear support vector machine that is fitted to `train`, for
   * factors that are classes; or `squaredCorrelation`, over `train`, for factors that are amounts. Defaults to `accuracy`, as in the
   * studies with disentanglement_lib.
   */
  readonly prediction?: 'accuracy' | 'squaredCorrelation' | undefined
}

/** What {@link sap} gives. */
export interface SeparatedAttributePredictability extends Estimate {
  /** How well each latent tells each factor, `[codeSize, factors]`, row after row: from 0 to 1. */
  readonly scores: Float64Array
}

/**
 * The SAP score: for each factor, how much better the best single latent predicts it than the second best; averaged over factors.
 *
 * @param train codes of at least 2 entries, with factors; borrowed
 * @param test those of other examples; borrowed
 * @param options see {@link SapOptions}
 * @throws {OptionError} on a bad option, factors that are not integers or not one row for each code, a factor that never varies,
 *   codes that are not finite or have one entry, or `test` of another length or with other factors
 * @throws {ShapeError} when rows differ in length
 * @see "Variational inference of disentangled latent concepts from unlabeled observations", Kumar, Sattigeri and Balakrishnan, 2018,
 *   section 3
 */
export async function sap(
  train: FactoredCodes,
  test: FactoredCodes,
  options: SapOptions = {},
): Promise<SeparatedAttributePredictability> {
  assertOptions('sap', options, { prediction: oneOf('accuracy', 'squaredCorrelation') })
  const { prediction = 'accuracy' } = options
  const pair = await readFactoredPair('sap', train, test)
  const { codeSize, count } = pair.train.codes
  const { factors } = pair.train
  const scores = new Float64Array(codeSize * factors.length)
  for (let latent = 0; latent < codeSize; latent++) {
    const [x, testX] = [columnOf(pair.train.codes, latent), columnOf(pair.test.codes, latent)]
    for (const [place, factor] of factors.entries()) {
      const actual = pair.test.factors[place]
      scores[latent * factors.length + place] =
        actual && prediction === 'accuracy'
          ? accuracyOf(classifyByLines(testX, fitLines(x, factor, 0.01)), factor, actual)
          : squaredCorrelation(
              x,
              Float64Array.from(factor.indices, (index) => factor.values[index] as number),
            )
      await yieldToTasks()
    }
  }
  const gaps = factors.map((_, place) => {
    const column = Array.from({ length: codeSize }, (_, latent) => scores[latent * factors.length + place] as number)
    const [first = 0, second = 0] = column.sort((a, b) => b - a)
    return first - second
  })
  return {
    value: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
    unit: '1',
    estimator:
      prediction === 'accuracy' ? `linear support vectors, ${count} codes` : `squared correlation, ${count} codes`,
    isBound: false,
    scores,
  }
}

/** 0 for a latent that hardly varies. */
function squaredCorrelation(x: Float64Array, y: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanX, meanY] = [mean(x), mean(y)]
  let [xx, xy, yy] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] as number) - meanX, (y[i] as number) - meanY]
    xx += dx * dx
    xy += dx * dy
    yy += dy * dy
  }
  return xx / (x.length - 1) > 1e-12 ? xy ** 2 / (xx * yy) : 0
}
