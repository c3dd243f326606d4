// What a linear classifier finds in codes: Alain and Bengio, Understanding intermediate layers using linear classifier probes, 2016.
import { OptionError } from '@ae/core'
import { assertOptions, positiveInteger, positiveNumber } from '@ae/core/internal'
import type { MeanEstimate } from '../estimate.ts'
import type { LabelledCodes } from './codes.ts'
import { type ReadCodes, readPair, shareOf } from './labelled-codes.ts'
import { classify, fitLogistic } from './logistic-regression.ts'

/** Options of {@link linearProbe}. */
export interface LinearProbeOptions {
  /**
   * The weight of half the sum of the squared weights, beside the cross-entropy summed over codes; above 0. It is 1 / C of
   * scikit-learn. Defaults to 1.
   */
  readonly penalty?: number | undefined
  /** Steps of L-BFGS at most, a positive integer. Defaults to 1000. */
  readonly iterations?: number | undefined
}

/** What {@link linearProbe} gives. */
export interface LinearProbe {
  /** The share of the test codes whose label the probe predicts, with its standard error. */
  readonly accuracy: MeanEstimate
  /** The same for the codes that it was fitted to. */
  readonly trainAccuracy: MeanEstimate
  /** The labels, ascending. */
  readonly classes: readonly number[]
  /** `[classes, codeSize]`, row after row; for two classes `[1, codeSize]`, towards the second. */
  readonly weights: Float64Array
  /** One for each row of `weights`. */
  readonly intercepts: Float64Array
  /** Whether the minimum was reached; if not, raise `iterations`. */
  readonly hasConverged: boolean
}

/**
 * How well a linear classifier tells labels from codes: multinomial logistic regression, fitted to `train` until it has converged and
 * judged on `test`. A label of `test` that `train` lacks counts as an error.
 *
 * @param train codes with at least two different labels; borrowed
 * @param test codes of other examples; borrowed
 * @param options see {@link LinearProbeOptions}
 * @throws {OptionError} on a bad option, labels that are not integers or not one for each code, labels of one class, codes that are
 *   not finite, or test codes of another length
 * @throws {ShapeError} when rows differ in length
 * @example
 * ```ts
 * const [train, test] = [await encodeAll(model, digits), await encodeAll(model, testDigits)]
 * const { accuracy } = await linearProbe(train, test)
 * ```
 */
export async function linearProbe(
  train: LabelledCodes,
  test: LabelledCodes,
  options: LinearProbeOptions = {},
): Promise<LinearProbe> {
  assertOptions('linearProbe', options, { penalty: positiveNumber, iterations: positiveInteger })
  const { penalty = 1, iterations = 1000 } = options
  const pair = await readPair('linearProbe', train, test)
  const { values: classes } = pair.train.classes
  if (classes.length < 2) {
    throw new OptionError('`linearProbe` received training labels of one class.', {
      facts: { Expected: 'at least two different labels', Received: `${pair.train.codes.count} of ${classes[0]}` },
      fix: 'pass examples of several classes',
    })
  }
  const fitted = await fitLogistic(pair.train.codes, pair.train.classes, { penalty, iterations })
  const accuracyOf = ({ codes, classes: { indices, values } }: ReadCodes) =>
    shareOf(classify(fitted, codes), (predicted, i) => classes[predicted] === values[indices[i] as number])
  const { weights, intercepts, hasConverged } = fitted
  return {
    accuracy: accuracyOf(pair.test),
    trainAccuracy: accuracyOf(pair.train),
    classes,
    weights,
    intercepts,
    hasConverged,
  }
}
