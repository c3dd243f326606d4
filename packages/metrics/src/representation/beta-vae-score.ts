// The score of the beta-VAE's paper: how well a linear classifier tells which factor two examples share from how their codes differ.
import { assertOptions, countOption, seedOption, yieldToTasks } from '@ae/core/internal'
import type { MeanEstimate } from '../estimate.ts'
import { type CodeSource, type Codes, classesOf, type FactorSource } from './codes.ts'
import { type VoteSource, voteSource } from './factor-votes.ts'
import { readFactored } from './factored-codes.ts'
import { shareOf } from './labelled-codes.ts'
import { classify, fitLogistic } from './logistic-regression.ts'

/** Options of {@link betaVaeScore}. */
export interface BetaVaeScoreOptions {
  /** Pairs of examples whose differences are averaged for one vote, from 1 to 2^20. Defaults to 64. */
  readonly pairs?: number | undefined
  /** Votes that the classifier is fitted to, from 1 to 2^20. Defaults to 10000. */
  readonly votes?: number | undefined
  /** Votes that it is judged on, from 1 to 2^20. Defaults to 5000. */
  readonly testVotes?: number | undefined
  /** Seeds the draws. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * The beta-VAE score: pairs of examples that share the value of one factor are drawn, |code - code| is averaged over pairs, and a
 * logistic regression (with scikit-learn's default penalty) predicts the factor. The score is its accuracy on further draws: 1 at
 * best, by chance 1 over the number of factors.
 *
 * @param codes of at least 2 entries; of all combinations of factors, or a random sample of them; borrowed
 * @param factors a row of integers for each code, of at least 2 factors; borrowed
 * @param options see {@link BetaVaeScoreOptions}
 * @returns the accuracy; the same for the same options
 * @throws {OptionError} on a bad option, factors that are not integers or not one row for each code, a factor that never varies, or
 *   codes that are not finite or have one entry
 * @throws {ShapeError} when rows differ in length
 * @see "beta-VAE: learning basic visual concepts with a constrained variational framework", Higgins et al., 2017, section 3
 */
export async function betaVaeScore(
  codes: CodeSource,
  factors: FactorSource,
  options: BetaVaeScoreOptions = {},
): Promise<MeanEstimate> {
  assertOptions('betaVaeScore', options, {
    pairs: countOption,
    votes: countOption,
    testVotes: countOption,
    seed: seedOption,
  })
  const { pairs = 64, votes = 10_000, testVotes = 5000, seed = 0 } = options
  const read = await readFactored('betaVaeScore', { codes: 'codes', factors: 'factors' }, { codes, factors }, 2)
  const source = voteSource('betaVaeScore', seed, read.factors)
  const train = await differencesOf(read.codes, source, pairs, 0, votes)
  const test = await differencesOf(read.codes, source, pairs, votes, testVotes)
  const classes = classesOf(train.labels)
  // Few votes may all be for one factor: then that is the answer, without a classifier.
  const predicted =
    classes.values.length < 2
      ? new Int32Array(testVotes)
      : classify(await fitLogistic(train.codes, classes, { penalty: 1, iterations: 1000 }), test.codes)
  const { value, standardError } = shareOf(predicted, (place, i) => classes.values[place] === test.labels[i])
  return {
    value,
    standardError,
    unit: '1',
    estimator: `${votes} votes of ${pairs} pairs, ${testVotes} for the test`,
    isBound: false,
  }
}

/** The mean absolute difference of pairs, and the factor that they share, for each vote. */
async function differencesOf(
  { values, codeSize }: Codes,
  source: VoteSource,
  pairs: number,
  first: number,
  count: number,
): Promise<{ readonly codes: Codes; readonly labels: Int32Array }> {
  const differences = new Float64Array(count * codeSize)
  const labels = new Int32Array(count)
  for (let vote = 0; vote < count; vote++) {
    const { factor, examples } = source.pairs(first + vote, pairs)
    labels[vote] = factor
    for (let i = 0; i < examples.length; i += 2) {
      const [a, b] = [(examples[i] as number) * codeSize, (examples[i + 1] as number) * codeSize]
      for (let j = 0, to = vote * codeSize; j < codeSize; j++, to++) {
        const difference = Math.abs((values[a + j] as number) - (values[b + j] as number))
        differences[to] = (differences[to] as number) + difference / pairs
      }
    }
    await yieldToTasks()
  }
  return { codes: { values: differences, count, codeSize }, labels }
}
