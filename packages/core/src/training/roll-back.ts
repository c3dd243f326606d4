// Training that survives its divergence: the run goes back to its last good checkpoint and on with a lower learning rate. A script of
// its own, loaded by runs that want it.
import { assertOptions, type OptionCheck, positiveInteger } from '../checks/options.ts'
import { show } from '../checks/show.ts'
import type { Batch, Dataset } from '../dataset.ts'
import { type Divergence, OptionError, TrainingDivergedError } from '../errors.ts'
import { assignWeights } from '../files/fill-weights.ts'
import { decodeModelFile, encodeModelFile } from '../files/model-file.ts'
import type { Trainable } from '../model.ts'
import { memory } from '../stores/store.ts'
import type { Trace } from '../trace.ts'
import { planOf } from './checkpoint-options.ts'
import type { Epoch } from './epoch.ts'
import type { Optimizer } from './optimizer.ts'
import { rememberingWrites } from './remembering-writes.ts'
import { trainAs } from './train.ts'
import type { TrainOptions } from './train-options.ts'

/** What a run does when it diverges. */
export interface RollBackOptions {
  /** How often it goes back before it gives up, a positive integer. */
  readonly times: number
  /** What the learning rates are multiplied by each time, above 0 and at most 1. Defaults to 0.5. */
  readonly factor?: number | undefined
}

/** One time that a run went back. Plain data. */
export interface RollBack extends Pick<Divergence, 'step' | 'epoch' | 'term' | 'batch'> {
  /** The value that was not finite, as text, which JSON keeps: `NaN`, `Infinity` or `-Infinity`. */
  readonly value: string
  /** The checkpoint that the run went on from; undefined where it began anew. */
  readonly checkpoint: string | undefined
  /** By which its learning rates are multiplied from then on, in all. */
  readonly factor: number
}

/**
 * Checks the options, and that the optimiser's rate can be lowered.
 *
 * @throws {OptionError} on a bad option, or an optimiser without a `rate`
 */
export function assertCanRollBack(
  functionName: string,
  model: Pick<Trainable, 'variables'>,
  options: RollBackOptions,
  optimizer: Optimizer | undefined,
): void {
  const checks = { times: positiveInteger, factor: factorOption }
  assertOptions(functionName, options, checks, ['times'])
  const state = optimizer?.create(model.variables)
  state?.dispose()
  if (state === undefined || state.rate !== undefined) return
  throw new OptionError(
    `\`${functionName}\` received \`rollBack\` and an optimiser whose learning rate it cannot lower.`,
    {
      facts: { Expected: 'an optimiser whose state has a `rate`', Received: show(optimizer?.kind) },
      fix: 'let its create return rate: { factor: 1 } too, and multiply its step size by rate.factor in each step',
    },
  )
}

const factorOption: OptionCheck = (value) =>
  Number.isFinite(value) && Number(value) > 0 && Number(value) <= 1 ? undefined : 'a number above 0 and at most 1'

/**
 * The reports of a run that goes back when it diverges: to its last checkpoint, or to the weights that it began with. Without
 * `checkpoint` it keeps one in memory, after each epoch. Epochs that are made again are reported again.
 *
 * @param report told of each time, before the run goes on
 * @throws {TrainingDivergedError} when it diverges once more than it may
 */
export async function* trainRollingBack<
  trace extends Trace,
  own extends string,
  name extends string,
  batch extends Batch,
  played extends string,
>(
  functionName: string,
  model: Trainable<trace, own, batch, played>,
  data: Dataset<batch>,
  options: TrainOptions<trace, name, batch>,
  { times, factor = 0.5 }: RollBackOptions,
  report: (rollBack: RollBack) => void,
): AsyncGenerator<Epoch<name | played>, void, void> {
  const checkpoint = rememberingWrites(planOf(functionName, options.checkpoint ?? memory()))
  const initial = await encodeModelFile(model)
  let [inAll, sinceWrite, writes] = [1, 1, 0]
  for (let left = times; ; left--) {
    const resume = checkpoint.writes > 0 ? checkpoint.place : options.resume
    const again = { ...options, checkpoint, resume }
    try {
      yield* trainAs<trace, own, name, batch, played>(functionName, model, data, again, sinceWrite)
      return
    } catch (error) {
      if (!TrainingDivergedError.isInstance(error) || left === 0) throw error
      // What a checkpoint holds that was written since the last time is lowered already.
      sinceWrite = checkpoint.writes > writes ? factor : sinceWrite * factor
      writes = checkpoint.writes
      inAll *= factor
      if (writes === 0) assignWeights(model, decodeModelFile(initial))
      const { value, ...divergence } = error.divergence
      report({ ...divergence, value: String(value), checkpoint: error.divergence.checkpoint, factor: inAll })
    }
  }
}
