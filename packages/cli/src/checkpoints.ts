// The folder `checkpoints` of a run: its checkpoints, its settings while it is under way, and its best weights.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  type CheckpointPlan,
  checkpointEvery,
  file,
  newestCheckpoint,
  OptionError,
  type SavableModel,
  save,
  WeightsError,
  withAveragedWeights,
} from '@ae/core'
import { assignWeights, decodeModelFile } from '@ae/core/internal'
import { configIn } from './config.ts'
import { intervalOf } from './interval.ts'
import { bestEpochOf, reportsIn } from './reports.ts'

/** The files of one run. */
export interface RunFolder {
  /** The `--out` folder of the run. */
  readonly out: string
  /** Its checkpoints. */
  readonly checkpoints: string
  /** Those of layers that are trained before the whole. */
  readonly pretraining: string
  /** Its settings, as long as it is not complete. */
  readonly config: string
}

/** The files of the run in an `--out` folder. */
export function runFolder(out: string): RunFolder {
  const checkpoints = join(out, 'checkpoints')
  return { out, checkpoints, pretraining: join(checkpoints, 'pretraining'), config: configIn(checkpoints) }
}

/** The plans of `train` and `pretrain`. */
export function plansOf(
  { checkpoints, pretraining }: RunFolder,
  { every, keep }: { readonly every: string; readonly keep: number },
): { readonly train: CheckpointPlan; readonly pretrain: CheckpointPlan } {
  const options = { ...intervalOf('checkpoint-every', every), keep, onAbort: true }
  return { train: checkpointEvery(checkpoints, options), pretrain: checkpointEvery(pretraining, options) }
}

/** Whether there are checkpoints, of the whole or of its layers. */
export async function hasCheckpoints({ checkpoints, pretraining }: RunFolder): Promise<boolean> {
  return (await namesIn(checkpoints)).length + (await namesIn(pretraining)).length > 0
}

/**
 * Makes place for the checkpoints of a new run; those of a run that is complete go.
 *
 * @throws {OptionError} when there are some of a run that is not
 */
export async function beginCheckpoints(folder: RunFolder, config: string): Promise<void> {
  if (await hasCheckpoints(folder)) {
    if ((await readFile(folder.config).catch(() => undefined)) !== undefined) {
      throw new OptionError('`ae train` found checkpoints of a run that has not ended in the `--out` folder.', {
        facts: { Folder: folder.checkpoints },
        fix: 'go on from them with --resume, or pass another folder with --out, or remove them',
      })
    }
    await rm(folder.checkpoints, { recursive: true })
  }
  await mkdir(folder.pretraining, { recursive: true })
  await file(folder.config).write(new TextEncoder().encode(config))
}

/** The run is complete: what says that it goes on is removed. */
export async function endCheckpoints(folder: RunFolder): Promise<void> {
  await rm(folder.config, { force: true })
  if ((await namesIn(folder.pretraining)).length === 0) await rm(folder.pretraining, { recursive: true, force: true })
}

/** The best weights of a run with checkpoints, as files of their own, since a checkpoint holds those of the last step. */
export interface BestWeights {
  /** Saves the weights that the model has after an epoch, the best so far. */
  keep(model: SavableModel, epoch: number): Promise<void>
  /** The run goes on from a checkpoint, at which these weights were the best; undefined for none. */
  resumed(epoch: number | undefined): void
  /** A checkpoint was written: the run may go on from it, for which the best weights of now are needed. */
  checkpointed(): void
  /** Gives the model the weights that were best after an epoch. */
  restore(model: SavableModel, epoch: number): Promise<void>
}

/**
 * @param keep how many checkpoints the folder keeps; the best weights at each of them are kept too
 * @param isAveraged whether the run keeps averages of the weights, which are taken then
 */
export function bestWeights(
  { checkpoints }: RunFolder,
  { keep, isAveraged }: { readonly keep: number; readonly isAveraged: boolean },
): BestWeights {
  const path = (epoch: number) => join(checkpoints, bestName(epoch))
  const needed: (number | undefined)[] = [] // at each of the newest checkpoints
  let newest: number | undefined
  return {
    async keep(model, epoch) {
      const write = () => save(model, file(path(epoch)))
      await (isAveraged ? withAveragedWeights(model, write) : write())
      newest = epoch
      if (needed.length < keep) return // older checkpoints may need any of those that are there
      const names = [...needed, newest].map((one) => one !== undefined && bestName(one))
      for (const name of await readdir(checkpoints)) {
        if (/^best-epoch-\d+\.safetensors$/.test(name) && !names.includes(name)) {
          await rm(join(checkpoints, name), { force: true })
        }
      }
    },
    resumed(epoch) {
      newest = epoch
    },
    checkpointed() {
      needed.push(newest)
      if (needed.length > keep) needed.shift()
    },
    async restore(model, epoch) {
      const best = file(path(epoch))
      assignWeights(model, decodeModelFile(await best.read()), { caller: 'ae train', source: best.name })
    },
  }
}

function bestName(epoch: number): string {
  return `best-epoch-${epoch}.safetensors`
}

/**
 * Removes the newest checkpoint if the run was killed between it and the best weights of its epoch: the run then goes on from the one
 * before, and saves them when it comes there again.
 *
 * @param monitor the figure that is watched
 */
export async function removeUnmatched({ checkpoints }: RunFolder, monitor: string | undefined): Promise<void> {
  for (;;) {
    const store = await newestCheckpoint(checkpoints).catch((error) => {
      if (WeightsError.isInstance(error)) return undefined
      throw error
    })
    if (store === undefined) return
    const best = bestEpochOf(reportsIn(decodeModelFile(await store.read())), monitor)
    if (best === undefined || (await readdir(checkpoints)).includes(bestName(best))) return
    await rm(join(checkpoints, basename(store.name)))
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => /^\d{6,15}-step-\d{1,15}\.safetensors$/.test(name))
}
