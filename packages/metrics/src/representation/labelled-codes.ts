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
  assertSameSize(functionName, pair.train.codes, pair.test.codes)
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

/** Refuses codes of two lengths. */
function assertSameSize(functionName: string, train: Codes, test: Codes): void {
  if (train.codeSize === test.codeSize) return
  throw new OptionError(`\`${functionName}\` received codes of two lengths.`, {
    facts: { Expected: `${train.codeSize}, as the codes of \`train\``, Received: `${test.codeSize} in \`test\`` },
    fix: 'encode both with the same model',
  })
}
