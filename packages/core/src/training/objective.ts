// What an objective gives for a forward pass, and the numbers that it is made of.
import type { OptionCheck } from '../checks/options.ts'
import type { Trainable } from '../model.ts'
import type { ModelObjective, Objective, ObjectiveData, Schedule, Term, Terms } from '../objective-types.ts'
import type { Trace } from '../trace.ts'

/** An objective, of a model or not, as far as its numbers go. */
export type AnyObjective = AnyData | ((trace: never, step: number) => Terms)

type AnyData = ObjectiveData<never, string>

type Numbers = Readonly<Record<string, number>>

/**
 * The loss terms of a forward pass; of a function, whatever it gives.
 *
 * @param objective a model's, or another
 * @param trace borrowed
 * @param step optimiser steps made so far
 * @param weights those of the step, where they were computed before
 */
export function evaluateTerms<trace extends Trace, name extends string>(
  objective: ModelObjective<trace, name>,
  trace: trace,
  step: number,
  weights = weightsOf(objective, step),
): Terms<name> {
  if (typeof objective === 'function') return objective(trace, step)
  const shared = new Map<unknown, unknown>()
  const once = <result>(compute: (trace: trace) => result) => {
    if (!shared.has(compute)) shared.set(compute, compute(trace))
    return shared.get(compute) as result
  }
  const terms = Object.entries<Term<trace>>(objective.terms).map(([name, term]) => {
    const value = term.value(trace, { settings: numbersAt(term.settings ?? {}, step), once })
    return [name, { value, weight: weights?.[name] }]
  })
  return Object.fromEntries(terms)
}

/** The weight of each term at a step, in the order of the terms; undefined of a function. */
export function weightsOf(objective: AnyObjective, step: number): Numbers | undefined {
  if (typeof objective === 'function') return undefined
  return numbersAt(Object.fromEntries(termsIn(objective).map(([name, { weight = 1 }]) => [name, weight])), step)
}

/** The settings of all terms by name: those of the same name are the same. */
export function settingsOf(objective: AnyObjective): Readonly<Record<string, Schedule>> {
  if (typeof objective === 'function') return {}
  return Object.assign({}, ...termsIn(objective).map(([, { settings }]) => settings))
}

/** Numbers and schedules at a step. */
export function numbersAt(schedules: Readonly<Record<string, Schedule>>, step: number): Numbers {
  return Object.fromEntries(
    Object.entries(schedules).map(([name, schedule]) => [
      name,
      typeof schedule === 'function' ? schedule(step) : schedule,
    ]),
  )
}

/** Whether nothing but its weights changes from step to step. */
export function isSteady(objective: AnyObjective): objective is AnyData {
  const settings = Object.values(settingsOf(objective))
  return typeof objective !== 'function' && settings.every((setting) => typeof setting === 'number')
}

/** The objective to use now: the one given, or the model's own, as a function with the model as its `this`. */
export function objectiveOf<trace extends Trace, name extends string>(
  model: Pick<Trainable<trace, name>, 'objective'>,
  given: Objective<trace, string> | undefined,
): ModelObjective<trace, string> {
  const { objective } = model
  return given ?? (typeof objective === 'function' ? objective.bind(model) : objective)
}

/** An objective; see `Objective`. */
export const objectiveOption: OptionCheck = (value) => {
  const terms = Object.values(Object(Object(value).terms))
  return typeof value === 'function' || (terms.length > 0 && terms.every(isTerm))
    ? undefined
    : 'an objective, e.g. reconstruction()'
}

function isTerm(term: unknown): boolean {
  const { value, weight, settings = {} } = Object(term)
  const numbers = [weight ?? 1, ...Object.values(Object(settings))]
  return typeof value === 'function' && numbers.every((one) => typeof one === 'function' || Number.isFinite(one))
}

function termsIn({ terms }: AnyData): [string, Term<never>][] {
  return Object.entries(terms)
}
