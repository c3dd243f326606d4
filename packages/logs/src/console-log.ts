// A log for people: one line per record.
import type { Logger } from '@ae/core'
import { assertOptions, functionOption } from '@ae/core/internal'
import { assertRecord } from './record.ts'

/** Options of {@link consoleLog}. */
export interface ConsoleLogOptions {
  /** Receives each line, without its end. Defaults to `console.log`. */
  readonly print?: ((line: string) => void) | undefined
}

/**
 * Prints one line per record, with four digits of each figure: `epoch 1  step 469  train/total 163.1  train/kl 17.22`.
 *
 * @param options see {@link ConsoleLogOptions}
 * @throws {OptionError} on a bad option
 * @example
 * ```ts
 * await fit(model, digits, { epochs: 10, log: consoleLog() })
 * ```
 */
export function consoleLog(options: ConsoleLogOptions = {}): Logger {
  assertOptions('consoleLog', options, { print: functionOption })
  // biome-ignore lint/suspicious/noConsole: the one thing that it does, when asked to
  const { print = (line) => console.log(line) } = options
  return {
    write(record) {
      assertRecord('consoleLog', record)
      const { epoch, step, scalars } = record
      const figures = Object.entries(scalars).map(([name, value]) => `  ${name} ${digits(value)}`)
      print(`epoch ${epoch}  step ${step}${figures.join('')}`)
    },
  }
}

/** Four digits, and all digits of a larger number before its point. */
function digits(value: number): string {
  return Math.abs(value) >= 1e4 ? String(Math.round(value)) : String(Number(value.toPrecision(4)))
}
