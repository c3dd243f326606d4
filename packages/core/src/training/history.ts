// What is done with the reports of a run that is awaited as a whole, and what it gives.
import { anything, assertOption, assertOptions, functionOption, type OptionCheck, optional } from '../checks/options.ts'
import type { VariableHolder } from '../files/model-file.ts'
import { asyncIterableOption, type Epoch } from './epoch.ts'
import { assertTrainedModel, type KeepBestOptions, keepBestAs } from './keep-best.ts'
import { logToAs } from './log-to.ts'
import type { Logger } from './logger.ts'
import { type Best, Monitor } from './monitor.ts'
import type { RollBack } from './roll-back.ts'
import { type StopEarlyOptions, stopEarlyAs } from './stop-early.ts'
import { signalOption } from './train-options.ts'

/** What to do with the reports of a run. */
export interface HistoryOptions<name extends string = string> {
  /** Ends the run when a figure no longer improves; see `stopEarly`. Defaults to running all epochs. */
  readonly stopEarly?: StopEarlyOptions | undefined
  /**
   * Gives the model the weights of its best epoch when the run ends, however it ends; see `keepBest`. Defaults to false: those of
   * the last step.
   */
  readonly keepBest?: boolean | KeepBestOptions | undefined
  /** Receives the figures of each epoch; see `logTo`. Defaults to none. */
  readonly log?: Logger | readonly Logger[] | undefined
  /** Called with the report of each epoch, and awaited. What it throws ends the run. Defaults to nothing. */
  readonly onEpoch?: ((epoch: Epoch<name>) => void | Promise<void>) | undefined
  /** The signal of the run: a run that it aborts has a history too, instead of failing. Defaults to none. */
  readonly signal?: AbortSignal | undefined
}

/** What became of a run. Plain data, which `JSON.stringify` keeps whole. */
export interface History<name extends string = string> {
  /** The reports of all epochs of this call, in order. */
  readonly epochs: readonly Epoch<name>[]
  /** The epoch with the best value of the figure that `keepBest`, or else `stopEarly`, watches; undefined if no epoch was done. */
  readonly best: Best | undefined
  /** Each time that the run diverged and went back, in order; see `rollBack`. */
  readonly rollBacks: readonly RollBack[]
  /** Why the run ended: it made all its epochs, its figure no longer improved, or its `signal` aborted it. */
  readonly stopped: 'finished' | 'early' | 'aborted'
}

/** The checks of {@link HistoryOptions}; its parts check what they receive. */
export const historyChecks: Readonly<Record<keyof HistoryOptions, OptionCheck>> = {
  stopEarly: anything,
  keepBest: anything,
  log: anything,
  onEpoch: functionOption,
  signal: optional(signalOption),
}

/**
 * Waits until a run has ended, and gives its history: what `fit` does for `train`, for other functions that train.
 *
 * @param epochs the reports of `trainInWorker`, of `trainWithFallback` or of another run; closed when it ends early
 * @param model the one that the run trains
 * @param options see {@link HistoryOptions}; `signal` is the run's
 * @returns the reports of all epochs, the best of them, and why the run ended
 * @throws what the run throws, as rejections
 * @throws {OptionError} on a bad option, or when `stopEarly` or `keepBest` watches a figure that the run does not measure
 * @example
 * ```ts
 * const epochs = trainWithFallback(model, digits, { fallbacks: [webgpu, wasm], validation })
 * const { best } = await historyOf(epochs, model, { stopEarly: { patience: 5 }, keepBest: true })
 * ```
 */
export async function historyOf<name extends string>(
  epochs: AsyncIterable<Epoch<name>>,
  model: VariableHolder,
  options: HistoryOptions<name> = {},
): Promise<History<name>> {
  assertOption('historyOf', 'epochs', epochs, asyncIterableOption)
  assertTrainedModel('historyOf', model)
  assertOptions('historyOf', options, historyChecks)
  return historyAs('historyOf', epochs, model, options)
}

/** {@link historyOf} for a function that names itself in errors, and has checked the options. */
export async function historyAs<name extends string>(
  functionName: string,
  run: AsyncIterable<Epoch<name>>,
  model: VariableHolder,
  { stopEarly, keepBest, log, onEpoch, signal }: HistoryOptions<name>,
  rollBacks: readonly RollBack[] = [],
): Promise<History<name>> {
  const keepOptions = keepBest === true ? {} : keepBest === false ? undefined : keepBest
  const { patience: _, ...watched } = stopEarly ?? {}
  const monitor = new Monitor(functionName, keepOptions ?? watched)
  let stopped: History['stopped'] = 'finished'
  let reports = run
  if (log !== undefined) reports = logToAs(functionName, reports, log)
  if (keepOptions !== undefined) reports = keepBestAs(functionName, reports, model, keepOptions)
  if (stopEarly !== undefined) {
    reports = stopEarlyAs(functionName, reports, stopEarly, () => {
      stopped = 'early'
    })
  }
  const epochs: Epoch<name>[] = []
  try {
    for await (const epoch of reports) {
      monitor.take(epoch)
      epochs.push(epoch)
      await onEpoch?.(epoch)
    }
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error
    stopped = 'aborted'
  }
  return { epochs, best: monitor.best, rollBacks, stopped }
}
