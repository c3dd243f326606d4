// What the wrappers of a run take: the reports of its epochs, as `train` yields them.
import type { OptionCheck } from '../checks/options.ts'

/** Reports that can be looped over. */
export const asyncIterableOption: OptionCheck = (value) =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value
    ? undefined
    : 'what train(...) returns, not awaited'
