// The score of FactorVAE's paper: which latent varies least among examples that share a factor, and whether that tells the factor.
import { OptionError } from '@ae/core'
import {
  assertOptions,
  countOption,
  nonNegativeNumber,
  type OptionCheck,
  seedOption,
  yieldToTasks,
} from '@ae/core/internal'
import type { MeanEstimate } from '../estimate.ts'
import { type CodeSource, type Codes, columnOf, type FactorSource } from './codes.ts'
import { voteSource } from './factor-votes.ts'
import { readFactored } from './factored-codes.ts'
import { shareOf } from './labelled-codes.ts'

/** Options of {@link factorVaeScore}. */
export interface FactorVaeScoreOptions {
  /** Examples that share a factor in one vote, from 2 to 2^20. Defaults to 64. */
  readonly examples?: number | undefined
  /** Votes that decide which factor each latent stands for, from 1 to 2^20. Defaults to 10000. */
  readonly votes?: number | undefined
  /** Votes that this is judged on, from 1 to 2^20. Defaults to 5000. */
  readonly testVotes?: number | undefined
  /** Latents whose standard deviation is below this take no part, nor do those that never vary; at least 0. Defaults to 0. */
  readonly threshold?: number | undefined
  /** Seeds the draws. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * The FactorVAE score: examples that share the value of one factor are drawn, and the latent whose variance is smallest among them, as
 * a share of its variance over all codes, votes for that factor. Each latent then stands for the factor that it voted for most
 * often; the score is the share of further votes for which that is right: 1 at best.
 *
 * @param codes of at least 2 entries; of all combinations of factors, or a random sample of them; borrowed
 * @param factors a row of integers for each code, of at least 2 factors; borrowed
 * @param options see {@link FactorVaeScoreOptions}
 * @returns the share; the same for the same options
 * @throws {OptionError} on a bad option, factors that are not integers or not one row for each code, a factor that never varies, codes
 *   that are not finite or have one entry, or when no latent varies enough
 * @throws {ShapeError} when rows differ in length
 * @see "Disentangling by factorising", Kim and Mnih, 2018, section 4
 */
export async function factorVaeScore(
  codes: CodeSource,
  factors: FactorSource,
  options: FactorVaeScoreOptions = {},
): Promise<MeanEstimate> {
  assertOptions('factorVaeScore', options, {
    examples: atLeastTwo,
    votes: countOption,
    testVotes: countOption,
    threshold: nonNegativeNumber,
    seed: seedOption,
  })
  const { examples = 64, votes = 10_000, testVotes = 5000, threshold = 0, seed = 0 } = options
  const read = await readFactored('factorVaeScore', { codes: 'codes', factors: 'factors' }, { codes, factors }, 2)
  const { codeSize } = read.codes
  const variances = Array.from({ length: codeSize }, (_, latent) => varianceOf(columnOf(read.codes, latent)))
  const active = [...variances.keys()].filter(
    (latent) => Number(variances[latent]) > 0 && Math.sqrt(Number(variances[latent])) >= threshold,
  )
  if (active.length === 0) {
    throw new OptionError('`factorVaeScore` received codes in which no latent varies enough.', {
      facts: {
        Expected: `a standard deviation above 0 and of at least ${threshold}`,
        Received: `at most ${Math.sqrt(Math.max(...variances)).toPrecision(3)}`,
      },
      fix: 'pass a smaller threshold, or codes of a model whose latents vary',
    })
  }
  const source = voteSource('factorVaeScore', seed, read.factors)
  const count = async (first: number, many: number, onVote: (factor: number, latent: number) => void) => {
    for (let vote = first; vote < first + many; vote++) {
      const { factor, examples: drawn } = source.group(vote, examples)
      onVote(factor, steadiest(read.codes, drawn, active, variances))
      await yieldToTasks()
    }
  }
  const tally = Array.from({ length: codeSize }, () => new Float64Array(read.factors.length))
  await count(0, votes, (factor, latent) => {
    const own = tally[latent] as Float64Array
    own[factor] = (own[factor] as number) + 1
  })
  const standsFor = tally.map((own) => own.indexOf(Math.max(...own)))
  const right: number[] = []
  await count(votes, testVotes, (factor, latent) => right.push(Number(standsFor[latent] === factor)))
  const { value, standardError } = shareOf(Int32Array.from(right), (isRight) => isRight === 1)
  const estimator = `${votes} votes of ${examples} examples, ${testVotes} for the test`
  return { value, standardError, unit: '1', estimator, isBound: false }
}

/** The latent of the smallest variance among some examples, as a share of that of all; the first of several. */
function steadiest(
  { values, codeSize }: Codes,
  examples: Uint32Array,
  active: readonly number[],
  variances: readonly number[],
): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY]
  const column = new Float64Array(examples.length)
  for (const latent of active) {
    for (let i = 0; i < column.length; i++) column[i] = values[(examples[i] as number) * codeSize + latent] as number
    const share = varianceOf(column) / (variances[latent] as number)
    if (share < least) [best, least] = [latent, share]
  }
  return best
}

/** Divided by one less than the number of values. */
function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

const atLeastTwo: OptionCheck = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 2 && Number(value) <= 2 ** 20
    ? undefined
    : 'an integer from 2 to 2^20'
