// How well scores tell anomalies from normal examples, whatever the threshold.
// Fawcett, An introduction to ROC analysis, 2006; the numbers are those of scikit-learn.
import { OptionError } from '@ae/core'
import { assertOption, type OptionCheck, show } from '@ae/core/internal'

/** Which examples are anomalies: 1 or `true` for those that are, 0 or `false` for the others. */
export type AnomalyLabels = ArrayLike<number | boolean>

/**
 * The area under the ROC curve: the probability that an anomaly has a higher score than a normal example, where a tie counts
 * half. 1 is perfect, 0.5 is chance.
 *
 * @param scores higher for anomalies, borrowed
 * @param labels one for each score, borrowed
 * @throws {OptionError} on scores that are not numbers, labels that are not 0 or 1, as many of the one as of the other, or
 *   labels of only one class, for which there is no such area
 * @example
 * ```ts
 * rocAuc(await score(model, test), test.labels)
 * ```
 */
export function rocAuc(scores: ArrayLike<number>, labels: AnomalyLabels): number {
  let [area, above] = [0, 0] // pairs that are in order, and the anomalies seen so far
  const { anomalies, normal } = assertRanking('rocAuc', scores, labels)
  for (const group of groupsOf(scores, labels)) {
    area += group.normal * (above + group.anomalies / 2)
    above += group.anomalies
  }
  return area / (anomalies * normal)
}

/**
 * The average precision: the precision at the score of each anomaly, averaged over anomalies. It is the area under the curve of
 * precision and recall, in steps; chance is the share of anomalies.
 *
 * @param scores higher for anomalies, borrowed
 * @param labels one for each score, borrowed
 * @throws {OptionError} as `rocAuc` does
 */
export function averagePrecision(scores: ArrayLike<number>, labels: AnomalyLabels): number {
  const { anomalies } = assertRanking('averagePrecision', scores, labels)
  let [sum, found, seen] = [0, 0, 0]
  for (const group of groupsOf(scores, labels)) {
    found += group.anomalies
    seen += group.anomalies + group.normal
    sum += (group.anomalies * found) / seen
  }
  return sum / anomalies
}

/** Numbers, at least one; not NaN. */
export const scoresOption: OptionCheck = (value) =>
  isList(value) &&
  value.length > 0 &&
  Array.from(value).every((item) => typeof item === 'number' && !Number.isNaN(item))
    ? undefined
    : 'numbers, at least one and none of them NaN, e.g. of score(model, data)'

const labelsOption: OptionCheck = (value) =>
  isList(value) && Array.from(value).every((label) => [0, 1, false, true].includes(label as number))
    ? undefined
    : '1 for each anomaly and 0 for each normal example, e.g. Array.from(labels, (label) => label === 3)'

/** How many of each class have the same score, from the highest score to the lowest. */
function* groupsOf(scores: ArrayLike<number>, labels: AnomalyLabels): Generator<{ anomalies: number; normal: number }> {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => descending(Number(scores[a]), Number(scores[b])))
  for (let i = 0; i < order.length; ) {
    const value = scores[order[i] as number]
    const group = { anomalies: 0, normal: 0 }
    for (; i < order.length && scores[order[i] as number] === value; i++) {
      if (labels[order[i] as number]) group.anomalies++
      else group.normal++
    }
    yield group
  }
}

/** Not a difference, which is NaN for two that are infinite. */
function descending(a: number, b: number): number {
  if (a === b) return 0
  return a > b ? -1 : 1
}

function assertRanking(
  functionName: string,
  scores: ArrayLike<number>,
  labels: AnomalyLabels,
): { readonly anomalies: number; readonly normal: number } {
  assertOption(functionName, 'scores', scores, scoresOption)
  assertOption(functionName, 'labels', labels, labelsOption)
  const anomalies = Array.from(labels).filter(Boolean).length
  const normal = labels.length - anomalies
  if (labels.length !== scores.length) {
    throw new OptionError(`\`${functionName}\` received the wrong number of labels.`, {
      facts: { Expected: `${scores.length}, one for each score`, Received: String(labels.length) },
      fix: 'pass scores and labels of the same examples',
    })
  }
  if (anomalies > 0 && normal > 0) return { anomalies, normal }
  throw new OptionError(`\`${functionName}\` received labels of one class.`, {
    facts: { Expected: 'anomalies and normal examples', Received: `${labels.length} of ${show(labels[0])}` },
    fix: 'score normal examples and anomalies together',
  })
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}
