// What `ae train` does: data, model, training, figures, pictures, files.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { file, OptionError, save, selectBackend } from '@ae/core'
import type { LabelledDataset } from '@ae/datasets'
import { backends } from './backends.ts'
import { loadImages } from './data.ts'
import { type ModelSetting, modelChoices } from './model-choices.ts'
import { type Reporter, reporterFor } from './reporter.ts'
import type { PictureSource, Report, Subject } from './subject.ts'
import type { TrainSettings } from './train-command.ts'

/** @returns the exit code: 0, or 130 when Ctrl-C stopped it */
export async function runTraining(settings: TrainSettings): Promise<0 | 130> {
  const reporter = reporterFor(settings)
  await makeFolder(settings.out)
  const backend = backends[settings.backend]
  const { name, device } = await selectBackend(backend as NonNullable<typeof backend>)
  const digits = await loadImages(settings, { split: 'train', limit: settings.limit })
  const test = await loadImages(settings, { split: 'test' })
  reporter.begin(settings, digits, `${name} (${device})`)

  const { model, network, seed } = settings
  const subject = makeSubject(model, {
    inputShape: digits.shape,
    network,
    seed,
    exampleCount: digits.size,
    classes: 1 + Math.max(...new Set<number>([...digits.labels, ...test.labels])),
  })
  try {
    const { epochs, interrupted } = await trainUntilStopped(subject, digits, settings, reporter)
    const result = {
      model,
      network,
      dataset: settings.data ?? settings.dataset,
      epochs: epochs.filter(({ layer }) => layer === undefined).length,
      seed,
      backend: name,
      seconds: epochs.reduce((sum, { seconds }) => sum + seconds, 0),
      imagesPerSecond: Math.max(0, ...epochs.map(({ imagesPerSecond }) => imagesPerSecond)),
      train: interrupted ? null : await subject.figures(digits, seed),
      test: interrupted ? null : await subject.figures(test, seed),
      files: await writeFiles(subject, { digits, test, seed }, settings, epochs),
      ...(interrupted ? { interrupted } : {}),
    }
    reporter.end(result)
    return interrupted ? 130 : 0
  } finally {
    subject.model.dispose()
  }
}

/** What the command prints with `--json`. */
export interface TrainingResult {
  readonly model: string
  readonly network: string
  readonly dataset: string
  readonly epochs: number
  readonly seed: number
  readonly backend: string
  readonly seconds: number
  readonly imagesPerSecond: number
  readonly train: Readonly<Record<string, number>> | null
  readonly test: Readonly<Record<string, number>> | null
  readonly files: readonly string[]
  readonly interrupted?: boolean
}

function makeSubject(model: string, setting: ModelSetting): Subject {
  const choice = modelChoices[model]
  if (choice === undefined) throw new Error(`${model} was let through`)
  return choice(setting)
}

async function trainUntilStopped(
  subject: Subject,
  digits: LabelledDataset,
  settings: TrainSettings,
  reporter: Reporter,
) {
  const stop = new AbortController()
  const onInterrupt = () => stop.abort() // with `once`, a second Ctrl-C finds no handler and ends the process
  process.once('SIGINT', onInterrupt)
  const epochs: Report[] = []
  try {
    const { epochs: count, batchSize, learningRate, seed } = settings
    const run = subject.train(digits, {
      epochs: count,
      batchSize,
      learningRate,
      seed,
      signal: stop.signal,
      onProgress: reporter.progress,
    })
    for await (const epoch of run) {
      epochs.push(epoch)
      reporter.epoch(epoch)
    }
    return { epochs, interrupted: false }
  } catch (error) {
    if (!stop.signal.aborted || error !== stop.signal.reason) throw error
    return { epochs, interrupted: true }
  } finally {
    reporter.pause()
    process.off('SIGINT', onInterrupt)
  }
}

async function writeFiles(
  { model, pictures }: Subject,
  source: PictureSource,
  { out, ...settings }: TrainSettings,
  epochs: readonly Report[],
): Promise<string[]> {
  const written: string[] = []
  for (const [name, draw] of Object.entries(pictures)) {
    const path = join(out, name)
    await file(path).write(await draw(source))
    written.push(path)
  }
  const weights = join(out, `${settings.model}.safetensors`)
  await save(model, file(weights), { dataset: source.digits.name })
  const history = join(out, 'history.json')
  const { model: name, network, dataset, seed, batchSize, learningRate, limit, backend } = settings
  const content = { model: name, network, dataset, seed, batchSize, learningRate, limit, backend, epochs }
  await file(history).write(new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`))
  return [...written, weights, history]
}

async function makeFolder(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true })
  } catch (cause) {
    throw new OptionError('`ae train` cannot write into the `--out` folder.', {
      facts: { Expected: 'a folder that can be made or written', Received: out },
      fix: 'pass another folder with --out',
      cause,
    })
  }
}
