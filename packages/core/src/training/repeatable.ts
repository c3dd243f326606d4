// Functions that compute the same in every step of a training run: what a recorded step may be made of.
import { assertOption, functionOption, type OptionCheck } from '../checks/options.ts'

/** A function of whatever. */
export type AnyFunction = (...values: never[]) => unknown

const marked = new WeakSet<AnyFunction>()

/**
 * Says of a function that it computes the same each time from tensors of the same shapes, but for what `randomNormal` and
 * `randomUniform` draw at the address that it was given: no branch on the step, no other random numbers, nothing remembered
 * but in variables of the model.
 *
 * `train` may then let a backend record a step and play it again, which gives the same numbers to the bit sooner, if the
 * function is a model's `trace` and the objective has `weights`. In models of `@ae/models` a corruption's `corrupt` and an
 * architecture's `encoder` and `decoder` must be repeatable too; a likelihood always counts as a function of its arguments.
 *
 * @param pass the function
 * @param parts functions that it calls, unless they are repeatable anyway: without their mark it gets none
 * @returns the same one
 */
export function repeatable<pass extends AnyFunction>(pass: pass, parts: readonly AnyFunction[] = []): pass {
  assertOption('repeatable', 'pass', pass, functionOption)
  assertOption('repeatable', 'parts', parts, functionsOption)
  if (parts.every(isRepeatable)) marked.add(pass)
  return pass
}

/**
 * Whether a function is {@link repeatable}.
 *
 * @param pass the function
 */
export function isRepeatable(pass: AnyFunction): boolean {
  return marked.has(pass)
}

const functionsOption: OptionCheck = (value) =>
  Array.isArray(value) && Array.from(value).every((part) => typeof part === 'function')
    ? undefined
    : 'an array of functions'
