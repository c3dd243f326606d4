// From an objective's terms to what is minimised: the sum of the terms' batch means, each times its weight.
import * as tf from '@tensorflow/tfjs-core'
import { show } from '../checks/show.ts'
import { OptionError, ShapeError } from '../errors.ts'
import { withGradient } from '../gradients/custom-gradient.ts'
import { runFused } from '../kernels/kernel.ts'
import type { Terms } from '../model.ts'

/** The batch means of a step's terms, still on the device, and the weights they are minimised with. */
export interface MeasuredTerms {
  /** Scalars by term name; owned by the holder. */
  readonly means: Readonly<Record<string, tf.Scalar>>
  /** Coefficients by term name. */
  readonly weights: Readonly<Record<string, number>>
}

/** The batch mean of each term that `terms` computes; everything else that it makes is released. */
export function measureTerms(terms: () => Terms): MeasuredTerms {
  const measured: { names: string[]; weights: number[] } = { names: [], weights: [] }
  const means = tf.tidy(() => {
    const { names, values, weights } = separate(terms())
    Object.assign(measured, { names, weights })
    return values.map((value) => tf.mean<tf.Scalar>(value))
  })
  return label(measured.names, means, measured.weights)
}

/**
 * The total to minimise, differentiable in the terms.
 *
 * @param terms borrowed
 * @param report receives the terms' means, which it then owns, before the function returns
 */
export function totalOfTerms(terms: Terms, report: (measured: MeasuredTerms) => void): tf.Scalar {
  const { names, values, weights } = separate(terms)
  return withGradient<tf.Scalar>(values, () => {
    const inputs = Object.fromEntries(values.map((value, i) => [`term${i}`, value]))
    const means = runFused('AeTotalOfTerms', inputs, { weights }, () => composeTotal(values, weights))
    const total = means.pop() as tf.Scalar
    report(label(names, (means as tf.Scalar[]).map(tf.keep), weights))
    return { value: total, saved: [], gradient: (dy) => totalGradient(values, weights, dy) }
  })
}

/** The terms' means, then the total. */
function composeTotal(values: readonly tf.Tensor[], weights: readonly number[]): tf.Scalar[] {
  const means = values.map((value) => tf.mean<tf.Scalar>(value))
  const weighted = means.map((mean, i) => tf.mul<tf.Scalar>(mean, weights[i] ?? 1))
  return [...means, weighted.reduce((sum, term) => tf.add(sum, term))]
}

function totalGradient(values: readonly tf.Tensor[], weights: readonly number[], dy: tf.Scalar): tf.Tensor[] {
  const attributes = { weights: [...weights], lengths: values.map(({ shape }) => shape[0] ?? -1) }
  return runFused('AeTotalOfTermsGradient', { dy }, attributes, () =>
    values.map(({ shape, size }, i) => tf.mul(tf.fill(shape, (weights[i] ?? 1) / size), dy)),
  )
}

/**
 * Checks what an objective gave: tensors by name, each alone or with a weight.
 *
 * @param terms as received
 * @throws {OptionError} when there is none, one is not a tensor that can be read, or its weight is not finite
 */
export function assertTerms(terms: unknown): asserts terms is Terms {
  if (typeof terms === 'function') {
    throw new OptionError('The objective gave a function in the place of loss terms.', {
      facts: { Expected: 'tensors by name', Received: show(terms) },
      fix: 'call what makes the objective: e.g. reconstruction(), where reconstruction was passed',
    })
  }
  const all = typeof terms === 'object' && terms !== null && !(terms instanceof tf.Tensor) ? Object.entries(terms) : []
  for (const [name, term] of all) {
    const hasWeight = typeof term === 'object' && term !== null && 'weight' in term
    if (!isReadable(hasWeight ? term.value : term)) throw badTerms(name, show(hasWeight ? term.value : term))
    if (hasWeight && !Number.isFinite(term.weight)) throw badTerms(name, `the weight ${show(term.weight)}`)
  }
  if (all.length === 0) throw badTerms('none', show(terms))
}

function isReadable(term: unknown): boolean {
  return term instanceof tf.Tensor && !term.isDisposed && term.dtype !== 'string'
}

function badTerms(name: string, received: string): OptionError {
  return new OptionError('The objective gave what is not a loss term.', {
    facts: { Expected: 'tensors by name, or { value, weight } with a finite weight', Term: name, Received: received },
    fix: 'give e.g. { reconstruction }, a tensor of shape [batch]',
  })
}

function separate(terms: Terms) {
  assertTerms(terms)
  const names = Object.keys(terms)
  const values: tf.Tensor[] = []
  const weights: number[] = []
  for (const name of names) {
    const term = terms[name] as Terms[string]
    const value = 'weight' in term ? term.value : term
    if (value.rank > 1) {
      throw new ShapeError(`The objective gave the term \`${name}\` of the wrong shape.`, {
        facts: { Expected: '[batch], or [] for a batch statistic', Received: `[${value.shape.join(', ')}]` },
        fix: 'sum over the features, e.g. tf.sum(term, 1)',
      })
    }
    values.push(value)
    weights.push('weight' in term ? term.weight : 1)
  }
  return { names, values, weights }
}

function label(names: readonly string[], means: readonly tf.Scalar[], weights: readonly number[]): MeasuredTerms {
  return {
    means: Object.fromEntries(names.map((name, i) => [name, means[i] as tf.Scalar])),
    weights: Object.fromEntries(names.map((name, i) => [name, weights[i] ?? 1])),
  }
}
