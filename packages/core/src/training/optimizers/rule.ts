// What all optimisers share: slots, weight decay, and one call of a kernel for the variables that move with the same numbers.
import * as tf from '@tensorflow/tfjs-core'
import type { Json } from '../../json.ts'
import { runFused, type SpecOf } from '../../kernels/kernel.ts'
import type { KernelAttributes } from '../../kernels/spec.ts'
import type { Schedule } from '../../objective-types.ts'
import type { OptimizerState } from '../optimizer.ts'
import { valueAt } from '../schedules.ts'
import type { MoveNumbers } from '../step-player.ts'
import { averaged, clipped, decayed, shrunk } from './composed.ts'
import { type Move, type Pass, withMoves } from './moves.ts'

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
interface Moving {
  readonly parameter: tf.Tensor
  readonly gradient: tf.Tensor
  readonly slots: readonly tf.Tensor[]
}

/** Variables that move with the same numbers. */
interface Part {
  readonly names: readonly string[]
  readonly learningRate: Schedule
  readonly weightDecay: number
}

/** The state of a rule for some variables, each of which is in one of the parts. */
export function createState(
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
