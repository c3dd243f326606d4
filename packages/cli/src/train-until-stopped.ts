// The training of one run: until its last epoch, until nothing improves any more, or until a signal or a full disk stops it.
import {
  type Best,
  type CheckpointPlan,
  type CheckpointReport,
  keepBest,
  logTo,
  type Progress,
  type Trainable,
  WeightsError,
} from '@ae/core'
import { Monitor, stepsPerEpoch } from '@ae/core/internal'
import type { IndexedDataset } from '@ae/datasets'
import { bestWeights, plansOf, type RunFolder, removeUnmatched } from './checkpoints.ts'
import { firstLine } from './first-line.ts'
import { objectiveOf } from './objective-flags.ts'
import { optimizerOf } from './optimizer-of.ts'
import type { Reporter } from './reporter.ts'
import { remembering } from './reports.ts'
import { loggersOf } from './run-logs.ts'
import { isStop, type StopRequests } from './stop-requests.ts'
import type { Report, Subject } from './subject.ts'
import type { TrainSettings } from './train-settings.ts'

/** What a run is made of. */
interface Parts {
  readonly settings: TrainSettings
  readonly folder: RunFolder
  /** Whether it goes on from checkpoints. */
  readonly isResumed: boolean
  readonly reporter: Reporter
  readonly stops: StopRequests
}

/** What became of a run. */
export interface Trained {
  /** Of all epochs, those before the checkpoint that it went on from too; of layers first. */
  readonly reports: readonly Report[]
  /** The time that its epochs took. */
  readonly seconds: number
  /** The best epoch, if the run was watched. */
  readonly best: Best | undefined
  /** Whether any step was made, now or before. */
  readonly hasTrained: boolean
  /** Whether it ended before its last step. */
  readonly isStopped: boolean
  /** Whether a checkpoint could not be written, which stopped it. */
  readonly hasFailed: boolean
  /** Why, and which logs ended before; they were told. */
  readonly warnings: readonly string[]
}

/** Trains the subject. */
export async function trainUntilStopped(
  subject: Subject,
  { data, validation }: { readonly data: IndexedDataset; readonly validation?: IndexedDataset | undefined },
  { settings, folder, isResumed, reporter, stops }: Parts,
): Promise<Trained> {
  const { epochs, batchSize, seed, monitor, earlyStop, checkpointEvery: every, keep } = settings
  const { model } = subject
  const watched = { ...(monitor === undefined ? {} : { monitor }) }
  const isWatched = earlyStop !== undefined || settings.keepBest
  const progressMonitor = new Monitor('ae train', watched)
  const ended = new AbortController() // a run that goes on after its patience ran out
  const plans = every === undefined ? undefined : plansOf(folder, { every, keep })
  const best =
    settings.keepBest && plans !== undefined
      ? bestWeights(folder, { keep, isAveraged: settings.ema !== undefined })
      : undefined
  if (isResumed && best !== undefined) await removeUnmatched(folder, monitor)

  const layers: Report[] = []
  const reports: Report[] = []
  let hasTrained = false
  let isStopped = false
  let hasFailed = false
  const warnings: string[] = []
  const warn = (text: string) => {
    warnings.push(text)
    reporter.warn(text)
  }
  const onCheckpoint = (report: CheckpointReport) => {
    reporter.checkpoint(report)
    if (report.event === 'written') best?.checkpointed()
    if (report.event !== 'resumed') return
    hasTrained = true
    if (!isWatched) return
    for (const one of reports) progressMonitor.take(one)
    best?.resumed(progressMonitor.best?.epoch)
    if (earlyStop !== undefined && progressMonitor.since >= earlyStop) ended.abort()
  }
  const onProgress = (progress: Progress) => {
    hasTrained = true
    reporter.progress(progress)
  }
  const signal = AbortSignal.any([stops.signal, ended.signal])
  const common = { epochs, batchSize, seed, signal, onProgress }
  const checkpointed = (plan: CheckpointPlan | undefined) => ({
    checkpoint: plan,
    resume: isResumed ? plan : undefined,
    onCheckpoint,
  })
  try {
    if (subject.pretrain !== undefined) {
      for await (const report of subject.pretrain(data, { ...common, ...checkpointed(plans?.pretrain) })) {
        layers.push(report)
        reporter.epoch(report)
      }
    }
    const batches = stepsPerEpoch(data.size, batchSize, (model as Partial<Trainable>).minimumBatch)
    const optimizer = remembering(optimizerOf(settings, { epochs, batches }), reports)
    const objective = objectiveOf(settings, data.size)
    const run = { ...common, optimizer, objective, validation, ...checkpointed(plans?.train) }
    const loggers = await loggersOf(settings.log ?? [], settings.out, warn)
    let stream = subject.train(data, run)
    if (settings.keepBest && best === undefined) stream = keepBest(stream, model, watched)
    if (loggers.length > 0) stream = logTo(stream, loggers)
    for await (const report of stream) {
      const isBest = isWatched && progressMonitor.take(report)
      if (isBest) await best?.keep(model, report.epoch)
      reporter.epoch(report)
      if (earlyStop !== undefined && progressMonitor.since >= earlyStop) break
    }
  } catch (error) {
    const isFull = WeightsError.isInstance(error) && hasTrained && plans !== undefined
    if (!isStop(error, signal) && !isFull) throw error
    isStopped = !(ended.signal.aborted && !stops.signal.aborted)
    if (isFull) {
      hasFailed = true
      const failure = `a checkpoint could not be written: ${firstLine(error)}`
      warn(failure)
    }
  } finally {
    reporter.pause()
  }
  const { best: found } = progressMonitor
  try {
    if (found !== undefined) await best?.restore(model, found.epoch)
  } catch (error) {
    if (!WeightsError.isInstance(error)) throw error
    warn(`the best weights could not be read, so the last are taken: ${firstLine(error)}`)
  }
  const all = [...layers, ...reports]
  return {
    reports: all,
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    best: found,
    hasTrained,
    isStopped,
    hasFailed,
    warnings,
  }
}
