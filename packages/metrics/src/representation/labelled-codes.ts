// Codes with labels, to fit a classifier to and to judge it on.
import { OptionError } from '@ae/core'
import { assertMembers } from '@ae/core/internal'
import { estimateOf, type MeanEstimate } from '../estimate.ts'
import { type Classes, type Codes, type LabelledCodes, readCodes, readLabels } from './codes.ts'

/** Codes and their classes, checked. */
export interface ReadCodes {
  readonly codes: Codes
  readonly classes: Classes
}

/** Codes to fit and codes to judge, checked. */
export async function readPair(
  functionName: string,
  train: LabelledCodes,
  test: LabelledCodes,
): Promise<{ readonly train: ReadCodes; readonly test: ReadCodes }> {
  const read = async (name: string, labelled: LabelledCodes) => {
    assertMembers(functionName, name, labelled, {
      expected: 'codes with labels',
      members: { labels: 'object' },
      fix: 'pass what encodeAll(model, data) gives of data with labels, or { codes, labels }',
    })
    const isApart = 'codes' in labelled
    const codes = await readCodes(functionName, isApart ? `${name}.codes` : name, isApart ? labelled.codes : labelled)
    return { codes, classes: await readLabels(functionName, `${name}.labels`, labelled.labels, codes.count) }
  }
  const pair = { train: await read('train', train), test: await read('test', test) }
  assertSameSize(functionName, ['train', pair.train.codes], ['test', pair.test.codes])
  return pair
}

/** The share of predictions that are right. */
export function shareOf(
  predictions: Int32Array,
  isRight: (prediction: number, index: number) => boolean,
): MeanEstimate {
  const right = Float64Array.from(predictions, (prediction, i) => Number(isRight(prediction, i)))
  return estimateOf(right, { unit: '1', estimator: `share of ${predictions.length} codes` })
}

/** A name of an argument, and its codes. */
type Named = readonly [name: string, codes: Codes]

/** Refuses codes of two lengths. */
export function assertSameSize(functionName: string, [name, codes]: Named, [otherName, other]: Named): void {
  if (codes.codeSize === other.codeSize) return
  throw new OptionError(`\`${functionName}\` received codes of two lengths.`, {
    facts: {
      Expected: `${codes.codeSize}, as the codes of \`${name}\``,
      Received: `${other.codeSize} in \`${otherName}\``,
    },
    fix: 'encode both with the same model',
  })
}
