// Multinomial logistic regression with a penalty on the squared weights: the minimum that scikit-learn's LogisticRegression seeks.
import { yieldToTasks } from '@ae/core/internal'
import type { Classes, Codes } from './codes.ts'
import { minimize } from './minimize.ts'

/** A linear classifier. */
export interface LinearClassifier {
  /** `[outputs, codeSize]`; one output for two classes, the log odds of the second, else one for each class. */
  readonly weights: Float64Array
  /** `[outputs]`. */
  readonly intercepts: Float64Array
  readonly iterations: number
  readonly hasConverged: boolean
}

/**
 * Minimises the cross-entropy, summed over codes, plus `penalty` / 2 times the sum of the squared weights; intercepts are free.
 *
 * @param codes borrowed
 * @param classes of these codes, at least 2; borrowed
 */
export async function fitLogistic(
  codes: Codes,
  classes: Classes,
  { penalty, iterations }: { readonly penalty: number; readonly iterations: number },
): Promise<LinearClassifier> {
  const { count, codeSize } = codes
  const outputs = outputsFor(classes)
  const width = codeSize + 1 // the intercept comes last
  // Entries of mean 0 and deviation 1 have the same minimum, which is found in fewer steps.
  const { mean, deviation, scaled } = standardized(codes)
  const logits = new Float64Array(outputs)
  const {
    x,
    iterations: made,
    hasConverged,
  } = await minimize(
    async (x, gradient) => {
      gradient.fill(0)
      let loss = 0
      for (let row = 0; row < count; row++) {
        computeLogits(logits, scaled, row * codeSize, codeSize, x)
        loss += toResiduals(logits, classes.indices[row] as number) / count
        for (let k = 0; k < outputs; k++) {
          const [at, residual] = [k * width, (logits[k] as number) / count]
          for (let j = 0; j < codeSize; j++) {
            gradient[at + j] = (gradient[at + j] as number) + residual * (scaled[row * codeSize + j] as number)
          }
          gradient[at + codeSize] = (gradient[at + codeSize] as number) + residual
        }
        if (row % 256 === 0) await yieldToTasks()
      }
      for (let i = 0; i < x.length; i++) {
        if (i % width === codeSize) continue
        const weight = penalty / count / (deviation[i % width] as number) ** 2
        loss += (weight / 2) * (x[i] as number) ** 2
        gradient[i] = (gradient[i] as number) + weight * (x[i] as number)
      }
      return loss
    },
    new Float64Array(outputs * width),
    { tolerance: 1e-9, iterations },
  )
  const weights = new Float64Array(outputs * codeSize)
  const intercepts = new Float64Array(outputs)
  for (let k = 0; k < outputs; k++) {
    intercepts[k] = x[k * width + codeSize] as number
    for (let j = 0; j < codeSize; j++) {
      const weight = (x[k * width + j] as number) / (deviation[j] as number)
      weights[k * codeSize + j] = weight
      intercepts[k] = (intercepts[k] as number) - weight * (mean[j] as number)
    }
  }
  return { weights, intercepts, iterations: made, hasConverged }
}

/** The class that a classifier finds most likely for each code; the first of several. */
export function classify({ weights, intercepts }: LinearClassifier, { values, count, codeSize }: Codes): Int32Array {
  const outputs = intercepts.length
  return Int32Array.from({ length: count }, (_, row) => {
    let [best, highest] = [0, outputs === 1 ? 0 : Number.NEGATIVE_INFINITY]
    for (let k = 0; k < outputs; k++) {
      let logit = intercepts[k] as number
      for (let j = 0; j < codeSize; j++) {
        logit += (weights[k * codeSize + j] as number) * (values[row * codeSize + j] as number)
      }
      if (logit > highest) [best, highest] = [outputs === 1 ? 1 : k, logit]
    }
    return best
  })
}

function outputsFor({ values }: Classes): number {
  return values.length === 2 ? 1 : values.length
}

function standardized({ values, count, codeSize }: Codes) {
  const mean = new Float64Array(codeSize)
  const deviation = new Float64Array(codeSize)
  for (let j = 0; j < codeSize; j++) {
    let [sum, squares] = [0, 0]
    for (let i = j; i < values.length; i += codeSize) sum += values[i] as number
    mean[j] = sum / count
    for (let i = j; i < values.length; i += codeSize) squares += ((values[i] as number) - (mean[j] as number)) ** 2
    deviation[j] = Math.sqrt(squares / count) || 1
  }
  const scaled = Float64Array.from(values, (value, i) => {
    const j = i % codeSize
    return (value - (mean[j] as number)) / (deviation[j] as number)
  })
  return { mean, deviation, scaled }
}

function computeLogits(logits: Float64Array, values: Float64Array, first: number, size: number, x: Float64Array): void {
  for (let k = 0, at = 0; k < logits.length; k++) {
    let logit = 0
    for (let j = 0; j < size; j++, at++) logit += (x[at] as number) * (values[first + j] as number)
    logits[k] = logit + (x[at++] as number)
  }
}

/** The cross-entropy of an example; logits become its gradient: probability less 1 at the class, else probability. */
function toResiduals(logits: Float64Array, label: number): number {
  if (logits.length === 1) {
    const logit = logits[0] as number
    const signed = label === 1 ? logit : -logit
    const probability = logit >= 0 ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / (1 + Math.exp(logit))
    logits[0] = probability - label
    return Math.log1p(Math.exp(-Math.abs(signed))) + Math.max(0, -signed)
  }
  let highest = Number.NEGATIVE_INFINITY
  for (const logit of logits) highest = Math.max(highest, logit)
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - highest)
  const logSum = highest + Math.log(sum)
  const loss = logSum - (logits[label] as number)
  for (let k = 0; k < logits.length; k++) logits[k] = Math.exp((logits[k] as number) - logSum)
  logits[label] = (logits[label] as number) - 1
  return loss
}
