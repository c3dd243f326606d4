// Schedules for learning rates, as PyTorch and Keras have them; like all schedules they serve any coefficient.

import { lackOf } from '../checks/members.ts'
import {
  assertOption,
  assertOptions,
  finiteNumber,
  type OptionCheck,
  oneOf,
  positiveInteger,
  positiveNumber,
} from '../checks/options.ts'
import { OptionError } from '../errors.ts'
import type { Schedule } from '../objective-types.ts'
import { valueAt } from './schedules.ts'

/** Options of {@link exponential}. */
export interface ExponentialOptions {
  /** The value at step 0, any finite number. */
  readonly from: number
  /** What it is multiplied by in `steps` steps, above 0. */
  readonly factor: number
  /** Optimiser steps, a positive integer. Defaults to 1. */
  readonly steps?: number | undefined
}

/** Options of {@link stepDecay}: `every` or `at`. */
export interface StepDecayOptions {
  /** The value at step 0, any finite number. */
  readonly from: number
  /** What it is multiplied by each time, above 0. */
  readonly factor: number
  /** After how many optimiser steps, again and again, a positive integer. */
  readonly every?: number | undefined
  /** At which steps, positive integers in ascending order. */
  readonly at?: readonly number[] | undefined
}

/** Options of {@link oneCycle}. */
export interface OneCycleOptions {
  /** The largest value, above 0. */
  readonly maximum: number
  /** The optimiser steps that the cycle takes, a positive integer; afterwards the value stays. */
  readonly steps: number
  /** The part of the steps in which the value rises, from 0 to 1. Defaults to 0.3. */
  readonly warmUp?: number | undefined
  /** How it rises and falls. Defaults to `cosine`. */
  readonly shape?: 'cosine' | 'linear' | undefined
  /** The first value is the maximum divided by this, above 0. Defaults to 25. */
  readonly initialDivisor?: number | undefined
  /** The last value is the first divided by this, above 0. Defaults to 10,000. */
  readonly finalDivisor?: number | undefined
}

/** A part of a {@link sequence}. */
export interface SequencePart {
  /** A number, or a function of the steps since the part began. */
  readonly schedule: Schedule
  /** The optimiser steps that it takes, a positive integer; the last part has none, for it does not end. */
  readonly steps?: number | undefined
}

/**
 * The same value at every step.
 *
 * @returns a pure function of the step
 * @throws {OptionError} when it is not a finite number
 */
export function constant(value: number): (step: number) => number {
  assertOption('constant', 'value', value, finiteNumber)
  return () => value
}

/**
 * from factor^(step / steps): `ExponentialLR` of PyTorch, `ExponentialDecay` of Keras.
 *
 * @returns a pure function of the step
 * @throws {OptionError} on an option that is missing, unknown or bad
 */
export function exponential(options: ExponentialOptions): (step: number) => number {
  const checks = { from: finiteNumber, factor: positiveNumber, steps: positiveInteger }
  assertOptions('exponential', options, checks, ['from', 'factor'])
  const { from, factor, steps = 1 } = options
  return (step) => from * factor ** (step / steps)
}

/**
 * Multiplied by a factor now and then: `StepLR` of PyTorch with `every`, `MultiStepLR` with `at`.
 *
 * @returns a pure function of the step
 * @throws {OptionError} on an option that is missing, unknown or bad, and unless there is exactly one of `every` and `at`
 */
export function stepDecay(options: StepDecayOptions): (step: number) => number {
  const checks = { from: finiteNumber, factor: positiveNumber, every: positiveInteger, at: ascending }
  assertOptions('stepDecay', options, checks, ['from', 'factor'])
  const { from, factor, every, at } = options
  if ((every === undefined) === (at === undefined)) {
    throw new OptionError('`stepDecay` needs one of `every` and `at`.', {
      facts: { Received: every === undefined ? 'neither' : 'both' },
      fix: 'pass { from: 0.001, factor: 0.1, every: 10_000 }, or at: [10_000, 15_000]',
    })
  }
  const timesBefore = (step: number) =>
    every === undefined ? (at ?? []).filter((start) => start <= step).length : Math.floor(step / every)
  return (step) => from * factor ** timesBefore(step)
}

/**
 * One rise to the largest value and one fall far below the first: `OneCycleLR` of PyTorch with two phases, for the learning rate.
 *
 * @returns a pure function of the step
 * @throws {OptionError} on an option that is missing, unknown or bad
 * @see Smith and Topin, Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates, 2018
 */
export function oneCycle(options: OneCycleOptions): (step: number) => number {
  const checks = {
    ...{ maximum: positiveNumber, steps: positiveInteger, warmUp: share, shape: oneOf('cosine', 'linear') },
    ...{ initialDivisor: positiveNumber, finalDivisor: positiveNumber },
  }
  assertOptions('oneCycle', options, checks, ['maximum', 'steps'])
  const { maximum, steps, warmUp = 0.3, shape = 'cosine', initialDivisor = 25, finalDivisor = 1e4 } = options
  const first = maximum / initialDivisor
  const top = warmUp * steps - 1
  const between = (from: number, to: number, start: number, end: number, step: number) => {
    const progress = end > start ? Math.min(1, (step - start) / (end - start)) : 1
    return from + (to - from) * (shape === 'linear' ? progress : (1 - Math.cos(Math.PI * progress)) / 2)
  }
  return (step) =>
    step <= top ? between(first, maximum, 0, top, step) : between(maximum, first / finalDivisor, top, steps - 1, step)
}

/**
 * Schedules one after the other, each counting from 0 when it begins: `SequentialLR` of PyTorch.
 *
 * @param parts at least one; all but the last with `steps`
 * @returns a function of the step, pure if the parts are
 * @throws {OptionError} on a part that is not one
 * @example
 * ```ts
 * const learningRate = sequence([
 *   { schedule: linear({ from: 0.00001, to: 0.001, steps: 500 }), steps: 500 },
 *   { schedule: cosine({ from: 0.001, to: 0, steps: 20_000 }) },
 * ])
 * ```
 */
export function sequence(parts: readonly SequencePart[]): (step: number) => number {
  assertOption('sequence', 'parts', parts, partsOption)
  return (step) => {
    let rest = step
    for (const { schedule, steps = Number.POSITIVE_INFINITY } of parts) {
      if (rest < steps) return valueAt('sequence', 'schedule', schedule, rest)
      rest -= steps
    }
    return Number.NaN // never: the last part does not end
  }
}

const share: OptionCheck = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'a number from 0 to 1'

const ascending: OptionCheck = (value) =>
  Array.isArray(value) && Array.from(value).every((at, i) => positiveInteger(at) === undefined && !(at <= value[i - 1]))
    ? undefined
    : 'positive integers in ascending order'

const scheduleOption: OptionCheck = (value) =>
  typeof value === 'function' || finiteNumber(value) === undefined ? undefined : 'a number or a function of the step'

const partsOption: OptionCheck = (value) => {
  const isPart = (part: unknown, i: number, all: readonly unknown[]) => {
    const steps: OptionCheck = (count) =>
      (i === all.length - 1 ? count === undefined : positiveInteger(count) === undefined) ? undefined : 'steps'
    return lackOf(part, { schedule: scheduleOption, steps }) === undefined
  }
  return Array.isArray(value) && value.length > 0 && Array.from(value).every(isPart)
    ? undefined
    : 'a list of { schedule, steps }, the last without steps'
}
