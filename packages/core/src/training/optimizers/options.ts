// The options that all optimisers share, and groups of variables.

import { variablesOption } from '../../checks/members.ts'
import { assertOption, nonNegativeNumber, type OptionCheck, optional } from '../../checks/options.ts'
import { show } from '../../checks/show.ts'
import { OptionError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { Schedule } from '../../objective-types.ts'
import type { Optimizer } from '../optimizer.ts'
import { learningRateOption } from '../schedules.ts'
import { createState, type Rule } from './rule.ts'

/** Variables that an optimiser moves with numbers of their own. */
export interface ParameterGroup {
  /** Which variables: a pattern or a test of their names, e.g. `/bias$/`. A variable belongs to the first group that takes it. */
  readonly match: RegExp | ((name: string) => boolean)
  /** Their step size, above 0, or a function of the steps made so far. Defaults to the optimiser's. */
  readonly learningRate?: Schedule | undefined
  /** Their weight decay, at least 0. Defaults to the optimiser's. */
  readonly weightDecay?: number | undefined
}

/** Options of every optimiser. */
export interface OptimizerOptions {
  /** The step size, above 0, or a function of the steps made so far; each optimiser has its default. */
  readonly learningRate?: Schedule | undefined
  /** How much weights are drawn to 0, at least 0; each optimiser says how, and has its default. */
  readonly weightDecay?: number | undefined
  /** Variables with a learning rate or a weight decay of their own. Defaults to none. */
  readonly groups?: readonly ParameterGroup[] | undefined
}

/** The checks of {@link OptimizerOptions}. */
export const optimizerChecks: Readonly<Record<keyof OptimizerOptions, OptionCheck>> = {
  learningRate: learningRateOption,
  weightDecay: nonNegativeNumber,
  groups: (value) =>
    Array.isArray(value) && Array.from(value).every(isGroup)
      ? undefined
      : 'a list of groups, e.g. [{ match: /bias$/, weightDecay: 0 }]',
}

/** A number in [0, 1). */
export const decayRate: OptionCheck = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? undefined : 'a number in [0, 1)'

/** The optimiser of a rule; options are checked already. */
export function optimizerOf(
  rule: Rule,
  { learningRate, weightDecay, groups = [] }: OptimizerOptions & { readonly learningRate: Schedule },
): Optimizer {
  const rest = { match: () => true, learningRate, weightDecay: weightDecay ?? 0 }
  return {
    kind: rule.kind,
    config: {
      learningRate: typeof learningRate === 'function' ? undefined : learningRate,
      ...rule.config,
      weightDecay: weightDecay || undefined,
      groups: groups.length > 0 ? groups.map(describeGroup) : undefined,
    },
    create(variables) {
      assertOption(rule.kind, 'variables', variables, variablesOption)
      const names = new Set(Object.keys(variables))
      const parts = [...groups, rest].map(({ match, ...own }) => {
        const taken = [...names].filter((name) => (match instanceof RegExp ? name.search(match) >= 0 : match(name)))
        for (const name of taken) names.delete(name)
        return { ...withDefaults(rest, own), names: taken }
      })
      const empty = groups.findIndex((_, i) => parts[i]?.names.length === 0)
      if (empty >= 0) throw groupOfNone(rule.kind, groups[empty] as ParameterGroup, Object.keys(variables))
      return createState(rule, variables, parts)
    },
  }
}

function isGroup(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { match, ...numbers } = value as ParameterGroup
  const { learningRate, weightDecay } = optimizerChecks
  const checks: Readonly<Record<string, OptionCheck>> = {
    learningRate: optional(learningRate),
    weightDecay: optional(weightDecay),
  }
  return (
    (match instanceof RegExp || typeof match === 'function') &&
    Object.entries(numbers).every(([name, number]) => name in checks && checks[name]?.(number) === undefined)
  )
}

/** A group as a checkpoint states it; learning rates may change from run to run. */
function describeGroup({ match, weightDecay }: ParameterGroup): Json {
  return {
    match: match instanceof RegExp ? String(match) : 'a function',
    ...(weightDecay === undefined ? {} : { weightDecay }),
  }
}

function groupOfNone(kind: string, { match }: ParameterGroup, names: readonly string[]): OptionError {
  return new OptionError(`\`${kind}\` received a group to which no variable belongs.`, {
    facts: { Group: String(match), Variables: show(names) },
    fix: 'match names of the variables that are left after the groups before it, e.g. /bias$/',
  })
}

/** Options, and the defaults of those that are left out. */
export function withDefaults<defaults extends object, options extends object>(
  defaults: defaults,
  options: options,
): Omit<options, keyof defaults> & {
  [name in keyof defaults]: name extends keyof options ? NonNullable<options[name]> : defaults[name]
} {
  return {
    ...defaults,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  } as never
}
