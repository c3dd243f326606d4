// Schedules: coefficients as functions of the step, for the learning rate, beta or a capacity.

import {
  assertOption,
  assertOptions,
  finiteNumber,
  type OptionCheck,
  positiveInteger,
  positiveNumber,
} from '../checks/options.ts'
import type { Schedule } from '../objective-types.ts'

/** Options of {@link linear} and {@link cosine}. */
export interface RampOptions {
  /** The value at step 0, any finite number. */
  readonly from: number
  /** The value from step `steps` on, any finite number. */
  readonly to: number
  /** The optimiser steps that the way takes, a positive integer. */
  readonly steps: number
}

/** Options of {@link cyclical}. */
export interface CyclicalOptions {
  /** The value at the start of each cycle, any finite number. Defaults to 0. */
  readonly from?: number | undefined
  /** The value at the end of each cycle, and after the last, any finite number. Defaults to 1. */
  readonly to?: number | undefined
  /** The optimiser steps that all cycles take together, a positive integer. */
  readonly steps: number
  /** The number of cycles, a positive integer. */
  readonly cycles: number
  /** The part of each cycle in which the value rises, above 0 and at most 1; then it stays. Defaults to 0.5. */
  readonly rampFraction?: number | undefined
}

/**
 * A straight line from one value to another, constant afterwards: a warm-up where it rises.
 *
 * @returns a pure function of the step
 * @throws {OptionError} on an option that is missing, unknown or bad
 * @see Bowman et al., Generating Sentences from a Continuous Space, 2016, section 3.1, for beta
 */
export function linear(options: RampOptions): (step: number) => number {
  return ramp('linear', options, (progress) => progress)
}

/**
 * Half a cosine wave from one value to another, constant afterwards: slow at both ends.
 *
 * @returns a pure function of the step
 * @throws {OptionError} on an option that is missing, unknown or bad
 * @see Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017, equation 5, for learning rates
 */
export function cosine(options: RampOptions): (step: number) => number {
  return ramp('cosine', options, (progress) => (1 - Math.cos(Math.PI * progress)) / 2)
}

/**
 * Warm-ups one after the other: each cycle is a straight line and then a plateau; after the last it stays at the end.
 *
 * @returns a pure function of the step
 * @throws {OptionError} on an option that is missing, unknown or bad
 * @see Fu et al., Cyclical Annealing Schedule: A Simple Approach to Mitigating KL Vanishing, 2019, equation 6
 */
export function cyclical(options: CyclicalOptions): (step: number) => number {
  assertOptions(
    'cyclical',
    options,
    { from: finiteNumber, to: finiteNumber, steps: positiveInteger, cycles: positiveInteger, rampFraction: fraction },
    ['steps', 'cycles'],
  )
  const { from = 0, to = 1, steps, cycles, rampFraction = 0.5 } = options
  return (step) => {
    if (step >= steps) return to
    const progress = ((step * cycles) / steps) % 1
    return between(from, to, Math.min(1, progress / rampFraction))
  }
}

/**
 * The value of a coefficient at a step.
 *
 * @param functionName the function that received the coefficient, for the message
 * @param name the coefficient's name, for the message
 * @param schedule a number, or a function of the step
 * @param step optimiser steps made so far
 * @throws {OptionError} when the function gives what is not a finite number
 */
export function valueAt(functionName: string, name: string, schedule: Schedule, step: number): number {
  if (typeof schedule === 'number') return schedule
  const value = schedule(step)
  assertOption(functionName, `${name}(${step})`, value, finiteNumber)
  return value
}

/** A step size. */
export const learningRateOption: OptionCheck = (value) =>
  typeof value === 'function' || positiveNumber(value) === undefined
    ? undefined
    : 'a finite number above 0, or a function of the step'

function ramp(functionName: string, options: RampOptions, shape: (progress: number) => number) {
  const checks = { from: finiteNumber, to: finiteNumber, steps: positiveInteger }
  assertOptions(functionName, options, checks, ['from', 'to', 'steps'])
  const { from, to, steps } = options
  return (step: number) => (step >= steps ? to : between(from, to, shape(step / steps)))
}

function between(from: number, to: number, progress: number): number {
  return from + (to - from) * progress
}

const fraction: OptionCheck = (value) =>
  Number.isFinite(value) && Number(value) > 0 && Number(value) <= 1 ? undefined : 'a number above 0 and at most 1'
