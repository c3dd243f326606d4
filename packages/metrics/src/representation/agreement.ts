// How far two ways of sorting the same examples into groups agree: classes and clusters. The figures are those of scikit-learn.
import { assertOption, assertOptions, type OptionCheck, oneOf } from '@ae/core/internal'
import { assertOneEach, classesOf, isList } from './codes.ts'
import { entropyOf, jointCounts, mutualInformation } from './mutual-information.ts'

/** Options of {@link normalizedMutualInformation}. */
export interface NormalizedMutualInformationOptions {
  /** What the mutual information is divided by, of the two entropies. Defaults to `arithmetic`, their mean. */
  readonly average?: 'arithmetic' | 'geometric' | 'minimum' | 'maximum' | undefined
}

/**
 * The adjusted Rand index: the share of pairs of examples that both sort alike, scaled so that chance is 0 on average and full
 * agreement 1. It can be below 0. The numbers of the groups play no part.
 *
 * @param labels an integer for each example, such as its class; borrowed
 * @param clusters an integer for each example, such as of `kMeans`; borrowed
 * @throws {OptionError} on what are not integers, or two lengths
 * @see "Comparing partitions", Hubert and Arabie, 1985
 */
export function adjustedRandIndex(labels: ArrayLike<number>, clusters: ArrayLike<number>): number {
  const { counts, rows, columns, total } = countsOf('adjustedRandIndex', labels, clusters)
  const pairs = (sizes: Iterable<number>) => {
    let sum = 0
    for (const size of sizes) sum += (size * (size - 1)) / 2
    return sum
  }
  const [both, first, second, all] = [pairs(counts), pairs(rows), pairs(columns), (total * (total - 1)) / 2]
  if (first === second && (first === all || first === 0)) return 1 // one group each, or each example alone
  const byChance = (first * second) / all
  return (both - byChance) / ((first + second) / 2 - byChance)
}

/**
 * The mutual information of two ways of sorting, divided by an average of their entropies: 0 when one says nothing about the other, 1
 * when they agree. Unlike {@link adjustedRandIndex} it is above 0 by chance, the more so the more groups there are.
 *
 * @param labels an integer for each example, such as its class; borrowed
 * @param clusters an integer for each example, such as of `kMeans`; borrowed
 * @param options see {@link NormalizedMutualInformationOptions}
 * @throws {OptionError} on a bad option, what are not integers, or two lengths
 * @see "Information theoretic measures for clusterings comparison", Vinh, Epps and Bailey, 2010
 */
export function normalizedMutualInformation(
  labels: ArrayLike<number>,
  clusters: ArrayLike<number>,
  options: NormalizedMutualInformationOptions = {},
): number {
  assertOptions('normalizedMutualInformation', options, {
    average: oneOf('arithmetic', 'geometric', 'minimum', 'maximum'),
  })
  const joint = countsOf('normalizedMutualInformation', labels, clusters)
  if (joint.rows.length === 1 && joint.columns.length === 1) return 1
  const information = mutualInformation(joint)
  const [a, b] = [entropyOf(joint.rows), entropyOf(joint.columns)]
  const average = {
    arithmetic: (a + b) / 2,
    geometric: Math.sqrt(a * b),
    minimum: Math.min(a, b),
    maximum: Math.max(a, b),
  }[options.average ?? 'arithmetic']
  return information <= 0 ? 0 : information / average
}

function countsOf(functionName: string, labels: ArrayLike<number>, clusters: ArrayLike<number>) {
  assertOption(functionName, 'labels', labels, integersOption)
  assertOption(functionName, 'clusters', clusters, integersOption)
  assertOneEach(functionName, 'clusters', clusters.length, labels.length)
  return jointCounts(classesOf(labels), classesOf(clusters))
}

const integersOption: OptionCheck = (value) =>
  isList(value) && value.length > 0 && Array.from(value).every(Number.isInteger)
    ? undefined
    : 'an integer for each example, at least one'
