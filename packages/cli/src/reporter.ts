// Shows the progress of training: a bar on a terminal, one line per epoch elsewhere; with --json one object at the end.
import type { Dataset, Progress } from '@ae/core'
import { Presets, SingleBar } from 'cli-progress'
import type { Report } from './subject.ts'
import type { TrainSettings } from './train-settings.ts'
import type { Io } from './verb.ts'

/** Receives the events of a run, in this order. */
export interface Reporter {
  /** Data and backend are ready. */
  begin(settings: TrainSettings, data: Dataset, backend: string): void
  /** A batch is done. */
  readonly progress: (progress: Progress) => void
  /** An epoch is done. */
  epoch(report: Report): void
  /** Training is over, for whatever reason; restores the terminal. */
  readonly pause: () => void
  /** A file other than the model could not be made or written. */
  warn(text: string): void
  /** Figures and files are complete. */
  end(result: TrainingResult): void
}

/** What the command prints with `--json`. */
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
  readonly train: Readonly<Record<string, number>> | null
  readonly test: Readonly<Record<string, number>> | null
  readonly files: readonly string[]
  readonly warnings?: readonly string[]
  readonly interrupted?: boolean
}

/** A reporter for the settings and the terminal at hand. */
export function reporterFor({ json, epochs }: TrainSettings, { stdout, stderr }: Io): Reporter {
  const stream = json ? stderr : stdout
  const write = (line: string) => stream.write(`${line}\n`)
  const bar = stream.isTTY
    ? new SingleBar(
        { stream, format: barFormat, barsize: 24, hideCursor: true, etaBuffer: 200 },
        Presets.shades_classic,
      )
    : undefined
  return {
    begin({ model, network, batchSize }, data, backend) {
      write(
        `Training ${model} (${network}) on ${data.size} examples of ${data.name}: ${epochs} epochs, batch ${batchSize}, ${backend}`,
      )
    },
    progress({ epoch, batches, step, examplesPerSecond, loss }) {
      if (bar === undefined) return
      const payload = { epoch, epochs, rate: Math.round(examplesPerSecond), loss: loss ? showLoss(loss) : '' }
      if (step === 1) bar.start(epochs * batches, 0, payload)
      bar.update(step, payload)
    },
    epoch({ layer, epoch, loss, seconds, examplesPerSecond }) {
      if (bar !== undefined && layer === undefined) return
      const rate = `${Math.round(examplesPerSecond)} examples/s`
      const which = layer === undefined ? `epoch ${epoch}/${epochs}` : `layer ${layer}, epoch ${epoch}`
      write(`${which}  ${showLoss(loss)}  ${seconds.toFixed(1)} s  ${rate}`)
    },
    pause: () => bar?.stop(),
    warn: (text) => stderr.write(`warning: ${text}\n`),
    end(result) {
      if (json) stdout.write(`${JSON.stringify(result)}\n`)
      else for (const line of summary(result)) write(line)
    },
  }
}

const barFormat = 'epoch {epoch}/{epochs} {bar} {percentage}% | {rate} examples/s | {eta_formatted} left | {loss}'

function showLoss(loss: Readonly<Record<string, number>>): string {
  return Object.entries(loss)
    .map(([name, value]) => `${name} ${value < 1 ? value.toFixed(5) : value.toFixed(2)}`)
    .join('  ')
}

function* summary({ test, files, interrupted }: TrainingResult): Generator<string> {
  if (interrupted) yield 'Stopped early; the model so far was saved.'
  if (test) yield `test: ${showLoss(test)}`
  for (const path of files) yield `wrote ${path}`
}
