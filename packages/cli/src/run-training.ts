// One run of `ae train`: folder, backend, data, model, training; then the model is saved, and what follows loses nothing.
import { type Backend, selectBackend } from '@ae/core'
import { type IndexedDataset, split } from '@ae/datasets'
import { mixed } from '@ae/losses'
import { version } from '../package.json'
import { backends } from './backends.ts'
import { beginCheckpoints, endCheckpoints, type RunFolder } from './checkpoints.ts'
import { configText } from './config.ts'
import { loadData, placeOf } from './data.ts'
import { drawnFor } from './drawn.ts'
import { lookOf } from './look-of.ts'
import { modelChoices } from './model-choices.ts'
import { assertSpace, prepareFolder } from './output-folder.ts'
import { reporterFor } from './reporter.ts'
import { lockFolder } from './run-lock.ts'
import { logPlaces } from './run-logs.ts'
import { listenForStops, type StopCode } from './stop-requests.ts'
import type { ModelChoice } from './subject.ts'
import type { TableParts } from './tables.ts'
import { optionsOfModel, type Plan, type TrainSettings } from './train-settings.ts'
import { trainUntilStopped } from './train-until-stopped.ts'
import { validationShare } from './validation-share.ts'
import type { Flag, Io } from './verb.ts'
import { filesOf, writeResults } from './write-results.ts'

/**
 * @param plan the settings, and whether the run goes on from checkpoints
 * @param io where progress and result are written
 * @param flags of the verb, for the file of the run
 * @returns the exit code: 0; 1 when something was lost or the model had to be saved elsewhere; that of the signal that stopped it
 */
export async function runTraining(plan: Plan, io: Io, flags: readonly Flag[]): Promise<0 | 1 | StopCode> {
  const { settings, folder } = plan
  const choice = choiceOf(settings.model)
  placeOf(settings) // tells of several
  await prepareFolder(settings.out, [
    ...Object.values(filesOf(settings)),
    ...choice.pictures,
    ...logPlaces(settings.log ?? []),
  ])
  const unlock = await lockFolder(settings.out)
  try {
    const config = (path: string) => configText(path, settings, flags, versions())
    if (settings.checkpointEvery !== undefined && !plan.isResumed) await beginCheckpoints(folder, config(folder.config))
    return await runLocked(plan, io, choice, config)
  } finally {
    await unlock()
  }
}

async function runLocked(
  { settings, folder, isResumed }: Plan,
  io: Io,
  choice: ModelChoice,
  config: (path: string) => string,
): Promise<0 | 1 | StopCode> {
  const { model, network, seed, out } = settings
  const reporter = reporterFor(settings, io)
  const active = await selectBackend(backends[settings.backend] as Backend)
  const { train: all, test, table } = await loadData(settings, settings.limit)
  const { data, validation } = partsOf(all, settings)
  const stops = listenForStops(reporter.pause)
  try {
    const warnings = [...limitWarnings(settings, all), ...shapeWarnings(data, table)]
    for (const text of warnings) reporter.warn(text)
    reporter.begin(settings, data, `${active.name} (${active.device})`)
    const classes = 1 + Math.max(0, ...new Set<number>([...(all.labels ?? []), ...(test.labels ?? [])]))
    const likelihood = table && mixed(table.transform.likelihood).config
    const options = optionsOfModel(settings)
    const setting = { inputShape: data.shape, network, seed, exampleCount: data.size, classes, likelihood, options }
    const subject = await choice.make(setting)
    try {
      await assertSpace(out, subject.model)
      const parts = { settings, folder, isResumed, reporter, stops }
      const { reports, seconds, ...trained } = await trainUntilStopped(subject, { data, validation }, parts)
      warnings.push(...trained.warnings)
      if (stops.code !== undefined && !trained.hasTrained) {
        reporter.warn('stopped before the first step: nothing was written')
        return stops.code
      }
      const drawn = drawnFor(choice, { data, table })
      const run = { settings, drawn, subject, data, test, table, epochs: reports, warnings, reporter, stops, config }
      const { isInPlace, ...results } = await writeResults({ ...run, isStopped: trained.isStopped })
      if (!trained.isStopped && isInPlace) await finish(settings, folder)
      const whole = reports.filter(({ layer }) => layer === undefined)
      const examplesPerSecond = Math.max(0, ...whole.map((epoch) => epoch.examplesPerSecond))
      const { place = settings.dataset } = placeOf(settings)
      reporter.end({
        model,
        network,
        dataset: place,
        epochs: whole.length,
        seed,
        backend: active.name,
        seconds,
        examplesPerSecond,
        imagesPerSecond: examplesPerSecond,
        ...(trained.best === undefined ? {} : { best: trained.best }),
        ...results,
        ...(stops.code === undefined ? {} : { interrupted: true }),
      })
      return isInPlace && !trained.hasFailed ? (stops.code ?? 0) : 1
    } finally {
      subject.model.dispose()
    }
  } finally {
    stops.close()
  }
}

/** Without a share for validation the data as they are. */
function partsOf(
  all: IndexedDataset,
  { validation }: TrainSettings,
): { readonly data: IndexedDataset; readonly validation?: IndexedDataset } {
  const share = validationShare(validation, all)
  if (share === undefined) return { data: all }
  const [data, rest] = split(all, { fractions: [1 - share, share] })
  return { data, validation: rest }
}

async function finish({ checkpointEvery }: TrainSettings, folder: RunFolder): Promise<void> {
  if (checkpointEvery !== undefined) await endCheckpoints(folder)
}

function limitWarnings({ limit = 0 }: TrainSettings, { name, size }: IndexedDataset): string[] {
  return limit > size ? [`--limit ${limit} is more than the ${size} examples of ${name}: all are used`] : []
}

function shapeWarnings({ shape }: IndexedDataset, table: TableParts | undefined): string[] {
  if (table !== undefined || lookOf(shape) !== 'none') return []
  return [
    `examples of the shape [${shape.join(', ')}] are neither pictures nor signals: plots of the run are drawn alone`,
  ]
}

function choiceOf(model: string): ModelChoice {
  const choice = modelChoices[model]
  if (choice === undefined) throw new Error(`${model} was let through`)
  return choice
}

/** Of what computes. */
function versions() {
  return { ae: version, node: process.versions.node, platform: `${process.platform} ${process.arch}` }
}
