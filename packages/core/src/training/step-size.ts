// Adam's step size, which a backend needs to replay a step. It belongs to the function that moves the variables: an optimiser state
// that is spread and given another `apply` has none.
import type { AnyFunction } from './repeatable.ts'

const sizes = new WeakMap<AnyFunction, (step: number) => number>()

/**
 * Marks a function as a step of Adam, in which only the step size and the bias corrections change from step to step.
 *
 * @param apply moves the variables
 * @param sizeAt its step size, given the number of steps made so far
 * @returns `apply`
 */
export function withStepSize<apply extends AnyFunction>(apply: apply, sizeAt: (step: number) => number): apply {
  sizes.set(apply, sizeAt)
  return apply
}

/** Adam's step size as a function of the step; undefined for other optimisers. */
export function stepSizeOf(apply: AnyFunction): ((step: number) => number) | undefined {
  return sizes.get(apply)
}
