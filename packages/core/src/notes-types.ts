// Notes: what a saved model says about its data and its use.
import type { Json } from './json.ts'

/** What a model says about its data and its use. Files keep it; nothing in training depends on it. */
export interface Notes {
  /** The names of the classes, in the order of their labels. Defaults to none. */
  readonly classNames?: readonly string[] | undefined
  /** How the examples were made from what a user has, e.g. scales and categories of a table's columns. Defaults to none. */
  readonly transform?: Json | undefined
  /** The score from which an example counts as an anomaly, in the unit of `score`. Defaults to none. */
  readonly threshold?: number | undefined
  /** How the scores that `threshold` divides are computed: the options of `score` of `@ae/metrics`. Defaults to none. */
  readonly score?: Json | undefined
  /** Figures by name, e.g. `{ rocAuc: 0.97 }`: finite numbers. Defaults to none. */
  readonly metrics?: Readonly<Record<string, number>> | undefined
}
