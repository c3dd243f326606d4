// Training in one call: awaits the whole run and gives its history.
import type { Tensor } from '@tensorflow/tfjs-core'
import { assertOptions, functionOption } from '../checks/options.ts'
import type { Batch, Dataset } from '../dataset.ts'
import type { Trainable } from '../model.ts'
import type { Trace } from '../trace.ts'
import type { Epoch } from './epoch.ts'
import { type KeepBestOptions, keepBestAs } from './keep-best.ts'
import { logToAs } from './log-to.ts'
import type { Logger } from './logger.ts'
import { type Best, Monitor } from './monitor.ts'
import type { RollBack, RollBackOptions } from './roll-back.ts'
import { type StopEarlyOptions, stopEarlyAs } from './stop-early.ts'
import { trainAs } from './train.ts'
import type { TrainOptions } from './train-options.ts'

/** Options of {@link fit}: those of `train`, and what to do with its epochs. */
export interface FitOptions<
  trace extends Trace,
  name extends string,
  batch extends Batch = Tensor,
  played extends string = never,
> extends TrainOptions<trace, name, batch> {
  /** Ends the run when a figure no longer improves; see `stopEarly`. Defaults to running all epochs. */
  readonly stopEarly?: StopEarlyOptions | undefined
  /** Gives the model the weights of its best epoch when the run ends, however it ends; see `keepBest`. Defaults to false: those of the last step. */
  readonly keepBest?: boolean | KeepBestOptions | undefined
  /**
   * What to do when the run diverges: going back to the last checkpoint, or to the beginning, and on with a lower learning rate.
   * Without `checkpoint`, the run keeps one in memory. Defaults to failing.
   */
  readonly rollBack?: RollBackOptions | undefined
  /** Receives the figures of each epoch; see `logTo`. Defaults to none. */
  readonly log?: Logger | readonly Logger[] | undefined
  /** Called with the report of each epoch, and awaited. What it throws ends the run. Defaults to nothing. */
  readonly onEpoch?: ((epoch: Epoch<name | played>) => void | Promise<void>) | undefined
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

type Run<name extends string> = AsyncGenerator<Epoch<name>, void, void>

/**
 * Trains a model and waits until the run has ended: `train` in one call.
 *
 * An abort is not an error here: the history says that the run was aborted, and holds what was done before. Otherwise what holds
 * for `train` holds here too.
 *
 * @param model its variables move, and no others in the process
 * @param data borrowed; shuffled anew each epoch
 * @returns the reports of all epochs, the best of them, and why the run ended
 * @throws what `train` throws, as rejections; arguments are checked before the first step
 * @throws {OptionError} when `stopEarly` or `keepBest` watches a figure that the run does not measure
 * @example
 * ```ts
 * const { best } = await fit(model, digits, { epochs: 50, validation, stopEarly: { patience: 5 }, keepBest: true })
 * ```
 */
export async function fit<
  trace extends Trace,
  own extends string,
  name extends string = own,
  batch extends Batch = Tensor,
  played extends string = never,
>(
  model: Trainable<trace, own, batch, played>,
  data: Dataset<NoInfer<batch>>,
  options: FitOptions<trace, name, NoInfer<batch>, NoInfer<played>> = {},
): Promise<History<name | played>> {
  const { stopEarly, keepBest, rollBack, log, onEpoch, ...trainOptions } = options
  assertOptions('fit', { onEpoch }, { onEpoch: functionOption })
  const { signal } = options
  const rollBacks: RollBack[] = []
  let run: Run<name | played> = trainAs<trace, own, name, batch, played>('fit', model, data, trainOptions) // checks them
  if (rollBack !== undefined) {
    const { assertCanRollBack, trainRollingBack } = await import('./roll-back.ts')
    assertCanRollBack('fit', model, rollBack, options.optimizer)
    run = trainRollingBack<trace, own, name, batch, played>('fit', model, data, trainOptions, rollBack, (one) => {
      rollBacks.push(one)
    })
  }
  const keepOptions = keepBest === true ? {} : keepBest || undefined
  const { patience: _, ...watched } = stopEarly ?? {}
  const monitor = new Monitor('fit', keepOptions ?? watched)
  let stopped: History['stopped'] = 'finished'
  if (log !== undefined) run = logToAs('fit', run, log)
  if (keepOptions !== undefined) run = keepBestAs('fit', run, model, keepOptions)
  if (stopEarly !== undefined) {
    run = stopEarlyAs('fit', run, stopEarly, () => {
      stopped = 'early'
    })
  }
  const epochs: Epoch<name | played>[] = []
  try {
    for await (const epoch of run) {
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
