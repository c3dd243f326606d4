// What measures that take long have in common: progress, a way to stop, and an event loop that is not held.
import { functionOption, signalOption, yieldToTasks } from '@ae/core/internal'

/** How far a measure is. */
export interface MeasureProgress {
  /** The examples that are done, from 1 to `total`. */
  readonly done: number
  /** The examples in all. */
  readonly total: number
}

/** Options of measures that may take long. */
export interface LongMeasureOptions {
  /** Called after each batch of examples. What it throws ends the measure. */
  readonly onProgress?: ((progress: MeasureProgress) => void) | undefined
  /** Stops the measure, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** The checks of {@link LongMeasureOptions}. */
export const longMeasureChecks = { onProgress: functionOption, signal: signalOption }

/** To be called between two pieces of work: lets the event loop run where that is due, and throws once the signal is aborted. */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await yieldToTasks()
  signal?.throwIfAborted()
}
