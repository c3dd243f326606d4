// What `ae train` does: data, model, training, figures, pictures, files.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Autoencoder,
  type Dataset,
  type Epoch,
  evaluate,
  file,
  OptionError,
  save,
  selectBackend,
  type Trainable,
  train,
} from '@ae/core'
import { idxFolder, mnist } from '@ae/datasets'
import { backends } from './backends.ts'
import { canSample, type ModelChoice, modelChoices, pick } from './model-choices.ts'
import { writeReconstructions, writeSamples } from './pictures.ts'
import { type Reporter, reporterFor } from './reporter.ts'
import type { TrainSettings } from './train-command.ts'

/** @returns the exit code: 0, or 130 when Ctrl-C stopped it */
export async function runTraining(settings: TrainSettings): Promise<0 | 130> {
  const choice = modelChoices[settings.model] as ModelChoice
  const reporter = reporterFor(settings)
  await makeFolder(settings.out)
  const backend = backends[settings.backend]
  const { name, device } = await selectBackend(backend as NonNullable<typeof backend>)
  const { data, limit } = settings
  const images = (split: 'train' | 'test', options = {}) =>
    data === undefined ? mnist({ split, ...options }) : idxFolder({ from: data, split, ...options })
  const digits = await images('train', { limit })
  const test = await images('test')
  reporter.begin(settings, digits, `${name} (${device})`)

  const model = choice.create({ inputShape: digits.shape, seed: settings.seed })
  try {
    const { epochs, interrupted } = await trainUntilStopped(model, digits, settings, reporter)
    const figures = async (data: Dataset) =>
      pick(await evaluate(model, data, { seed: settings.seed, objective: choice.figures }), choice.figureNames)
    const result = {
      model: settings.model,
      epochs: epochs.length,
      seed: settings.seed,
      backend: name,
      seconds: epochs.reduce((sum, { seconds }) => sum + seconds, 0),
      imagesPerSecond: Math.max(0, ...epochs.map(({ imagesPerSecond }) => imagesPerSecond)),
      train: interrupted ? null : await figures(digits),
      test: interrupted ? null : await figures(test),
      files: await writeFiles(model, test, settings, epochs),
      ...(interrupted ? { interrupted } : {}),
    }
    reporter.end(result)
    return interrupted ? 130 : 0
  } finally {
    model.dispose()
  }
}

/** What the command prints with `--json`. */
export interface TrainingResult {
  readonly model: string
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

async function trainUntilStopped(
  model: Autoencoder & Trainable,
  digits: Dataset,
  settings: TrainSettings,
  reporter: Reporter,
) {
  const stop = new AbortController()
  const onInterrupt = () => stop.abort() // with `once`, a second Ctrl-C finds no handler and ends the process
  process.once('SIGINT', onInterrupt)
  const epochs: Epoch<string>[] = []
  try {
    const { epochs: count, batchSize, learningRate, seed } = settings
    const run = train(model, digits, {
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
  model: Autoencoder & Trainable,
  test: Dataset,
  settings: TrainSettings,
  epochs: readonly Epoch<string>[],
) {
  const { out, seed, ...rest } = settings
  const paths = {
    samples: join(out, 'samples.png'),
    reconstructions: join(out, 'reconstructions.png'),
    model: join(out, `${settings.model}.safetensors`),
    history: join(out, 'history.json'),
  }
  const written: string[] = []
  if (canSample(model)) {
    await writeSamples(model, paths.samples, seed)
    written.push(paths.samples)
  }
  await writeReconstructions(model, test, paths.reconstructions)
  await save(model, file(paths.model), { dataset: test.name.replace(/test$/, 'train') })
  const { model: name, epochs: _, batchSize, learningRate, limit, backend } = { ...rest }
  const history = { model: name, seed, batchSize, learningRate, limit, backend, epochs }
  await file(paths.history).write(new TextEncoder().encode(`${JSON.stringify(history, null, 2)}\n`))
  return [...written, paths.reconstructions, paths.model, paths.history]
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
