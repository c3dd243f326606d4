// What single latents say about factors: the mutual information gap and modularity, as disentanglement_lib computes them.
import { assertOptions, countOption } from '@ae/core/internal'
import type { Estimate } from '../estimate.ts'
import { type Classes, type CodeSource, type Codes, columnOf, type FactorSource } from './codes.ts'
import { type ReadFactoredCodes, readFactored } from './factored-codes.ts'
import { entropyOf, jointCounts, mutualInformation } from './mutual-information.ts'

/** Options of {@link mig} and {@link modularity}. */
export interface BinOptions {
  /** How many equally wide bins each latent is cut into, from its smallest to its largest value; from 1 to 2^20. Defaults to 20. */
  readonly bins?: number | undefined
}

/** What {@link mig} gives. */
export interface MutualInformationGap extends Estimate {
  /** The gap of each factor. */
  readonly factors: readonly FactorGap[]
}

/** How far one latent is ahead in telling a factor. */
export interface FactorGap {
  /** The factor. */
  readonly name: string
  /** From 0 to 1. */
  readonly gap: number
  /** The latent that says most about it, from 0. */
  readonly latent: number
}

/** What {@link modularity} gives. */
export interface Modularity extends Estimate {
  /** That of each latent, `[codeSize]`. */
  readonly latents: Float64Array
}

/**
 * The mutual information gap: for each factor, how much more the best latent says about it than the second best, as a share of what
 * there is to know; averaged over factors. 1 if each factor is told by one latent alone, 0 if two say the same. Latents are cut
 * into bins, as in disentanglement_lib; the paper samples q(z | x) instead.
 *
 * @param codes of at least 2 entries; borrowed
 * @param factors a row of integers for each code; borrowed
 * @param options see {@link BinOptions}
 * @throws {OptionError} on a bad option, factors that are not integers or not one row for each code, a factor that never varies, or
 *   codes that are not finite or have one entry
 * @throws {ShapeError} when rows differ in length
 * @see "Isolating sources of disentanglement in variational autoencoders", Chen, Li, Grosse and Duvenaud, 2018, equation 6
 * @example
 * ```ts
 * const codes = await encodeAll(model, shapes())
 * const { value } = await mig(codes, shapeFactors(codes.labels))
 * ```
 */
export async function mig(
  codes: CodeSource,
  factors: FactorSource,
  options: BinOptions = {},
): Promise<MutualInformationGap> {
  const { bins, read, information } = await informationOf('mig', codes, factors, options)
  const gaps = read.factors.map(({ name }, factor) => {
    const joint = information.map((row) => row[factor] as { readonly nats: number; readonly entropy: number })
    const order = [...joint.keys()].sort((a, b) => Number(joint[b]?.nats) - Number(joint[a]?.nats))
    const [first, second] = [joint[order[0] as number], joint[order[1] as number]]
    return {
      name,
      gap: (Number(first?.nats) - Number(second?.nats)) / Number(first?.entropy),
      latent: order[0] as number,
    }
  })
  return {
    value: gaps.reduce((sum, { gap }) => sum + gap, 0) / gaps.length,
    unit: '1',
    estimator: `mutual information of latents in ${bins} bins, ${read.codes.count} codes`,
    isBound: false,
    factors: gaps,
  }
}

/**
 * Modularity: for each latent, how far it is from telling about more than one factor; averaged over latents. With the squares of its
 * mutual information with the factors, 1 less the sum of those that are not the largest over (factors - 1) times the largest. A latent
 * that says nothing at all counts 0.
 *
 * @param codes of at least 2 entries; borrowed
 * @param factors a row of integers for each code, of at least 2 factors; borrowed
 * @param options see {@link BinOptions}
 * @throws as {@link mig}
 * @see "Learning deep disentangled embeddings with the F-statistic loss", Ridgeway and Mozer, 2018, section 3
 */
export async function modularity(
  codes: CodeSource,
  factors: FactorSource,
  options: BinOptions = {},
): Promise<Modularity> {
  const { bins, read, information } = await informationOf('modularity', codes, factors, options, 2)
  const latents = Float64Array.from(information, (row) => {
    const squares = row.map(({ nats }) => nats ** 2)
    const largest = Math.max(...squares)
    if (largest === 0) return 0
    const others = squares.reduce((sum, square) => sum + square, 0) - largest
    return 1 - others / (largest * (squares.length - 1))
  })
  return {
    value: latents.reduce((sum, latent) => sum + latent, 0) / latents.length,
    unit: '1',
    estimator: `mutual information of latents in ${bins} bins, ${read.codes.count} codes`,
    isBound: false,
    latents,
  }
}

/** For each latent and factor their mutual information, and the entropy of the factor, nats. */
async function informationOf(
  functionName: string,
  codes: CodeSource,
  factors: FactorSource,
  options: BinOptions,
  leastFactors?: number,
): Promise<{
  readonly bins: number
  readonly read: ReadFactoredCodes
  readonly information: readonly (readonly { readonly nats: number; readonly entropy: number }[])[]
}> {
  assertOptions(functionName, options, { bins: countOption })
  const { bins = 20 } = options
  const place = { codes: 'codes', factors: 'factors' }
  const read = await readFactored(functionName, place, { codes, factors }, leastFactors)
  const information = Array.from({ length: read.codes.codeSize }, (_, latent) => {
    const binned = binsOf(read.codes, latent, bins)
    return read.factors.map((factor) => {
      const joint = jointCounts(binned, factor)
      return { nats: mutualInformation(joint), entropy: entropyOf(joint.columns) }
    })
  })
  return { bins, read, information }
}

/** A latent's values by their bins, as `numpy.digitize` has them with the edges of `numpy.histogram`. */
function binsOf(codes: Codes, latent: number, bins: number): Classes {
  const column = columnOf(codes, latent)
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of column) [low, high] = [Math.min(low, value), Math.max(high, value)]
  if (low === high) [low, high] = [low - 0.5, high + 0.5]
  const width = (high - low) / bins
  const edge = (bin: number) => bin * width + low
  const indices = Int32Array.from(column, (value) => {
    let bin = Math.min(bins - 1, Math.max(0, Math.floor((value - low) / width)))
    while (bin > 0 && value < edge(bin)) bin--
    while (bin < bins - 1 && value >= edge(bin + 1)) bin++
    return bin
  })
  return { indices, values: Array.from({ length: bins }, (_, bin) => bin) }
}
