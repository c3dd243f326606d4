// Writes the results of a training into the `--out` folder: the model first, then what can be recomputed from it.
import { existsSync } from 'node:fs'
import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { file, type SavableModel, save, WeightsError } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import { configIn } from './config.ts'
import { firstLine } from './first-line.ts'
import type { Reporter } from './reporter.ts'
import { isStop, type StopRequests } from './stop-requests.ts'
import type { PictureSource, Report, Subject } from './subject.ts'
import type { TableParts } from './tables.ts'
import type { TrainSettings } from './train-settings.ts'

/** The names of the files that `ae train` writes besides the pictures: the model, the losses and the settings. */
export function filesOf({ model }: Pick<TrainSettings, 'model'>) {
  return { model: `${model}.safetensors`, history: 'history.json', config: basename(configIn('')) }
}

/** A run whose training is over. */
export interface TrainedRun {
  readonly settings: TrainSettings
  /** The names of the pictures, or of the files of a table. */
  readonly drawn: readonly string[]
  readonly subject: Subject
  readonly data: IndexedDataset
  readonly test: IndexedDataset
  readonly table?: TableParts | undefined
  readonly epochs: readonly Report[]
  /** Whether something ended the training before its last step. */
  readonly isStopped: boolean
  /** Warnings so far. */
  readonly warnings: readonly string[]
  readonly reporter: Reporter
  readonly stops: StopRequests
  /** The content of the file of the run, for its path. */
  readonly config: (path: string) => string
}

/** Saves the model; then writes history, figures and pictures, each of which may fail with a warning. */
export async function writeResults(run: TrainedRun) {
  const { settings, drawn, subject, data, test, table, epochs, reporter } = run
  const { signal } = run.stops
  const { out, seed } = settings
  const files: string[] = []
  const warnings = [...run.warnings]
  const warn = (text: string) => {
    warnings.push(text)
    reporter.warn(text)
  }
  const attempt = async <result>(what: string, action: () => Promise<result>): Promise<result | null> => {
    try {
      return await action()
    } catch (error) {
      if (!isStop(error, signal)) warn(`${what}: ${firstLine(error)}`)
      return null
    }
  }
  const attemptFile = (name: string, write: (path: string) => Promise<void>) => {
    const path = join(out, name)
    return attempt(`${path} was not written`, async () => {
      await write(path)
      files.push(path)
    })
  }

  const names = filesOf(settings)
  const place = join(out, names.model)
  const hasFormer = run.isStopped && existsSync(place)
  const saved = await saveModel(subject.model, hasFormer ? interrupted(place) : place, data.name)
  files.push(saved.path)
  if (saved.failure) warn(`the model was saved as ${saved.path}: ${firstLine(saved.failure)}`)
  if (hasFormer) {
    warn(`stopped early: the former ${place} and its files were kept`)
    return { train: null, test: null, files, warnings, isInPlace: saved.failure === undefined }
  }
  await attemptFile(names.history, (path) => writeHistory(path, settings, epochs))
  await attemptFile(names.config, (path) => file(path).write(new TextEncoder().encode(run.config(path))))
  const figuresOf = (data: IndexedDataset) =>
    attempt(`the figures of ${data.name} could not be computed`, () => subject.figures(data, { seed, signal }))
  const train = await figuresOf(data)
  const figures = await figuresOf(test)
  const whole = epochs.filter(({ layer }) => layer === undefined)
  for (const name of drawn) {
    await attemptFile(name, (path) => writePicture(path, subject, { data, test, table, seed, epochs: whole }))
  }
  const results = { train, test: figures, files, ...(warnings.length > 0 ? { warnings } : {}) }
  return { ...results, isInPlace: saved.failure === undefined }
}

/** The path of a model whose training was stopped, next to a former one. */
function interrupted(place: string): string {
  return place.replace(/\.safetensors$/, '.interrupted.safetensors')
}

/**
 * Saves the model; into a new temporary folder if it cannot be written at `path`.
 *
 * @param path where it should be
 * @param dataset the data it was trained on
 * @returns where it was saved; `failure` says why not at `path`
 * @throws {WeightsError} when it cannot be written there either: the failure at `path`
 */
async function saveModel(
  model: SavableModel,
  path: string,
  dataset: string,
): Promise<{ readonly path: string; readonly failure?: WeightsError }> {
  try {
    await save(model, file(path), { dataset })
    return { path }
  } catch (failure) {
    if (!WeightsError.isInstance(failure)) throw failure
    const folder = await mkdtemp(join(tmpdir(), 'ae-train-')).catch(() => {
      throw failure
    })
    const refuge = join(folder, basename(path))
    try {
      await save(model, file(refuge), { dataset })
    } catch {
      await rmdir(folder).catch(() => {})
      throw failure
    }
    return { path: refuge, failure }
  }
}

/** Writes the settings and the loss after each epoch. */
async function writeHistory(path: string, settings: TrainSettings, epochs: readonly Report[]): Promise<void> {
  const { model, network, dataset, seed, batchSize, learningRate, limit, backend } = settings
  const content = { model, network, dataset, seed, batchSize, learningRate, limit, backend, epochs }
  await file(path).write(new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`))
}

/** Draws a picture and writes it under its name. */
async function writePicture(path: string, subject: Subject, source: PictureSource): Promise<void> {
  await file(path).write(await subject.draw(basename(path), source))
}
