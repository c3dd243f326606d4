// What a log of a training run is made of: records of figures by name, and who writes them.
import { lackOf } from '../checks/members.ts'
import { functionOption, type OptionCheck, optional } from '../checks/options.ts'

/** The figures at one moment of a run. Plain data. */
export interface LogRecord {
  /** Optimiser steps made in all. */
  readonly step: number
  /** The epoch under way or just done, counted from 1. */
  readonly epoch: number
  /** Seconds since 1970, as TensorBoard's event files have it. */
  readonly time: number
  /**
   * Figures by name: `train/total` and the other terms of the objective, `validation/total` and the like where there is
   * validation data, `learningRate`, `examplesPerSecond`. A name whose figure was not measured is absent.
   */
  readonly scalars: Readonly<Record<string, number>>
}

/** Writes records of a run somewhere: a file, a chart, the console. */
export interface Logger {
  /**
   * Writes one record; records come in the order of their steps, one at a time.
   *
   * @param record plain data, which may be kept
   */
  write(record: LogRecord): void | Promise<void>
  /** Called once, when the run has ended in whatever way: flushes and releases. Defaults to nothing. */
  close?(): void | Promise<void>
}

/** A logger; see {@link Logger}. */
export const loggerOption: OptionCheck = (value) =>
  lackOf(value, { write: 'function', close: optional(functionOption) }) === undefined
    ? undefined
    : 'a logger: { write(record), close() }'
