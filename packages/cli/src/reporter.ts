// What a training run shows while it goes: a bar on a terminal, a line an epoch elsewhere; with --json one object.
import type { Dataset, Progress } from '@ae/core'
import { Presets, SingleBar } from 'cli-progress'
import type { TrainingResult } from './run-training.ts'
import type { Report } from './subject.ts'
import type { TrainSettings } from './train-command.ts'

/** Receives what happens, in this order. */
export interface Reporter {
  /** Data and backend are ready. */
  begin(settings: TrainSettings, data: Dataset, backend: string): void
  /** A batch is done. */
  readonly progress: (progress: Progress) => void
  /** An epoch is done. */
  epoch(report: Report): void
  /** Training is over, for whatever reason; gives the terminal back. */
  readonly pause: () => void
  /** Something other than the model could not be made or written. */
  warn(text: string): void
  /** Figures and files are there. */
  end(result: TrainingResult): void
}

/** A reporter for the settings and the terminal at hand. */
export function reporterFor({ json, epochs }: TrainSettings): Reporter {
  const stream = json ? process.stderr : process.stdout
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
    warn: (text) => process.stderr.write(`warning: ${text}\n`),
    end(result) {
      if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
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
  if (interrupted) yield 'Stopped early; what there is was written.'
  if (test) yield `test: ${showLoss(test)}`
  for (const path of files) yield `wrote ${path}`
}
