// Shows the progress of training: a bar on a terminal, one line per epoch elsewhere; with --json lines of JSON on stdout.
import type { Best, CheckpointReport, Dataset, Progress } from '@ae/core'
import { stepsPerEpoch } from '@ae/core/internal'
import { Presets, SingleBar } from 'cli-progress'
import type { Report } from './subject.ts'
import type { TrainSettings } from './train-settings.ts'
import type { Io, Output } from './verb.ts'

/** Receives the events of a run, in this order. */
export interface Reporter {
  /** Data and backend are ready. */
  begin(settings: TrainSettings, data: Dataset, backend: string): void
  /** A batch is done. */
  readonly progress: (progress: Progress) => void
  /** A checkpoint is written, gone on from or passed over. */
  checkpoint(report: CheckpointReport): void
  /** An epoch is done. */
  epoch(report: Report): void
  /** Training is over, for whatever reason; restores the terminal. */
  readonly pause: () => void
  /** A file other than the model could not be made or written. */
  warn(text: string): void
  /** Figures and files are complete. */
  end(result: TrainingResult): void
}

/** What the command prints with `--json`, last. */
interface TrainingResult {
  readonly model: string
  readonly network: string
  readonly dataset: string
  readonly epochs: number
  readonly seed: number
  readonly backend: string
  readonly seconds: number
  readonly examplesPerSecond: number
  /** The former name of `examplesPerSecond`, with the same value. */
  readonly imagesPerSecond: number
  /** The epoch whose figure was the best, if `--early-stop` or `--keep-best` watched one. */
  readonly best?: Best | undefined
  readonly train: Readonly<Record<string, number>> | null
  readonly test: Readonly<Record<string, number>> | null
  readonly files: readonly string[]
  readonly warnings?: readonly string[]
  readonly interrupted?: boolean
}

/** After fewer, a model gives the mean of the data, and little else: its pictures are grey. */
const fewSteps = 100

function tooFew(steps: number, epochs: number): string {
  return `That is ${steps} ${steps === 1 ? 'step' : 'steps'}; in so few a model learns little. --epochs ${epochs} makes enough, or a smaller --batch-size.`
}

/** A reporter for the settings and the terminal at hand. */
export function reporterFor(
  { json, jsonResult, progressEvery, epochs }: TrainSettings,
  { stdout, stderr, env }: Io,
): Reporter {
  const hasJson = json || jsonResult
  const stream = hasJson ? stderr : stdout
  const write = (line: string) => stream.write(`${line}\n`)
  const event = (name: string, values: object) => {
    if (json && !jsonResult) stdout.write(`${JSON.stringify({ event: name, ...values })}\n`)
  }
  const bar = barOn(stream, env)
  return {
    begin({ model, network, batchSize, seed }, data, backend) {
      write(
        `Training ${model} (${network}) on ${data.size} examples of ${data.name}: ${epochs} epochs, batch ${batchSize}, ${backend}`,
      )
      const steps = stepsPerEpoch(data.size, batchSize)
      if (epochs * steps < fewSteps) write(tooFew(epochs * steps, Math.ceil((10 * fewSteps) / steps)))
      event('begin', { model, network, dataset: data.name, examples: data.size, epochs, batchSize, seed, backend })
    },
    progress({ epoch, batches, step, examplesPerSecond, loss }) {
      if (progressEvery !== undefined && step % progressEvery === 0) {
        event('progress', { epoch, epochs, step, examplesPerSecond, loss })
      }
      if (bar === undefined) return
      const payload = { epoch, epochs, rate: Math.round(examplesPerSecond), loss: loss ? showLoss(loss) : '' }
      if (!bar.isActive) bar.start(epochs * batches, 0, payload)
      bar.update(step, payload)
    },
    checkpoint({ event: what, ...report }) {
      event('checkpoint', { what, ...report })
      if (what === 'resumed' && 'step' in report) write(`Going on from ${report.name}, after step ${report.step}`)
      if (what === 'passed over')
        stderr.write(`warning: ${report.name} was passed over: ${'reason' in report && report.reason}\n`)
    },
    epoch(report) {
      const { layer, epoch, loss, validation, seconds, examplesPerSecond } = report
      const { step, learningRate } = report
      event('epoch', { layer, epoch, epochs, step, loss, validation, learningRate, seconds, examplesPerSecond })
      if (bar !== undefined && layer === undefined) return
      const rate = `${Math.round(examplesPerSecond)} examples/s`
      const which = layer === undefined ? `epoch ${epoch}/${epochs}` : `layer ${layer}, epoch ${epoch}`
      const figures =
        validation === undefined ? showLoss(loss) : `${showLoss(loss)}  validation: ${showLoss(validation)}`
      write(`${which}  ${figures}  ${seconds.toFixed(1)} s  ${rate}`)
    },
    pause: () => bar?.stop(),
    warn: (text) => stderr.write(`warning: ${text}\n`),
    end(result) {
      if (hasJson) stdout.write(`${JSON.stringify(result)}\n`)
      else for (const line of summary(result)) write(line)
    },
  }
}

/** A bar as wide as the terminal allows; none where the cursor cannot be moved. */
function barOn(stream: Output, env: Io['env']): SingleBar | undefined {
  if (!stream.isTTY || env.TERM === 'dumb') return undefined
  const columns = stream.columns || 80 // a terminal that does not know says 0
  const isNarrow = columns < 80
  const isUtf8 = /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '')
  return new SingleBar(
    {
      stream,
      format: isNarrow ? shortFormat : barFormat,
      barsize: Math.max(4, Math.min(24, columns - 40)),
      hideCursor: true,
      etaBuffer: 200,
    },
    isUtf8 ? Presets.shades_classic : Presets.legacy,
  )
}

const barFormat = 'epoch {epoch}/{epochs} {bar} {percentage}% | {rate} examples/s | {eta_formatted} left | {loss}'

const shortFormat = '{epoch}/{epochs} {bar} {percentage}% {eta_formatted} left'

function showLoss(loss: Readonly<Record<string, number>>): string {
  return Object.entries(loss)
    .map(([name, value]) => `${name} ${value < 1 ? value.toFixed(5) : value.toFixed(2)}`)
    .join('  ')
}

function* summary({ test, files, interrupted, best }: TrainingResult): Generator<string> {
  if (interrupted) yield 'Stopped early; the model so far was saved.'
  if (best) yield `best epoch: ${best.epoch}, ${best.monitor} ${best.value.toFixed(best.value < 1 ? 5 : 2)}`
  if (test) yield `test: ${showLoss(test)}`
  for (const path of files) yield `wrote ${path}`
}
