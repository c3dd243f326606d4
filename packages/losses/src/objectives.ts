// Objectives: from a forward pass to named loss terms. They compose by `sum` and `weighted`.
import { type GaussianTrace, type Objective, OptionError, type Schedule, type Terms, type Trace } from '@ae/core'
import { assertOption, assertTerms, type OptionCheck, positiveInteger } from '@ae/core/internal'
import { assertCalled } from './assert-called.ts'
import { assertTrace, ofLikelihood } from './assert-trace.ts'
import { combine, type NameOf, scale, type TraceOf } from './composition.ts'
import { klOf } from './kl-of.ts'
import { unweighted } from './unweighted.ts'
import { weightOption } from './weight-option.ts'

/**
 * The negative log-likelihood of the target under the decoder's output.
 *
 * @returns an objective with the term `reconstruction`, `[batch]`
 */
export function reconstruction(): Objective<Trace, 'reconstruction'> {
  return unweighted('reconstruction', (trace) => {
    assertTrace('reconstruction', trace, ofLikelihood)
    return trace.likelihood.negativeLogLikelihood(trace.output, trace.target)
  })
}

/**
 * The KL divergence from the posterior to the prior, N(0, I) unless the trace has another.
 *
 * @returns an objective with the term `kl`, `[batch]`, nats
 */
export function klDivergence(): Objective<GaussianTrace, 'kl'> {
  return unweighted('kl', (trace) => {
    assertTrace('klDivergence', trace, { posterior: 'object' })
    return klOf(trace)
  })
}

/**
 * Several objectives minimised together.
 *
 * @param objectives at least one; their terms must have different names
 * @returns an objective with the terms of all
 * @throws {OptionError} when evaluated, if two of them give a term of one name
 */
export function sum<const objectives extends readonly [Objective<never, string>, ...Objective<never, string>[]]>(
  ...objectives: objectives
): Objective<TraceOf<objectives[number]>, NameOf<objectives[number]>> {
  assertCalled('sum', objectives[0])
  assertOption('sum', 'objectives', objectives.length, positiveInteger)
  for (const objective of objectives) assertOption('sum', 'objectives', objective, objectiveOption)
  return combine(objectives, addTerms)
}

/** Adds what a user's objective gave, checked. */
function addTerms(terms: Record<string, Terms[string]>, own: Terms): void {
  assertTerms(own)
  for (const [name, term] of Object.entries(own)) {
    if (name in terms) {
      throw new OptionError(`\`sum\` received two objectives with the term \`${name}\`.`, {
        facts: { Expected: 'terms of different names', Received: `${name} twice` },
        fix: 'give each term once, or wrap one objective to rename its term',
      })
    }
    terms[name] = term
  }
}

/**
 * An objective whose terms count `weight` times in the total.
 *
 * @param weight a number of at least 0, or a function of the optimiser steps made so far
 * @param objective its terms stay reported unweighted
 * @throws {OptionError} on a bad weight
 */
export function weighted<trace extends Trace, name extends string>(
  weight: Schedule,
  objective: Objective<trace, name>,
): Objective<trace, name> {
  assertCalled('weighted', weight)
  assertOption('weighted', 'weight', weight, weightOption)
  assertOption('weighted', 'objective', objective, objectiveOption)
  const checked = (trace: trace, step: number) => {
    const own = objective(trace, step)
    assertTerms(own)
    return own
  }
  return scale(weight, Object.assign(checked, { weights: objective.weights, settings: objective.settings }))
}

const objectiveOption: OptionCheck = (value) =>
  typeof value === 'function' ? undefined : 'an objective, e.g. reconstruction()'
