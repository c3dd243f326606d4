// The step sizes of Adam, for backends that play recorded steps. They belong to the function that moves the variables: a state
// that is spread and given another `apply` has none.
import type { AnyFunction } from './repeatable.ts'

const sizes = new WeakMap<AnyFunction, (step: number) => number>()

/**
 * Says of a function that it makes a step of Adam, which is the same in every step but for the step size and the corrections.
 *
 * @param apply moves the variables
 * @param sizeAt its step size, from the number of steps made before
 * @returns `apply`
 */
export function withStepSize<apply extends AnyFunction>(apply: apply, sizeAt: (step: number) => number): apply {
  sizes.set(apply, sizeAt)
  return apply
}

/** The step size of `apply` at a step, if {@link withStepSize} has told it. */
export function stepSizeOf(apply: AnyFunction): ((step: number) => number) | undefined {
  return sizes.get(apply)
}
