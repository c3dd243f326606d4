// The check of a coefficient.
import type { OptionCheck } from '@ae/core/internal'

/** A coefficient of at least 0: a number, or a function of the step. */
export const weightOption: OptionCheck = (value) => {
  const good = typeof value === 'function' || (typeof value === 'number' && Number.isFinite(value) && value >= 0)
  return good ? undefined : 'a finite number of at least 0, or a function of the step'
}
