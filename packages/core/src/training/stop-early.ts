// Ends a run whose figure no longer improves.
import { assertOption, positiveInteger } from '../checks/options.ts'
import { asyncIterableOption, type Epoch } from './epoch.ts'
import { Monitor, type MonitorOptions } from './monitor.ts'

/** Options of {@link stopEarly}. */
export interface StopEarlyOptions extends MonitorOptions {
  /** Measured epochs in a row without an improvement after which the run ends, a positive integer. Defaults to 3. */
  readonly patience?: number | undefined
}

/**
 * Ends a run when the figure that it watches has not improved for a while; the run is closed then, as by `break`. The model
 * keeps the weights of the last epoch: compose with `keepBest` to have the best.
 *
 * @param epochs the reports of `train`, of another function that trains, or of another wrapper; closed when this one ends
 * @param options which figure, and how long to wait
 * @returns the same reports; the last is the one after which patience ran out
 * @throws {OptionError} on a bad option; while iterating, when the run does not measure the figure
 * @see Prechelt, Early Stopping - But When?, 1998, for criteria like this one
 * @example
 * ```ts
 * const epochs = train(model, digits, { epochs: 100, validation })
 * for await (const { epoch } of stopEarly(epochs, { patience: 5 })) console.log(epoch)
 * ```
 */
export function stopEarly<epoch extends Epoch<string>>(
  epochs: AsyncIterable<epoch>,
  options: StopEarlyOptions = {},
): AsyncGenerator<epoch, void, void> {
  return stopEarlyAs('stopEarly', epochs, options)
}

/** {@link stopEarly} for a function that names itself in errors, and wants to know: `onStop` is called before the run is closed. */
export function stopEarlyAs<epoch extends Epoch<string>>(
  functionName: string,
  epochs: AsyncIterable<epoch>,
  options: StopEarlyOptions,
  onStop?: () => void,
): AsyncGenerator<epoch, void, void> {
  assertOption(functionName, 'epochs', epochs, asyncIterableOption)
  const monitor = new Monitor(functionName, options, { patience: positiveInteger })
  return stopping(epochs, monitor, options.patience ?? 3, onStop)
}

async function* stopping<epoch extends Epoch<string>>(
  epochs: AsyncIterable<epoch>,
  monitor: Monitor,
  patience: number,
  onStop: (() => void) | undefined,
): AsyncGenerator<epoch, void, void> {
  for await (const epoch of epochs) {
    monitor.take(epoch)
    yield epoch
    if (monitor.since < patience) continue
    onStop?.()
    return
  }
}
