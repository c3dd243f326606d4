// What changes in the recorded calls from one step to the next: random counters, the weights of the terms, the numbers of the optimiser.
import type { StepNumbers } from '@ae/core'
import type { KernelExports } from '../binary/kernel-exports.ts'
import { argumentsOf } from '../kernels/optimize.ts'

/** One call of a function of assembly/. */
export interface Call {
  readonly run: (...values: number[]) => number
  readonly values: number[]
}

/** Writes the numbers of a step into a call. */
export type Change = (numbers: StepNumbers) => void

/**
 * How to adapt the calls of a recorded step to another step.
 *
 * @param calls recorded from the step of `numbers`
 * @returns undefined when the arguments do not follow from `numbers`, so that they depend on something else
 */
export function changesOf(calls: readonly Call[], exports: KernelExports, numbers: StepNumbers): Change[] | undefined {
  const terms = calls.filter(({ run }) => run === exports.addMean)
  const termGradients = calls.filter(({ run }) => run === exports.fillScaled)
  const moves = calls.filter(({ run }) => run === exports.optimize)
  const changing = calls.flatMap((call): [Call, (numbers: StepNumbers) => Record<number, number>][] => {
    const { run, values } = call
    switch (run) {
      case exports.bits:
      case exports.normals:
      case exports.permutation:
      case exports.uniforms: // address, count, first block, four words of the key, then three of each counter
        return [[call, ({ step }) => ({ 7: 0, 8: step | 0, 9: Math.floor(step / 2 ** 32) | 0 })]]
      case exports.addMean: // term, count, mean, total, weight
        return [[call, ({ weights }) => ({ 4: weights[terms.indexOf(call)] ?? Number.NaN })]]
      case exports.fillScaled: // dy, term's gradient, count, scale
        return [
          [call, ({ weights }) => ({ 3: (weights[termGradients.indexOf(call)] ?? Number.NaN) / (values[2] ?? 1) })],
        ]
      case exports.optimize: // table, count, rule, limit, then the numbers of the call
        return [
          [
            call,
            ({ moves: { [moves.indexOf(call)]: now } }) =>
              Object.fromEntries((now ? argumentsOf(now) : []).map((value, i) => [4 + i, value])),
          ],
        ]
      default:
        return []
    }
  })
  const isAsRecorded = changing.every(([{ values }, of]) =>
    Object.entries(of(numbers)).every(([index, value]) => Object.is(values[Number(index)], value)),
  )
  if (!isAsRecorded || terms.length !== numbers.weights.length || moves.length !== numbers.moves.length)
    return undefined
  return changing.map(
    ([{ values }, of]) =>
      (next) =>
        void Object.assign(values, of(next)),
  )
}
