// How objectives compose, with nothing checked: what `sum` and `weighted` do for objectives of this package.
import { type Objective, type Schedule, type Terms, type Trace, valueAt } from '@ae/core'

/**
 * One objective with the terms of all.
 *
 * @param add puts what one gave to the terms so far. Defaults to copying it
 */
export function combine<const objectives extends readonly Objective<never, string>[]>(
  objectives: objectives,
  add: (terms: Record<string, Terms[string]>, own: Terms) => void = Object.assign,
): Objective<TraceOf<objectives[number]>, NameOf<objectives[number]>> {
  const all = (trace: never, step: number) => {
    const terms: Record<string, Terms[string]> = {}
    for (const objective of objectives) add(terms, objective(trace, step))
    return terms as Terms<NameOf<objectives[number]>>
  }
  const weights = objectives.map((objective) => objective.weights)
  const stated = Object.assign(all, {
    settings: (step: number) => Object.assign({}, ...objectives.map(({ settings }) => settings?.(step))),
  })
  if (!weights.every((of) => of !== undefined)) return stated
  return Object.assign(stated, { weights: (step: number) => Object.assign({}, ...weights.map((of) => of(step))) })
}

/** An objective whose terms count `weight` times. */
export function scale<trace extends Trace, name extends string>(
  weight: Schedule,
  objective: Objective<trace, name>,
): Objective<trace, name> {
  const factorAt = (step: number) => valueAt('weighted', 'weight', weight, step)
  const scaled = (trace: trace, step: number) => {
    const factor = factorAt(step)
    const terms = Object.entries<Terms[string]>(objective(trace, step)).map(([name, term]) => [
      name,
      'weight' in term ? { value: term.value, weight: term.weight * factor } : { value: term, weight: factor },
    ])
    return Object.fromEntries(terms) as Terms<name>
  }
  const { weights, settings } = objective
  const stated = Object.assign(scaled, { settings })
  if (weights === undefined) return stated
  return Object.assign(stated, {
    weights(step: number) {
      const factor = factorAt(step)
      const all = Object.entries<number>(weights(step)).map(([name, own]) => [name, own * factor])
      return Object.fromEntries(all) as Readonly<Record<name, number>>
    },
  })
}

/** What objectives read, together. */
export type TraceOf<objective> = (
  objective extends Objective<infer trace, string>
    ? (trace: trace) => void
    : never
) extends (trace: infer all) => void
  ? all extends Trace
    ? all
    : never
  : never
/** The terms of an objective. */
export type NameOf<objective> = objective extends Objective<never, infer name> ? name : never
