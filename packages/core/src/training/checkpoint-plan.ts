// When a run writes checkpoints, where, and how many it keeps: plain data, the value of `checkpoint` of `train`.
import { assertOptions, flagOption, positiveInteger, positiveNumber } from '../checks/options.ts'
import { OptionError } from '../errors.ts'
import { type Folder, folderAt } from '../stores/folder.ts'
import type { Store } from '../stores/store.ts'
import { type CheckpointPlan, placeOf } from './checkpoint-options.ts'

/** When checkpoints are written, by one of `steps`, `seconds` and `epochs`, and how many are kept. */
export interface CheckpointOptions {
  /** After every so many optimiser steps of the run, a positive integer. */
  readonly steps?: number | undefined
  /** After the first step that ends so many seconds or more after the last write, or after the run's beginning; above 0. */
  readonly seconds?: number | undefined
  /** After every so many epochs, a positive integer. */
  readonly epochs?: number | undefined
  /**
   * Whether a run that its `signal` aborts writes one too before it ends, so that it goes on from the step at which it was aborted.
   * After an abort within a validation, the run that goes on begins with that validation. Defaults to false.
   */
  readonly onAbort?: boolean | undefined
  /**
   * How many of the newest checkpoints a folder keeps, a positive integer; older ones are removed after each write. A store holds
   * one file. Defaults to 2.
   */
  readonly keep?: number | undefined
}

/** What became of a checkpoint. */
export type CheckpointReport =
  | {
      /** A checkpoint was written and is safe from now on, or the run goes on from one. */
      readonly event: 'written' | 'resumed'
      /** The name of its store, e.g. `runs/vae/000003-step-1500.safetensors`. */
      readonly name: string
      /** Optimiser steps made before it. */
      readonly step: number
      /** Epochs done before it. */
      readonly epoch: number
      /** Batches of the next epoch done before it. */
      readonly batch: number
    }
  | {
      /** A file that is damaged, or no checkpoint: the run looks for an older one. */
      readonly event: 'passed over'
      /** The name of its store. */
      readonly name: string
      /** Why, in one sentence. */
      readonly reason: string
    }

/**
 * A plan of checkpoints for `train` and `fit`, as their option `checkpoint`: every so many steps, seconds or epochs, and after
 * the last step.
 *
 * In a folder each checkpoint is a file of its own, e.g. `000003-step-1500.safetensors`: a number that counts up from file to file,
 * and the steps made. The `keep` newest stay. A file of the folder that has no such name is never touched.
 *
 * @param place a folder: in Node its path or `folder(path)`, in a page `opfsFolder` or `indexedDbFolder` of `@ae/web`. Or a store,
 *   which holds the newest checkpoint alone
 * @param options see {@link CheckpointOptions}
 * @returns the plan; as `resume` it goes on from the newest checkpoint of its folder, or begins anew where there is none
 * @throws {OptionError} on a place that is neither, an unknown or bad option, or not one of `steps`, `seconds` and `epochs`
 * @example
 * ```ts
 * const checkpoint = checkpointEvery('runs/vae', { steps: 500, keep: 3 })
 * await fit(model, digits, { epochs: 20, checkpoint, resume: checkpoint }) // run it again after a crash: it goes on
 * ```
 */
export function checkpointEvery(place: Store | Folder | string, options: CheckpointOptions): CheckpointPlan {
  const cadence = { steps: positiveInteger, seconds: positiveNumber, epochs: positiveInteger }
  assertOptions('checkpointEvery', options, { ...cadence, onAbort: flagOption, keep: positiveInteger })
  const { keep = 2, onAbort, ...cadences } = options
  const given = Object.entries(cadences).filter(([, value]) => value !== undefined)
  if (given.length !== 1) {
    throw new OptionError('`checkpointEvery` needs one of `steps`, `seconds` and `epochs`.', {
      facts: { Received: given.length === 0 ? 'none of them' : given.map(([name]) => name).join(' and ') },
      fix: 'pass one, e.g. { steps: 500 }',
    })
  }
  const checked = placeOf('checkpointEvery', 'place', place)
  return {
    place: typeof place === 'string' ? folderAt(place) : checked,
    ...Object.fromEntries(given),
    ...(onAbort && { onAbort }),
    keep,
  }
}
