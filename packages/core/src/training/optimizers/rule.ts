// What all optimisers share: slots, groups of variables, weight decay, and one call of a kernel for each group.
import * as tf from '@tensorflow/tfjs-core'
import { variablesOption } from '../../checks/members.ts'
import { assertOption, nonNegativeNumber, type OptionCheck, optional, positiveNumber } from '../../checks/options.ts'
import { show } from '../../checks/show.ts'
import { OptionError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import { runFused, type SpecOf } from '../../kernels/kernel.ts'
import type { KernelAttributes } from '../../kernels/spec.ts'
import type { Schedule } from '../../objective-types.ts'
import type { Optimizer, OptimizerState } from '../optimizer.ts'
import { valueAt } from '../schedules.ts'
import type { MoveNumbers } from '../step-player.ts'
import { averaged, clipped, decayed, shrunk } from './composed.ts'
import { type Move, type Pass, withMoves } from './moves.ts'

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
  learningRate: (value) =>
    typeof value === 'function' || positiveNumber(value) === undefined
      ? undefined
      : 'a finite number above 0, or a function of the step',
  weightDecay: nonNegativeNumber,
  groups: (value) =>
    Array.isArray(value) && Array.from(value).every(isGroup)
      ? undefined
      : 'a list of groups, e.g. [{ match: /bias$/, weightDecay: 0 }]',
}

/** A number in [0, 1). */
export const decayRate: OptionCheck = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? undefined : 'a number in [0, 1)'

/** How one kind of optimiser moves variables; see the contract of `AeOptimize`. */
export interface Rule {
  /** Names the optimiser in checkpoints and messages. */
  readonly kind: string
  /** Its options beside {@link OptimizerOptions}, for checkpoints. */
  readonly config: Readonly<Record<string, Json | undefined>>
  /** The kernel's name of it. */
  readonly rule: KernelAttributes<SpecOf<'AeOptimize'>>['rule']
  /** The names of its slots, in the kernel's order. */
  readonly slots: readonly string[]
  /** What the slots hold before the first step. Defaults to 0. */
  readonly initial?: number
  /** Whether weight decay shrinks the weights themselves, instead of being added to the gradient. */
  readonly isDecoupled?: boolean | undefined
  /** The numbers of a step with a learning rate that differ from 1 for what multiplies and 0 for what is added. */
  numbersAt(learningRate: number, step: number): Partial<MoveNumbers>
  /** The direction, then the new slots, from core ops. */
  compose(gradient: tf.Tensor, slots: readonly tf.Tensor[], numbers: MoveNumbers): readonly tf.Tensor[]
  /** All moves by a kernel of an earlier contract, where a backend has only that: the parameters, then the slots. */
  earlier?(moving: readonly Moving[], learningRate: number, step: number): tf.Tensor[] | undefined
}

/** A variable that is about to move. */
export interface Moving {
  readonly parameter: tf.Tensor
  readonly gradient: tf.Tensor
  readonly slots: readonly tf.Tensor[]
}

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

interface Part {
  readonly names: readonly string[]
  readonly learningRate: Schedule
  readonly weightDecay: number
}

function createState(
  rule: Rule,
  variables: Readonly<Record<string, tf.Variable>>,
  parts: readonly Part[],
): OptimizerState {
  const slots: Record<string, tf.Variable> = {}
  for (const slot of rule.slots) {
    for (const [name, { shape }] of Object.entries(variables)) {
      slots[`${slot}.${name}`] = tf.tidy(() => tf.variable(tf.fill(shape, rule.initial ?? 0), false))
    }
  }
  const rateAt = ({ learningRate }: Part, step: number) =>
    rate.factor * valueAt(rule.kind, 'learningRate', learningRate, step)
  const rate = { factor: 1 }
  const numbersOf = (part: Part, step: number, weight = 0): MoveNumbers => {
    const now = rateAt(part, step)
    const [shrink, decay] = rule.isDecoupled ? [now * part.weightDecay, 0] : [0, part.weightDecay]
    const plain = { beta1: 0, gain1: 1, beta2: 0, gain2: 1, stepSize: now, root: 1, epsilon: 0 }
    return { shrink, decay, weight, ...plain, ...rule.numbersAt(now, step) }
  }
  const movePart = (part: Part, gradients: Parameters<Move>[0], step: number, pass: Pass) => {
    const { factor, limit = Number.POSITIVE_INFINITY, averages } = pass
    const moved = part.names.filter((name) => gradients[name] !== undefined)
    const numbers = numbersOf(part, step, averages?.weight)
    const inputs: Record<string, tf.Tensor> = {}
    const add = (input: string, of: (name: string) => tf.Tensor | undefined) =>
      moved.map((name, i) => {
        inputs[`${input}${i}`] = of(name) as tf.Tensor
        return of(name) as tf.Variable
      })
    add('gradient', (name) => gradients[name])
    if (factor) add('factor', () => factor)
    const targets = [
      ...add('parameter', (name) => variables[name]),
      ...rule.slots.flatMap((slot, at) => add('abc'.charAt(at), (name) => slots[`${slot}.${name}`])),
      ...(averages ? add('average', (name) => averages.slots[name]) : []),
    ]
    const attributes = { count: moved.length, rule: rule.rule, isScaled: !!factor, isAveraged: !!averages, limit }
    const moves = runFused('AeOptimize', inputs, { ...attributes, ...numbers }, () => {
      const moving = moved.map((name) => ({
        parameter: shrunk(variables[name] as tf.Variable, numbers),
        gradient: decayed(clipped(gradients[name] as tf.Tensor, pass), variables[name] as tf.Variable, numbers),
        slots: rule.slots.map((slot) => slots[`${slot}.${name}`] as tf.Variable),
      }))
      const results = rule.earlier?.(moving, rateAt(part, step), step) ?? composed(rule, moving, numbers)
      if (averages === undefined) return results
      return [
        ...results,
        ...moved.map((name, i) =>
          averaged(averages.slots[name] as tf.Variable, results[i] as tf.Tensor, averages.weight),
        ),
      ]
    })
    targets.forEach((target, i) => {
      target.assign(moves[i] as tf.Tensor)
    })
  }
  const move: Move = (gradients, step, pass = {}) => {
    tf.tidy(() => {
      for (const part of parts) movePart(part, gradients, step, pass)
    })
  }
  const numbersAt = (step: number, weight?: number) => parts.map((part) => numbersOf(part, step, weight))
  return {
    slots,
    apply: withMoves((gradients: Parameters<Move>[0], step: number) => move(gradients, step), {
      move,
      numbersAt,
      rateAt: (step) => rateAt(parts.at(-1) as Part, step),
    }),
    rate,
    dispose() {
      for (const slot of Object.values(slots)) slot.dispose()
    },
  }
}

/** The parameters, then the slots, of all. */
function composed(rule: Rule, moving: readonly Moving[], numbers: MoveNumbers): tf.Tensor[] {
  const results = moving.map(({ parameter, gradient, slots }) => {
    const [direction, ...others] = rule.compose(gradient, slots, numbers)
    return [tf.sub(parameter, tf.mul(direction as tf.Tensor, numbers.stepSize)), ...others]
  })
  return ['', ...rule.slots].flatMap((_, at) => results.map((of) => of[at] as tf.Tensor))
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
