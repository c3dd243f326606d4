// One good call of a public function, and what each of its places takes.
import type { Kind } from './kinds.ts'

/** A good value for a place, and what the place takes. */
export interface Place {
  readonly kind: Kind
  readonly good: unknown
}

/** One good call. */
export interface Call {
  /** What is called, e.g. `vae` or `vae.encode`; the part before the first dot is an export of its package. */
  readonly name: string
  /** The arguments, in their order. */
  readonly places: readonly Place[]
  /**
   * Calls it, and goes as far as a user would: a data set is read, a generator is asked once, an objective is applied.
   *
   * @returns what the call gave; its tensors are disposed of by who asked
   */
  run(...values: never[]): unknown
}

/** A place with a good value. */
export const place = (kind: Kind, good: unknown): Place => ({ kind, good })

/** A call of `run`, whose arguments are `places`. */
export const call = (name: string, places: readonly Place[], run: (...values: never[]) => unknown): Call => ({
  name,
  places,
  run,
})
