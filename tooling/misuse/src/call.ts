// One valid call of a public function, and what each of its places accepts.
import type { Kind } from './kinds.ts'

/** A valid value for a place, and what the place accepts. */
export interface Place {
  readonly kind: Kind
  readonly good: unknown
}

/** One valid call. */
export interface Call {
  /** The name of the function, e.g. `vae` or `vae.encode`; the part before the first dot is an export of its package. */
  readonly name: string
  /** The arguments, in order. */
  readonly places: readonly Place[]
  /**
   * Calls it, and goes as far as a user would: reads a data set, asks a generator once, applies an objective.
   *
   * @returns the result of the call; the caller disposes of its tensors
   */
  run(...values: never[]): unknown
}

/** A place with a valid value. */
export const place = (kind: Kind, good: unknown): Place => ({ kind, good })

/** A call of `run`, whose arguments are `places`. */
export const call = (name: string, places: readonly Place[], run: (...values: never[]) => unknown): Call => ({
  name,
  places,
  run,
})
