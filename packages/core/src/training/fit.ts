// Training in one call: awaits the whole run and gives its history.
import type { Tensor } from '@tensorflow/tfjs-core'
import { anything, assertOptions } from '../checks/options.ts'
import type { Batch, Dataset } from '../dataset.ts'
import type { Trainable } from '../model.ts'
import type { Trace } from '../trace.ts'
import type { Epoch } from './epoch.ts'
import { type History, type HistoryOptions, historyAs, historyChecks } from './history.ts'
import type { RollBack, RollBackOptions } from './roll-back.ts'
import { trainAs } from './train.ts'
import { type TrainOptions, trainChecks } from './train-options.ts'

/** Options of {@link fit}: those of `train`, and what to do with its epochs. */
export interface FitOptions<
  trace extends Trace,
  name extends string,
  batch extends Batch = Tensor,
  played extends string = never,
> extends TrainOptions<trace, name, batch>,
    Omit<HistoryOptions<name | played>, 'signal'> {
  /**
   * What to do when the run diverges: going back to the last checkpoint, or to the beginning, and on with a lower learning rate.
   * Without `checkpoint`, the run keeps one in memory. Epochs that are made again are reported again. Defaults to failing.
   */
  readonly rollBack?: RollBackOptions | undefined
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
  assertOptions('fit', options, { ...trainChecks, ...historyChecks, rollBack: anything })
  const { stopEarly, keepBest, rollBack, log, onEpoch, ...trainOptions } = options
  const rollBacks: RollBack[] = []
  let run: Run<name | played> = trainAs<trace, own, name, batch, played>('fit', model, data, trainOptions) // checks them
  if (rollBack !== undefined) {
    const { assertCanRollBack, trainRollingBack } = await import('./roll-back.ts')
    assertCanRollBack('fit', model, rollBack, options.optimizer)
    run = trainRollingBack<trace, own, name, batch, played>('fit', model, data, trainOptions, rollBack, (one) => {
      rollBacks.push(one)
    })
  }
  return historyAs('fit', run, model, { stopEarly, keepBest, log, onEpoch, signal: options.signal }, rollBacks)
}
