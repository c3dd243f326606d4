// Disentanglement, completeness and informativeness of codes, as disentanglement_lib computes them.
import { assertOptions, type OptionCheck, positiveInteger, positiveNumber, seedOption } from '@ae/core/internal'
import type { Estimate } from '../estimate.ts'
import { accuracyOf, type FactoredCodes, readFactoredPair } from './factored-codes.ts'
import { fitBoosting } from './gradient-boosting.ts'

/** Options of {@link dci}. */
export interface DciOptions {
  /** Rounds of boosting; each grows a tree for every value of a factor. A positive integer. Defaults to 100. */
  readonly rounds?: number | undefined
  /** How many splits deep a tree is, an integer from 1 to 6. Defaults to 3. */
  readonly depth?: number | undefined
  /** What each tree counts, above 0. Defaults to 0.1. */
  readonly learningRate?: number | undefined
  /** Decides between splits that are equally good. Defaults to 0. */
  readonly seed?: number | undefined
}

/** What {@link dci} gives. */
export interface Dci {
  /** How far each latent is important for one factor only, weighted by its importance: from 0 to 1. */
  readonly disentanglement: Estimate
  /** How far each factor depends on one latent only, weighted by its importance: from 0 to 1. */
  readonly completeness: Estimate
  /** The share of factors' values in `test` that the codes predict: from 0 to 1. The paper gives the error of regression instead. */
  readonly informativeness: Estimate
  /** The same in `train`. */
  readonly trainInformativeness: Estimate
  /** How important each latent is for each factor, `[codeSize, factors]`, row after row; each column adds up to 1. */
  readonly importances: Float64Array
}

/**
 * Disentanglement, completeness and informativeness: how well boosted trees tell each factor from all latents, and which latents they
 * need for it. The trees and their importances are those of scikit-learn's `GradientBoostingClassifier`; a pass over the codes
 * takes `rounds * depth * codeSize * values of all factors` steps for each code.
 *
 * @param train codes of at least 2 entries, with at least 2 factors; borrowed
 * @param test those of other examples; borrowed
 * @param options see {@link DciOptions}
 * @throws {OptionError} on a bad option, factors that are not integers or not one row for each code, a factor that never varies,
 *   codes that are not finite or have one entry, or `test` of another length or with other factors
 * @throws {ShapeError} when rows differ in length
 * @see "A framework for the quantitative evaluation of disentangled representations", Eastwood and Williams, 2018, section 2
 */
export async function dci(train: FactoredCodes, test: FactoredCodes, options: DciOptions = {}): Promise<Dci> {
  assertOptions('dci', options, {
    rounds: positiveInteger,
    depth: depthOption,
    learningRate: positiveNumber,
    seed: seedOption,
  })
  const { rounds = 100, depth = 3, learningRate = 0.1, seed = 0 } = options
  const pair = await readFactoredPair('dci', train, test, 2)
  const { codeSize } = pair.train.codes
  const { factors } = pair.train
  const importances = new Float64Array(codeSize * factors.length)
  let [right, trainRight] = [0, 0]
  for (const [place, factor] of factors.entries()) {
    const fitted = await fitBoosting(pair.train.codes, factor, { rounds, depth, learningRate, seed })
    for (const [latent, importance] of fitted.importances.entries()) {
      importances[latent * factors.length + place] = importance
    }
    trainRight += accuracyOf(fitted.predict(pair.train.codes), factor, factor) / factors.length
    right += accuracyOf(fitted.predict(pair.test.codes), factor, pair.test.factors[place] ?? factor) / factors.length
  }
  const rows = Array.from({ length: codeSize }, (_, latent) =>
    importances.subarray(latent * factors.length, (latent + 1) * factors.length),
  )
  const columns = factors.map((_, factor) => Float64Array.from(rows, (row) => row[factor] as number))
  const estimate = (value: number): Estimate => ({
    value,
    unit: '1',
    estimator: `${rounds} rounds of boosted trees, ${pair.train.codes.count} codes`,
    isBound: false,
  })
  return {
    disentanglement: estimate(concentration(rows)),
    completeness: estimate(concentration(columns)),
    informativeness: estimate(right),
    trainInformativeness: estimate(trainRight),
    importances,
  }
}

/** 1 less the entropy of each list as a share of the largest possible, averaged with the sums of the lists as weights. */
function concentration(lists: readonly Float64Array[]): number {
  const sums = lists.map((list) => list.reduce((sum, value) => sum + value, 0))
  const total = sums.reduce((sum, value) => sum + value, 0)
  return lists.reduce((score, list, i) => {
    const weight = total > 0 ? (sums[i] as number) / total : 1 / lists.length
    return score + weight * (1 - entropyOf(list.map((value) => value + 1e-11)) / Math.log(list.length))
  }, 0)
}

function entropyOf(weights: Float64Array): number {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return -weights.reduce((entropy, weight) => entropy + (weight / sum) * Math.log(weight / sum), 0)
}

const depthOption: OptionCheck = (value) =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 6 ? undefined : 'an integer from 1 to 6'
