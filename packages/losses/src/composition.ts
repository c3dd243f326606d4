// How objectives compose, without checks: what `sum` and `weighted` do for objectives of this package.
import { type Objective, type ObjectiveData, type Schedule, type Term, type Trace, valueAt } from '@ae/core'

/** An objective with one term of weight 1. */
export function termOf<trace extends Trace, const name extends string>(
  name: name,
  value: Term<trace>['value'],
  settings?: Term<trace>['settings'],
): ObjectiveData<trace, name> {
  return { terms: { [name]: { value, weight: 1, settings } } as Record<name, Term<trace>> }
}

/** One objective with the terms of all. */
export function combine<const objectives extends readonly ObjectiveData<never, string>[]>(
  ...objectives: objectives
): ObjectiveData<TraceOf<objectives[number]>, NameOf<objectives[number]>> {
  return { terms: Object.assign({}, ...objectives.map(({ terms }) => terms)) }
}

/** An objective whose terms count `weight` times. */
export function scale<trace extends Trace, name extends string>(
  weight: Schedule,
  { terms }: ObjectiveData<trace, name>,
): ObjectiveData<trace, name> {
  const scaled = Object.entries<Term<trace>>(terms).map(([name, term]) => [
    name,
    { ...term, weight: product(weight, term.weight ?? 1) },
  ])
  return { terms: Object.fromEntries(scaled) }
}

/** The product of two coefficients. */
function product(one: Schedule, other: Schedule): Schedule {
  if (typeof one === 'number' && typeof other === 'number') return one * other
  const at = (schedule: Schedule, step: number) => valueAt('weighted', 'weight', schedule, step)
  return (step) => at(other, step) * at(one, step)
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
