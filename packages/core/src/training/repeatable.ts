// Functions that do the same in every step of a training run, so that a step may be recorded and replayed.
import { assertOption, functionOption, type OptionCheck } from '../checks/options.ts'

/** Any function. */
export type AnyFunction = (...values: never[]) => unknown

const marked = new WeakSet<AnyFunction>()

/**
 * Marks a function as safe to record and replay: it runs the same ops in every call with the same shapes, does not branch on the
 * step, draws random numbers only by `randomNormal` and `randomUniform` at the address that it is given, reads no values, and keeps
 * nothing except in variables of the model.
 *
 * If a model's `trace` is marked and the objective is data, `train` may let a backend record a step and replay it, which is faster
 * and gives the same results to the bit. In models of `@ae/models` a corruption's `corrupt` and an architecture's `encoder` and
 * `decoder` must be repeatable too; a likelihood is always assumed to depend on its arguments only.
 *
 * @param pass the function
 * @param parts functions that it calls; it is marked only if all of them are
 * @returns the same function
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
