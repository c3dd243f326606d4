// Gives the figures of a run to loggers.
import { assertOption } from '../checks/options.ts'
import { asyncIterableOption, type Epoch } from './epoch.ts'
import { type Logger, type LogRecord, loggerOption } from './logger.ts'
import { namedLosses, scalarsOf } from './scalars.ts'

/**
 * Writes a record to each logger after each epoch, and one for each validation within the epoch; see `LogRecord` for their
 * figures. The loggers are closed when the run ends, in whatever way.
 *
 * @param epochs the reports of `train`, of another function that trains, or of another wrapper; closed when this one ends
 * @param loggers one or several; they receive the same records
 * @returns the same reports
 * @throws {OptionError} on what is not a logger
 * @throws what a logger throws; the run is closed then
 * @example
 * ```ts
 * const toConsole = { write: ({ step, scalars }) => console.log(step, scalars['train/total']) }
 * for await (const _ of logTo(train(model, digits), toConsole));
 * ```
 */
export function logTo<epoch extends Epoch<string>>(
  epochs: AsyncIterable<epoch>,
  loggers: Logger | readonly Logger[],
): AsyncGenerator<epoch, void, void> {
  return logToAs('logTo', epochs, loggers)
}

/** {@link logTo} for a function that names itself in errors. */
export function logToAs<epoch extends Epoch<string>>(
  functionName: string,
  epochs: AsyncIterable<epoch>,
  loggers: Logger | readonly Logger[],
): AsyncGenerator<epoch, void, void> {
  assertOption(functionName, 'epochs', epochs, asyncIterableOption)
  const all: readonly Logger[] = Array.isArray(loggers) ? Array.from(loggers) : [loggers as Logger]
  for (const logger of all) assertOption(functionName, 'log', logger, loggerOption)
  return logging(epochs, all)
}

async function* logging<epoch extends Epoch<string>>(
  epochs: AsyncIterable<epoch>,
  loggers: readonly Logger[],
): AsyncGenerator<epoch, void, void> {
  let failure: { readonly error: unknown } | undefined
  try {
    for await (const epoch of epochs) {
      for (const record of recordsOf(epoch)) for (const logger of loggers) await logger.write(record)
      yield epoch
    }
  } catch (error) {
    failure = { error }
  } finally {
    for (const logger of loggers) {
      try {
        await logger.close?.()
      } catch (error) {
        failure ??= { error }
      }
    }
    // biome-ignore lint/correctness/noUnsafeFinally: the first failure, the run's own before a logger's
    if (failure) throw failure.error
  }
}

/** What an epoch gives to log, in the order of the steps. */
function recordsOf(report: Epoch<string>): LogRecord[] {
  const { epoch, step, validations = [] } = report
  const within = validations.filter((validation) => validation.step < step)
  return [
    ...within.map(({ step, time, loss }) => ({ step, epoch, time, scalars: namedLosses('validation', loss) })),
    { step, epoch, time: Date.now() / 1000, scalars: scalarsOf(report) },
  ]
}
