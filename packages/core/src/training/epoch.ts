// What a run reports: its progress after each batch, its figures after each epoch.
import type { OptionCheck } from '../checks/options.ts'

/** A figure for each term, unweighted, and `total`, the weighted sum that is minimised. */
export type LossValues<name extends string = string> = Readonly<Record<name | 'total', number>>

/** How far training is, after one batch. */
export interface Progress {
  /** The epoch under way, counted from 1. */
  readonly epoch: number
  /** The last epoch. */
  readonly epochs: number
  /** Batches of this epoch that are done. */
  readonly batch: number
  /** Batches an epoch, without one that is left out. */
  readonly batches: number
  /** Optimiser steps made in all. */
  readonly step: number
  /** Training examples a second, in this epoch so far. */
  readonly examplesPerSecond: number
  /** The loss over the batches last read from the device, if any were; older than `batch`. */
  readonly loss: LossValues | undefined
}

/** One evaluation of the validation data while a model is trained. Plain data. */
export interface Validation<name extends string = string> {
  /** Optimiser steps made before it. */
  readonly step: number
  /** When it was done, in seconds since 1970. */
  readonly time: number
  /** The means over the validation data; terms unweighted, `total` weighted by the coefficients of this step. */
  readonly loss: LossValues<name>
}

/** What `train` yields after each epoch. */
export interface Epoch<name extends string> {
  /** Counted from 1. */
  readonly epoch: number
  /** Optimiser steps made in all. */
  readonly step: number
  /** The mean over the epoch's examples, each at the weights it was trained at; terms unweighted, `total` weighted. */
  readonly loss: LossValues<name>
  /** The same over the validation data, at the weights after the epoch; undefined where it was not evaluated then. */
  readonly validation: LossValues<name> | undefined
  /** All evaluations of the validation data since the former report, the one after the epoch too; undefined without such data. */
  readonly validations: readonly Validation<name>[] | undefined
  /** The rate of the optimiser's last step; undefined where the optimiser does not tell it. */
  readonly learningRate: number | undefined
  /** Time spent training, without validation and checkpoint. */
  readonly seconds: number
  /** Training examples a second. */
  readonly examplesPerSecond: number
}

/** Reports that can be looped over. */
export const asyncIterableOption: OptionCheck = (value) =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value
    ? undefined
    : 'what train(...) returns, not awaited'
