// One run of `ae train`: folder, backend, data, model, training; then the model is saved, and what follows loses nothing.
import { type Progress, selectBackend } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import { mixed } from '@ae/losses'
import { backends } from './backends.ts'
import { loadData } from './data.ts'
import { isTable } from './data-files.ts'
import { modelChoices } from './model-choices.ts'
import { assertSpace, prepareFolder } from './output-folder.ts'
import { type Reporter, reporterFor } from './reporter.ts'
import { isStop, listenForStops, type StopCode, type StopRequests } from './stop-requests.ts'
import type { ModelChoice, Report, Subject } from './subject.ts'
import type { TrainSettings } from './train-settings.ts'
import type { Io } from './verb.ts'
import { filesOf, writeResults } from './write-results.ts'

/**
 * @param io where progress and result are written
 * @returns the exit code: 0; 1 when the model had to be saved elsewhere; that of the signal that stopped it
 */
export async function runTraining(settings: TrainSettings, io: Io): Promise<0 | 1 | StopCode> {
  const { model, network, seed, out } = settings
  const reporter = reporterFor(settings, io)
  const choice = choiceOf(model)
  const drawn = (await isTable(settings.data)) ? choice.tables : choice.pictures
  await prepareFolder(out, [...Object.values(filesOf(settings)), ...drawn])
  const backend = backends[settings.backend]
  const active = await selectBackend(backend as NonNullable<typeof backend>)
  const { train: data, test, table } = await loadData(settings, settings.limit)

  const stops = listenForStops(reporter.pause)
  try {
    const warnings = limitWarnings(settings, data)
    for (const text of warnings) reporter.warn(text)
    reporter.begin(settings, data, `${active.name} (${active.device})`)
    const classes = 1 + Math.max(0, ...new Set<number>([...(data.labels ?? []), ...(test.labels ?? [])]))
    const setting = {
      inputShape: data.shape,
      network,
      seed,
      exampleCount: data.size,
      classes,
      likelihood: table && mixed(table.transform.likelihood),
    }
    const subject = choice.make(setting)
    try {
      await assertSpace(out, subject.model)
      const { epochs, hasTrained, isStopped } = await trainUntilStopped(subject, data, { settings, reporter, stops })
      if (stops.code !== undefined && !hasTrained) {
        reporter.warn('stopped before the first step: nothing was written')
        return stops.code
      }
      const run = { settings, drawn, subject, data, test, table, epochs, isStopped, warnings, reporter, stops }
      const { isInPlace, ...results } = await writeResults(run)
      const whole = epochs.filter(({ layer }) => layer === undefined)
      const examplesPerSecond = Math.max(0, ...whole.map((epoch) => epoch.examplesPerSecond))
      reporter.end({
        model,
        network,
        dataset: settings.data ?? settings.dataset,
        epochs: whole.length,
        seed,
        backend: active.name,
        seconds: epochs.reduce((sum, { seconds }) => sum + seconds, 0),
        examplesPerSecond,
        imagesPerSecond: examplesPerSecond,
        ...results,
        ...(stops.code === undefined ? {} : { interrupted: true }),
      })
      return isInPlace ? (stops.code ?? 0) : 1
    } finally {
      subject.model.dispose()
    }
  } finally {
    stops.close()
  }
}

function limitWarnings({ limit = 0 }: TrainSettings, { name, size }: IndexedDataset): readonly string[] {
  return limit > size ? [`--limit ${limit} is more than the ${size} examples of ${name}: all are used`] : []
}

function choiceOf(model: string): ModelChoice {
  const choice = modelChoices[model]
  if (choice === undefined) throw new Error(`${model} was let through`)
  return choice
}

async function trainUntilStopped(
  subject: Subject,
  data: IndexedDataset,
  { settings, reporter, stops }: { settings: TrainSettings; reporter: Reporter; stops: StopRequests },
): Promise<{ readonly epochs: readonly Report[]; readonly hasTrained: boolean; readonly isStopped: boolean }> {
  const { epochs: count, batchSize, learningRate, seed } = settings
  const { signal } = stops
  let hasTrained = false
  let isStopped = false
  const onProgress = (progress: Progress) => {
    hasTrained = true
    reporter.progress(progress)
  }
  const options = { epochs: count, batchSize, learningRate, seed, signal, onProgress }
  const epochs: Report[] = []
  try {
    for await (const epoch of subject.train(data, options)) {
      epochs.push(epoch)
      reporter.epoch(epoch)
    }
  } catch (error) {
    if (!isStop(error, signal)) throw error
    isStopped = true
  } finally {
    reporter.pause()
  }
  return { epochs, hasTrained, isStopped }
}
