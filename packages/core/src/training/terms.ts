// From an objective's terms to what is minimised: the sum of the terms' batch means, each times its weight.
import * as tf from '@tensorflow/tfjs-core'
import { assertMembers } from '../checks/arguments.ts'
import { assertOption, nonNegativeInteger } from '../checks/options.ts'
import { show } from '../checks/show.ts'
import { OptionError, ShapeError } from '../errors.ts'
import { withGradient } from '../gradients/custom-gradient.ts'
import { runFused } from '../kernels/kernel.ts'
import type { ModelObjective, Terms, WeightedTerm } from '../objective-types.ts'
import type { Trace } from '../trace.ts'
import { evaluateTerms, objectiveOption } from './objective.ts'

/** The batch means of a step's terms, still on the device, and the weights they are minimised with. */
export interface MeasuredTerms {
  /** Scalars by term name; owned by the holder. */
  readonly means: Readonly<Record<string, tf.Scalar>>
  /** Coefficients by term name. */
  readonly weights: Readonly<Record<string, number>>
  /** Those of terms that players minimise: they do not count in the total. */
  readonly others?: Readonly<Record<string, number>> | undefined
}

/**
 * The loss terms of a forward pass: `train` minimises their batch means times their weights. It is for training loops of your
 * own, and for looking at terms example by example.
 *
 * @param objective a model's, or another
 * @param trace borrowed
 * @param step optimiser steps made so far, for coefficients that are schedules. Defaults to 0
 * @returns values `[batch]` or `[]` and weights; owned by the caller, with what was computed on the way: call it inside `tf.tidy`
 * @throws {OptionError} when the objective is not one, or gives what is not a loss term
 * @example
 * ```ts
 * const { kl } = termsOf(model.objective, model.trace(x)) // kl.value: [batch]
 * ```
 */
export function termsOf<trace extends Trace, name extends string>(
  objective: ModelObjective<trace, name>,
  trace: trace,
  step = 0,
): Readonly<Record<name, WeightedTerm>> {
  assertOption('termsOf', 'objective', objective, objectiveOption)
  assertOption('termsOf', 'step', step, nonNegativeInteger)
  assertMembers('termsOf', 'trace', trace, { expected: 'a forward pass', members: {}, fix: 'pass model.trace(x)' })
  const terms: Terms = evaluateTerms(objective, trace, step)
  assertTerms(terms)
  const named = Object.entries(terms).map(([name, term]) => [
    name,
    'weight' in term ? term : { value: term, weight: 1 },
  ])
  return Object.fromEntries(named)
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
function assertTerms(terms: unknown): asserts terms is Terms {
  if (objectiveOption(terms) === undefined) {
    throw new OptionError('The objective gave an objective in the place of loss terms.', {
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

/** Terms by name. */
export function label(
  names: readonly string[],
  means: readonly tf.Scalar[],
  weights: readonly number[],
): MeasuredTerms {
  return {
    means: Object.fromEntries(names.map((name, i) => [name, means[i] as tf.Scalar])),
    weights: Object.fromEntries(names.map((name, i) => [name, weights[i] ?? 1])),
  }
}
