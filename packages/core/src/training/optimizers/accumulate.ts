// Accumulation of gradients: one move for several batches.
import * as tf from '@tensorflow/tfjs-core'
import { assertOption, assertOptions, positiveInteger } from '../../checks/options.ts'
import { type Optimizer, optimizerOption } from '../optimizer.ts'
import { allClipped, wrapped } from './wrap.ts'

/** Options of {@link accumulate}. */
export interface AccumulateOptions {
  /** Batches for each move, a positive integer. */
  readonly steps: number
}

/**
 * An optimiser that moves once for several batches, by the mean of their gradients: as one step on a batch of all their examples,
 * where the batches are of one size and no layer normalises over a batch.
 *
 * The inner optimiser counts its own moves, and so does a schedule of its learning rate; the schedules of an objective and the steps
 * of a report count batches. Batches are counted across epochs. What was accumulated is part of a checkpoint; at the end of a run it
 * waits for batches that do not come, and moves nothing.
 *
 * @param optimizer the one that moves the variables
 * @returns an optimiser; replayed where the inner one is
 * @throws {OptionError} on an unknown option or one out of its range
 * @example
 * ```ts
 * // 8 batches of 64 for each move, as a batch of 512, in an eighth of the memory.
 * train(model, digits, { batchSize: 64, optimizer: accumulate(adam(), { steps: 8 }) })
 * ```
 */
export function accumulate(optimizer: Optimizer, options: AccumulateOptions): Optimizer {
  assertOption('accumulate', 'optimizer', optimizer, optimizerOption)
  assertOptions('accumulate', options, { steps: positiveInteger }, ['steps'])
  const { steps } = options
  const isLast = (step: number) => (step + 1) % steps === 0
  const movesBefore = (step: number) => Math.floor(step / steps)
  return wrapped('accumulate', optimizer, { steps }, (_inner, move, variables) => {
    const slots = Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => [
        `accumulated.${name}`,
        tf.tidy(() => tf.variable(tf.zerosLike(variable), false)),
      ]),
    )
    return {
      slots,
      move: (gradients, step, { averages, ...before } = {}) =>
        void tf.tidy(() => {
          const sums: Record<string, tf.Tensor> = {}
          for (const [name, gradient] of Object.entries(allClipped(gradients, before))) {
            sums[name] = tf.add(slots[`accumulated.${name}`] as tf.Variable, gradient)
          }
          if (isLast(step)) {
            const means = Object.entries(sums).map(([name, sum]) => [name, tf.div(sum, steps)])
            move(Object.fromEntries(means), movesBefore(step), { averages })
          }
          for (const [name, sum] of Object.entries(sums)) {
            slots[`accumulated.${name}`]?.assign(isLast(step) ? tf.zerosLike(sum) : sum)
          }
        }),
      replay: ({ numbersAt, rateAt, variantAt }) => ({
        rateAt: (step) => rateAt(movesBefore(step)),
        numbersAt: (step, weight) => (isLast(step) ? numbersAt(movesBefore(step), weight) : []),
        variantAt: (step) => (isLast(step) ? 1 + (variantAt?.(movesBefore(step)) ?? 0) : 0),
      }),
    }
  })
}
