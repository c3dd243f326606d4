// Notes: what a saved model says about its data and its use.
import type { Json } from './json.ts'

/** What a model's notes keep of an epoch of its training. */
export interface NotedEpoch {
  /** Counted from 1. */
  readonly epoch: number
  /** Optimiser steps that the run had made when it ended. */
  readonly step: number
  /** The objective, mean of the epoch, to seven digits. */
  readonly total: number
  /** The objective of the validation data after the epoch, to seven digits. Absent where it was not measured. */
  readonly validation?: number | undefined
}

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
  /**
   * The epochs of the run that trained the model last, in order: `train` notes each, and a run that resumes goes on with those of
   * its checkpoint. Of more than 100 it keeps the first, the best and the last 98. It belongs to the weights: models never take
   * that of a data set's notes. Defaults to none.
   */
  readonly history?: readonly NotedEpoch[] | undefined
}
