// Objectives: from a forward pass to named loss terms. They compose by `sum` and `weighted`.
import {
  type GaussianTrace,
  type Objective,
  type ObjectiveData,
  OptionError,
  type Schedule,
  type Terms,
  type Trace,
  termsOf,
  valueAt,
  type WeightedTerm,
} from '@ae/core'
import { assertOption, objectiveOption, positiveInteger } from '@ae/core/internal'
import { assertCalled } from './assert-called.ts'
import { assertTrace, ofLikelihood } from './assert-trace.ts'
import { type NameOf, scale, type TraceOf, termOf } from './composition.ts'
import { klOf } from './kl-of.ts'
import { weightOption } from './weight-option.ts'

/**
 * The negative log-likelihood of the target under the decoder's output.
 *
 * @returns an objective with the term `reconstruction`, `[batch]`
 */
export function reconstruction(): ObjectiveData<Trace, 'reconstruction'> {
  return termOf<Trace, 'reconstruction'>('reconstruction', (trace) => {
    assertTrace('reconstruction', trace, ofLikelihood)
    return trace.likelihood.negativeLogLikelihood(trace.output, trace.target)
  })
}

/**
 * The KL divergence from the posterior to the prior, N(0, I) unless the trace has a different one.
 *
 * @returns an objective with the term `kl`, `[batch]`, nats
 */
export function klDivergence(): ObjectiveData<GaussianTrace, 'kl'> {
  return termOf<GaussianTrace, 'kl'>('kl', (trace) => {
    assertTrace('klDivergence', trace, { posterior: 'object' })
    return klOf(trace)
  })
}

/**
 * Several objectives minimised together.
 *
 * @param objectives at least one; their terms must have different names
 * @returns an objective with the terms of all
 * @throws {OptionError} when two of them have a term of the same name; if one is a function, only when evaluated
 */
export function sum<const objectives extends readonly [Objective<never, string>, ...Objective<never, string>[]]>(
  ...objectives: objectives
): Objective<TraceOf<objectives[number]>, NameOf<objectives[number]>> {
  assertCalled('sum', objectives[0])
  assertOption('sum', 'objectives', objectives.length, positiveInteger)
  for (const objective of objectives) assertOption('sum', 'objectives', objective, objectiveOption)
  const all: readonly Objective<never, string>[] = objectives
  if (all.every(isData)) return { terms: merged(all.map(({ terms }) => terms)) } as never
  const together = (trace: never, step: number) => merged(all.map((objective) => termsOf(objective, trace, step)))
  return together as never
}

function isData(objective: Objective<never, string>): objective is ObjectiveData<never, string> {
  return typeof objective !== 'function'
}

/** The terms of all, by name. */
function merged<term>(all: readonly Readonly<Record<string, term>>[]): Record<string, term> {
  const terms: Record<string, term> = {}
  for (const [name, term] of all.flatMap((own) => Object.entries(own))) {
    if (Object.hasOwn(terms, name)) {
      throw new OptionError(`\`sum\` received two objectives with the term \`${name}\`.`, {
        facts: { Expected: 'terms of different names', Received: `${name} twice` },
        fix: 'give each term once, or wrap one objective to rename its term',
      })
    }
    terms[name] = term
  }
  return terms
}

/**
 * An objective whose terms count `weight` times in the total.
 *
 * @param weight a number of at least 0, or a function of the optimiser steps made so far
 * @param objective reports still show its terms unweighted
 * @throws {OptionError} on a bad weight
 */
export function weighted<trace extends Trace, name extends string>(
  weight: Schedule,
  objective: Objective<trace, name>,
): Objective<trace, name> {
  assertCalled('weighted', weight)
  assertOption('weighted', 'weight', weight, weightOption)
  assertOption('weighted', 'objective', objective, objectiveOption)
  if (typeof objective !== 'function') return scale(weight, objective)
  return (trace, step) => {
    const factor = valueAt('weighted', 'weight', weight, step)
    const terms = Object.entries<WeightedTerm>(termsOf(objective, trace, step)).map(([name, term]) => [
      name,
      { ...term, weight: term.weight * factor },
    ])
    return Object.fromEntries(terms) as Terms<name>
  }
}
